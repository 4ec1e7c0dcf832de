package isolation

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"maps"
	"net/url"
)

// drawing is a picture that nobody has uploaded yet.
func (s *side) drawing() string {
	s.n++
	var b bytes.Buffer
	s.w.must(png.Encode(&b, image.NewGray(image.Rect(0, 0, 500+s.n%1000, 1+s.n/1000+s.n%7))))
	return b.String()
}

// newPicture is a picture of the store's own, with its public word.
func (s *side) newPicture() (hash string) {
	p, err := s.w.catalog.StorePicture(context.Background(), s.st, bytes.NewReader([]byte(s.drawing())), s.pub)
	s.w.must(err)
	return p.Hash
}

func init() {
	maps.Copy(rows, map[string]row{
		"dashboard GET /pictures":       get(func(s *side) string { s.newPicture(); return "/pictures" }),
		"dashboard GET /pictures/:hash": get(func(s *side) string { return "/pictures/" + s.newPicture() }),
		"dashboard POST /pictures": {call: func(s *side) call {
			return call{path: "/pictures", form: url.Values{}, file: &file{"images", "a.png", s.drawing()}}
		}},
		"dashboard POST /pictures/:hash": post(func(s *side) (string, url.Values) {
			return "/pictures/" + s.newPicture(), form("focus_x", "20", "focus_y", "70")
		}),
		"dashboard POST /picture-descriptions": post(func(s *side) (string, url.Values) {
			hash := s.newPicture()
			return "/picture-descriptions", form("picture", hash, "was-"+hash, s.pub, "alt-"+hash, s.unused(s.pub))
		}),
		"dashboard POST /picture-sizes": post(func(s *side) (string, url.Values) { s.newPicture(); return "/picture-sizes", nil }).isStill(), // the job may wait already
		"dashboard POST /products/:id/pictures": post(func(s *side) (string, url.Values) {
			return "/products/" + s.newProduct("active").ID + "/pictures", form("picture", s.newPicture())
		}),

		"api GET /stores/:store/pictures": get(func(s *side) string { s.newPicture(); return "/pictures" }),
		"api POST /stores/:store/pictures": {call: func(s *side) call {
			return call{path: "/pictures", form: url.Values{}, file: &file{"file", "a.png", s.drawing()}}
		}, silent: true},
		"api GET /stores/:store/pictures/:picture": get(func(s *side) string { return "/pictures/" + s.newPicture() }),
		"api PATCH /stores/:store/pictures/:picture": apiPost(func(s *side) (string, object) {
			return "/pictures/" + s.newPicture(), object{"focus_x": 20, "alt": s.unused(s.pub)}
		}),
		"api POST /stores/:store/products/:product/images": apiPost(func(s *side) (string, object) {
			return "/products/" + s.newProduct("active").ID + "/images", object{"picture": s.newPicture()}
		}),
		"api POST /stores/:store/picture-sizes": apiPost(func(s *side) (string, object) { s.newPicture(); return "/picture-sizes", object{} }).isStill().isSilent(),
	})
}
