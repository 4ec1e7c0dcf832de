package picture

import (
	"context"
	"image"
	"image/color"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"wizamart/framework/picture/picturetest"
)

func TestOrientations(t *testing.T) {
	// The left half of the stored picture is red; where it goes when the picture is shown upright.
	for orientation, red := range map[int]image.Point{1: {0, 10}, 2: {39, 10}, 3: {39, 10}, 4: {0, 10}, 5: {10, 0}, 6: {10, 0}, 7: {10, 39}, 8: {10, 39}} {
		out := orient(picturetest.Halves(40, 20), orientation)
		if c := out.NRGBAAt(red.X, red.Y); c.R < 200 {
			t.Errorf("orientation %d: %v is %v", orientation, red, c)
		}
		if c := out.NRGBAAt(out.Rect.Dx()-1-red.X, out.Rect.Dy()-1-red.Y); c.R > 50 {
			t.Errorf("orientation %d: the other side is red too", orientation)
		}
	}
}

func TestShrinkKeepsColours(t *testing.T) {
	src := picturetest.Halves(1000, 500)
	for i := range 200 * src.Stride / 4 { // a transparent top with a colour that may not shine through
		src.Pix[4*i+3] = 0
	}
	out := Shrink(src, image.Pt(37, 19))
	for _, at := range []struct {
		x, y int
		want color.NRGBA
	}{{0, 18, color.NRGBA{255, 0, 0, 255}}, {36, 18, color.NRGBA{0, 0, 255, 255}}, {5, 0, color.NRGBA{}}} {
		if got := out.NRGBAAt(at.x, at.y); got != at.want {
			t.Errorf("pixel %d, %d is %v, want %v", at.x, at.y, got, at.want)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte("\xff\xd8\xff\xe1\x00\x10Exif\x00\x00II*\x00\x08\x00\x00\x00"))
	f.Add(picturetest.PNGHeader(3, 3, 8))
	f.Fuzz(func(t *testing.T, data []byte) {
		orientation(data)
		if len(data) < 4096 {
			decode(data) //nolint:errcheck // it may not panic
		}
	})
}

func TestPicturesAreUnpackedOneAtATime(t *testing.T) {
	var now, most atomic.Int32
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			err := OneAtATime(t.Context(), func() error {
				most.Store(max(most.Load(), now.Add(1)))
				time.Sleep(2 * time.Millisecond)
				now.Add(-1)
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if most.Load() != 1 {
		t.Errorf("%d at once", most.Load())
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	working <- struct{}{}
	defer func() { <-working }()
	if err := OneAtATime(ctx, func() error { t.Error("it ran"); return nil }); err == nil {
		t.Error("a caller who has gone waits on")
	}
}
