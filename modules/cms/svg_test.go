package cms

import "testing"

// The shop's header keeps room for a logo that is a drawing, so that nothing moves when it comes.
func TestSizeOfDrawing(t *testing.T) {
	for said, want := range map[string][2]int{
		`viewBox="0 0 120.4 36"`:                     {121, 36},
		`width="10" height="5" viewBox="0,0,240,60"`: {240, 60},
		`width="48px" height="16"`:                   {48, 16},
		`width="100%" height="16"`:                   {},
		`viewBox="0 0 -3 NaN"`:                       {},
		`viewBox="0 0 1e30 4"`:                       {},
		``:                                           {},
	} {
		width, height, err := checkSVG([]byte(`<svg xmlns="http://www.w3.org/2000/svg" ` + said + `><path d="M0 0"/></svg>`))
		if got := [2]int{width, height}; err != nil || got != want {
			t.Errorf("%s: %v %v, want %v", said, got, err, want)
		}
	}
}
