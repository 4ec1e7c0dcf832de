package isolation

import (
	"context"
	"fmt"
	"net/url"

	"wizamart/modules/cms"
)

// unused is a name that nothing in the store has.
func (s *side) unused(prefix string) string {
	s.n++
	return fmt.Sprintf("%s-%d", prefix, s.n)
}

func (s *side) newPage() string {
	p, err := s.w.cms.CreatePage(context.Background(), s.st, cms.PageInput{Title: s.unused(s.pub)})
	s.w.must(err)
	return p.ID
}

// changed is a form of the dashboard as it stands, with another value in one field.
func (s *side) changed(page, action, field string) url.Values {
	v := s.dashboardForm(page, action)
	s.n++
	v.Set(field, fmt.Sprint(s.n%90+3))
	return v
}

// count is a form that counts a new variant's stock.
func (s *side) count() url.Values {
	id := s.newProduct("active").Variants[0].ID
	return form("variant", id, "quantity."+id, "4", "was."+id, "10", "mode", "set", "reason", "correction")
}
