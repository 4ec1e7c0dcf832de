package isolation

import (
	"context"
	"maps"
	"net/url"
)

// deletedPicture is one that was taken out of the library.
func (s *side) deletedPicture() string {
	hash := s.newPicture()
	_, _, err := s.w.catalog.DeletePictures(context.Background(), s.st, []string{hash})
	s.w.must(err)
	return hash
}

func init() {
	maps.Copy(rows, map[string]row{
		"dashboard POST /picture-deletions": post(func(s *side) (string, url.Values) {
			return "/picture-deletions", form("delete", s.newPicture())
		}),
		"api DELETE /stores/:store/pictures/:picture": get(func(s *side) string { return "/pictures/" + s.newPicture() }),
		"api POST /stores/:store/pictures/:picture/restorations": apiPost(func(s *side) (string, object) {
			return "/pictures/" + s.deletedPicture() + "/restorations", object{}
		}),
	})
}
