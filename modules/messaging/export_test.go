package messaging

import (
	"testing"

	"wizamart/modules/orders/ordertype"
	"wizamart/tenant"
)

// BothWays is a letter's confirmation as it would be written at once, and as it is written of its draft.
func (s *Service) BothWays(t *testing.T, st *tenant.Store, l ordertype.Letter) (direct, drafted [2]string) {
	t.Helper()
	n, _ := noticeOf(ordertype.NoticePlaced)
	_, v := s.compose(st, n, l, l.Total)
	draft, err := v.draft()
	if err == nil {
		direct[0], direct[1], err = s.sheets.render(v)
	}
	if err == nil {
		drafted[0], drafted[1], err = s.ofDraft(draft)
	}
	if err != nil {
		t.Fatal(err)
	}
	return direct, drafted
}
