package flows

import (
	"bytes"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"wizamart/modules/catalog"
	"wizamart/tests/harness"
)

// A picture is at the replica before the row that names it, and comes back from there when the disk has lost it.
func TestPicturesComeBackFromTheReplica(t *testing.T) {
	p := harness.Start(t, harness.Configure(replicated))
	info := p.Store(t, "shop", "EUR")
	st := p.Open(t, "shop")
	media := harness.Service[*catalog.Service](p)
	var drawn bytes.Buffer
	if err := png.Encode(&drawn, image.NewGray(image.Rect(0, 0, 500, 300))); err != nil {
		t.Fatal(err)
	}
	there := filepath.Join(p.Dir, "replica", "stores", info.ID, "media")
	if err := os.MkdirAll(filepath.Dir(there), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(there, nil, 0o600); err != nil { // no picture can be put there
		t.Fatal(err)
	}
	if _, err := media.StoreMedia(t.Context(), st, bytes.NewReader(drawn.Bytes())); err == nil {
		t.Error("a picture that is not at the replica is taken")
	}
	var rows int
	if err := st.NewQuery("SELECT count(*) FROM catalog_media").Row(&rows); err != nil || rows != 0 {
		t.Errorf("%d rows name pictures that are not at the replica, %v", rows, err)
	}
	if err := os.Remove(there); err != nil {
		t.Fatal(err)
	}
	kept, err := media.StoreMedia(t.Context(), st, bytes.NewReader(drawn.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(st.MediaDir(), kept.Hash+"*"))
	if err != nil || len(files) != 2 {
		t.Fatalf("%q, %v", files, err)
	}
	for _, file := range files {
		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
		page := p.Guest(t).Get(t, p.ShopURL("shop", "/media/"+filepath.Base(file))).Want(t, 200)
		if !strings.Contains(page.Header.Get("Content-Type"), "webp") || len(page.Body) == 0 {
			t.Errorf("%s: %s, %d bytes", filepath.Base(file), page.Header.Get("Content-Type"), len(page.Body))
		}
		if _, err := os.Stat(file); err != nil {
			t.Error("it is fetched each time:", err)
		}
	}
	p.Guest(t).Get(t, p.ShopURL("shop", "/media/"+strings.Repeat("0", 64)+".webp")).Want(t, 404)
}
