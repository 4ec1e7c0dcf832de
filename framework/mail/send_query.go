package mail

import (
	"context"
	"fmt"
	"time"

	"github.com/pocketbase/dbx"

	"wizamart/framework/database"
)

// due are the queued mails that want to be sent now, oldest first.
func due(ctx context.Context, db *database.DB, now database.Time, limit int) ([]Row, error) {
	if limit == 0 {
		return nil, nil
	}
	var out []Row
	err := db.NewQuery("SELECT " + columns + " FROM mail_message WHERE state = 'queued' AND next_at <= {:now} ORDER BY next_at, id LIMIT {:limit}").
		Bind(dbx.Params{"now": now, "limit": limit}).WithContext(ctx).All(&out)
	if err != nil {
		return nil, fmt.Errorf("read the queued mails: %w", err)
	}
	return out, nil
}

// share is how many mails the file may still send in this hour.
func (s *Service) share(ctx context.Context, db *database.DB, hourly int) (int, error) {
	var n int
	err := db.NewQuery("SELECT count(*) FROM mail_message WHERE state = 'sent' AND ended_at > {:since}").
		Bind(dbx.Params{"since": database.At(s.now().Add(-time.Hour))}).WithContext(ctx).Row(&n)
	if err != nil {
		return 0, fmt.Errorf("count the mails of this hour: %w", err)
	}
	return max(0, hourly-n), nil
}

// times are when the next queued mail is due, and when the oldest that still says something ended; zero for none.
func times(ctx context.Context, tx *database.DB) (next, ended database.Time, err error) {
	rows, err := tx.QueryContext(ctx, `SELECT (SELECT min(next_at) FROM mail_message WHERE state = 'queued'),
		(SELECT min(ended_at) FROM mail_message WHERE erased_at IS NULL AND ended_at IS NOT NULL)`)
	if err != nil {
		return next, ended, fmt.Errorf("look for the next mail: %w", err)
	}
	defer rows.Close()
	if rows.Next() {
		err = rows.Scan(&next, &ended)
	}
	return next, ended, err
}
