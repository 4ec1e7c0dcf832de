package mail

import (
	"context"
	"fmt"

	"github.com/pocketbase/dbx"

	"wizamart/framework/database"
)

// Composer makes a mail of its draft.
type Composer func(draft string) (html, text string, err error)

// Compose writes the mails that were queued as drafts, all that wait, whether they may be sent now or not. From then on each attempt sends the
// same. One that cannot be composed is refused.
func (s *Service) Compose(ctx context.Context, db *database.DB) error {
	for {
		var drafts []Row
		err := db.NewQuery("SELECT " + columns + " FROM mail_message WHERE state = 'queued' AND draft <> '' LIMIT {:limit}").Bind(dbx.Params{"limit": batch}).WithContext(ctx).All(&drafts)
		if err != nil {
			return fmt.Errorf("read drafts of mails: %w", err)
		}
		if len(drafts) == 0 {
			return nil
		}
		failed := map[string]error{}
		for i := range drafts {
			r := &drafts[i]
			if r.HTML, r.Text, err = s.composer(r.Draft); err != nil {
				failed[r.ID] = err
			}
		}
		err = db.Write(ctx, func(tx *database.DB) error {
			for _, r := range drafts {
				if why := failed[r.ID]; why != nil {
					if err := s.end(ctx, tx, r, Refused, why); err != nil {
						return err
					}
					continue
				}
				// Who was erased meanwhile stays so.
				if _, err := tx.ExecContext(ctx, "UPDATE mail_message SET html = ?, text = ?, draft = '' WHERE id = ? AND draft <> ''", r.HTML, r.Text, r.ID); err != nil {
					return fmt.Errorf("write a mail: %w", err)
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
}
