package messaging

import (
	"context"

	"wizamart/framework/audit"
	"wizamart/framework/mail"
	"wizamart/tenant"
)

// Resend has a mail sent once more, with the same Message-ID. Conflict when that cannot be.
func (s *Service) Resend(ctx context.Context, st *tenant.Store, id string) error {
	return st.Write(ctx, func(tx *tenant.Store) error {
		r, err := mail.Resend(ctx, tx.DB, id)
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx.DB, audit.Entry{Action: "messaging.mail.resent", SubjectKind: "mail", SubjectID: id, SubjectName: r.Kind})
	})
}
