package messaging

import (
	"context"
	"errors"
	"fmt"
	"time"

	"wizamart/framework/app"
	"wizamart/framework/database"
)

// mailLate is how long a mail may wait before somebody is told.
const mailLate = time.Hour

// health warns when the mail server did not take the last mail, and when mails wait for too long: the platform's own, and those of stores that are open.
func (s *Service) health(ctx context.Context) error {
	var found []error
	if last := s.app.Tools.Last(app.ToolMail); last.Bad() {
		found = append(found, fmt.Errorf("the mail server failed the last time: %s", last.Error))
	}
	const query = "SELECT count(*) FROM mail_message WHERE state = 'queued' AND created_at < ?"
	late := database.At(s.app.Now().Add(-mailLate))
	var own int
	if err := s.app.Platform.DB.One(ctx, func(row database.Row) error { return row.Scan(&own) }, query, late); err != nil {
		return err
	}
	n, _, err := s.app.CountWarm(ctx, query, late)
	if err != nil {
		return err
	}
	if n += own; n > 0 {
		found = append(found, fmt.Errorf("%d mails wait for more than an hour", n))
	}
	return app.AsWarning(errors.Join(found...))
}
