package messaging

import (
	"testing"

	"wizamart/modules/orders/ordertype"
)

// Each notice that orders have somebody told is known here: one that is not would undo what it tells of.
func TestEveryNoticeHasItsMail(t *testing.T) {
	for _, kind := range []string{
		ordertype.NoticePlaced, ordertype.NoticePaid, ordertype.NoticeFailed, ordertype.NoticeSent, ordertype.NoticeBackorder, ordertype.NoticeOutOfStock,
		ordertype.NoticeSurplus, ordertype.NoticeEnded, ordertype.NoticeExpired, ordertype.NoticeCancelled, ordertype.NoticeRefund,
	} {
		if n, ok := noticeOf(kind); !ok || n.Subject == "" || n.Intro == "" {
			t.Errorf("there is no mail for %q", kind)
		}
	}
}
