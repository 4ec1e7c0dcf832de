package audit

import (
	"context"
	"errors"
	"fmt"
	"time"

	"wizamart/framework/app"
	record "wizamart/framework/audit"
	"wizamart/framework/database"
	"wizamart/framework/job"
)

const (
	keepKey  = "audit.keep"
	pruneJob = "audit.prune"
)

var settings = []app.Setting{{
	Key: keepKey, Scope: database.Platform, Group: "Audit log", Label: "Time for which entries are kept", Kind: app.Duration, Unit: "days", Default: "0", Max: 36_500,
	Help: "Of the platform and of all stores. 0 keeps them for good; else 30 days at least. What is older is deleted once a day, and the log says so.",
	Check: func(v string) error {
		if n, ok := app.ParseSpan(v, "days"); ok && n != 0 && n < int64(record.MinKept/(24*time.Hour)) {
			return errors.New("Entries are kept for 30 days at least; 0 keeps them for good.")
		}
		return nil
	},
}}

// duty has the old entries deleted once a day, while the setting says so.
func (s *Service) duty(ctx context.Context) {
	tick := time.NewTicker(time.Hour)
	defer tick.Stop()
	done := ""
	for {
		if today := s.app.Now().UTC().Format(dayForm); s.app.PlatformSpan(keepKey) > 0 && today != done {
			err := s.app.Platform.DB.Write(ctx, func(tx *database.DB) error {
				_, err := job.Enqueue(tx, job.New{Kind: pruneJob, Key: today})
				return err
			})
			if err == nil {
				done = today
			} else if ctx.Err() == nil {
				s.app.Log.Error("the job that deletes old audit entries cannot be begun", "error", err)
			}
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// prune deletes what is older than the setting says, in the platform's file and then in the stores', one after another. A store that cannot be opened has its
// entries deleted another day.
func (s *Service) prune(ctx context.Context, run *job.Run) error {
	keep := s.app.PlatformSpan(keepKey)
	if keep <= 0 {
		return nil
	}
	before := s.app.Now().Add(-max(keep, record.MinKept))
	if _, err := record.Prune(ctx, s.app.Platform.DB, before); err != nil {
		return err
	}
	stores := s.app.Platform.Stores()
	var failed int
	for i, info := range stores {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := s.pruneStore(ctx, info.ID, before); err != nil {
			failed++
			s.app.Log.Error("old audit entries of a store were not deleted", "store", info.ID, "error", err)
		}
		if err := run.Progress(ctx, int64(i+1), int64(len(stores)), ""); err != nil {
			return err
		}
	}
	if failed > 0 && failed == len(stores) {
		return fmt.Errorf("none of %d stores could be done", failed)
	}
	return nil
}

func (s *Service) pruneStore(ctx context.Context, id string, before time.Time) error {
	if s.app.Platform.InQuarantine(id) != nil {
		return nil
	}
	st, release, err := s.app.Platform.Acquire(ctx, id)
	if err != nil {
		return err
	}
	defer release()
	var old bool
	err = st.One(ctx, func(row database.Row) error { return row.Scan(&old) }, "SELECT EXISTS (SELECT 1 FROM audit_entry WHERE id < ?)", record.IDAt(before))
	if err != nil || !old { // nothing is written into a store that has nothing old
		return err
	}
	_, err = record.Prune(ctx, st.DB, before)
	return err
}
