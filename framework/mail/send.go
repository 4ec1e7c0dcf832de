package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"wizamart/framework/database"
	"wizamart/framework/job"
	"wizamart/framework/secret"
)

// Jobs of this package. They run whatever modules are on: a mail that was promised is sent.
const (
	SendJob  = "mail.send"
	EraseJob = "mail.erase"
)

// Options of a Service.
type Options struct {
	DB          *database.DB // the platform's
	Keys        *secret.Keys
	Domain      string     // of Message-IDs, and of the sender while none was chosen
	Transport   *Transport // from the command line; nil for what the operator stored
	Development bool       // without a server, mails are kept in the mailbox
	Compose     Composer   // for drafts; needed where there are some
	TLS         *tls.Config
	Log         *slog.Logger
	// Noted is told what became of n mails: sent, refused, deferred (tried again), parked, or kept. why is nil for those that a server took. May be nil.
	Noted func(result string, n int, why error)
}

// Service sends what was queued.
type Service struct {
	db          *database.DB
	keys        *secret.Keys
	domain      string
	fixed       *Transport
	composer    Composer
	development bool
	tls         *tls.Config
	log         *slog.Logger
	now         func() time.Time
	noted       func(result string, n int, why error)
	sent        func(id string) // for tests: after a server took a mail, before that is noted
}

// New is a service.
func New(o Options) *Service {
	if o.Noted == nil {
		o.Noted = func(string, int, error) {}
	}
	return &Service{noted: o.Noted, composer: o.Compose, db: o.DB, keys: o.Keys, domain: o.Domain, fixed: o.Transport, development: o.Development, tls: o.TLS, log: o.Log, now: time.Now, sent: func(string) {}}
}

// Jobs are the kinds that the runner needs.
func (s *Service) Jobs() []job.Kind {
	return []job.Kind{{Name: SendJob, Run: s.run, Always: true, FreesKey: true}, {Name: EraseJob, Run: s.erase, Always: true, FreesKey: true}}
}

// Fixed tells whether the command line says what the server is.
func (s *Service) Fixed() bool { return s.fixed != nil }

// Transport is the server in use; one without a host is none.
func (s *Service) Transport(ctx context.Context) (Transport, error) {
	if s.fixed != nil {
		return *s.fixed, nil
	}
	return s.Stored(ctx)
}

const (
	batch    = 50               // mails that one job sends at most
	limitFor = 10 * time.Minute // how long a store that has sent its share waits
)

var errNoServer = errors.New("no mail server is set up yet")

// run sends what is due in the job's file. What is queued meanwhile gets a job of its own.
func (s *Service) run(ctx context.Context, run *job.Run) error {
	db := run.DB()
	if err := s.Compose(ctx, db); err != nil {
		return err
	}
	t, err := s.Transport(ctx)
	if err != nil {
		return err
	}
	n, late := batch, false
	if t.Hourly > 0 && run.Store != nil && t.Host != "" {
		left, err := s.share(ctx, db, t.Hourly)
		if err != nil {
			return err
		}
		if n = min(batch, left); n == 0 {
			late = true
		}
	}
	rows, err := due(ctx, db, database.At(s.now()), n)
	if err != nil {
		return err
	}
	keep := t.Host == "" && s.development
	switch {
	case len(rows) == 0 || keep:
	case t.Host == "":
		err = s.note(ctx, db, rows, errNoServer)
	default:
		err = s.deliver(ctx, db, t, rows)
	}
	run.AtEnd(func(tx *database.DB) error {
		if keep {
			if err := s.keep(ctx, tx, rows); err != nil {
				return err
			}
		}
		return s.next(ctx, tx, t, late)
	})
	return err
}

// deliver sends the rows over one connection. Where that breaks, the rest waits for the next attempt.
func (s *Service) deliver(ctx context.Context, db *database.DB, t Transport, rows []Row) error {
	conn, err := s.dial(ctx, t)
	if err != nil {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		return s.note(ctx, db, rows, err)
	}
	defer func() { conn.close() }()
	for i, r := range rows {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		m, err := s.envelope(t, r)
		if err != nil {
			err = s.end(ctx, db, r, Refused, err)
		} else if err = conn.client.Send(m); err == nil {
			s.sent(r.ID)
			err = s.end(ctx, db, r, Sent, nil)
		} else if permanent(err) {
			err = s.end(ctx, db, r, Refused, err)
		} else if err = s.note(ctx, db, rows[i:i+1], err); err == nil && conn.client.Reset() != nil { // the connection may be gone
			conn.close()
			if conn2, dialErr := s.dial(ctx, t); dialErr == nil {
				conn = conn2
			} else {
				return s.note(ctx, db, rows[i+1:], dialErr)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// end notes that a mail has been sent or refused. Once it was sent, one that lets its reader in says nothing any more.
func (s *Service) end(ctx context.Context, db *database.DB, r Row, state string, why error) error {
	s.noted(state, 1, why)
	text := ""
	if why != nil {
		text = oneLine(why.Error(), 500)
		s.log.WarnContext(ctx, "a mail was refused", "id", r.ID, "kind", r.Kind, "error", text)
	}
	return db.Write(ctx, func(tx *database.DB) error {
		_, err := tx.ExecContext(ctx, `UPDATE mail_message SET state = ?, error = ?, attempts = attempts + 1, ended_at = ?,
			html = iif(secret, '', html), text = iif(secret, '', text) WHERE id = ? AND state = 'queued'`, state, text, database.At(s.now()), r.ID)
		if err != nil {
			return fmt.Errorf("note what became of a mail: %w", err)
		}
		return nil
	})
}

// note counts an attempt that failed for now, and parks what has had its share.
func (s *Service) note(ctx context.Context, db *database.DB, rows []Row, why error) error {
	now, text := s.now(), oneLine(why.Error(), 500)
	s.log.WarnContext(ctx, "mails could not be sent for now", "mails", len(rows), "error", text)
	for _, r := range rows {
		result := "deferred"
		if r.Attempts >= len(delays) {
			result = Parked
		}
		s.noted(result, 1, why)
	}
	return db.Write(ctx, func(tx *database.DB) error {
		for _, r := range rows {
			state, next, ended := Queued, database.At(now), database.Time{}
			if r.Attempts < len(delays) {
				next = database.At(now.Add(delays[r.Attempts]))
			} else {
				state, ended = Parked, database.At(now)
			}
			_, err := tx.ExecContext(ctx, `UPDATE mail_message SET state = ?, error = ?, attempts = attempts + 1, next_at = ?, ended_at = ? WHERE id = ? AND state = 'queued'`, state, text, next, ended, r.ID)
			if err != nil {
				return fmt.Errorf("note what became of a mail: %w", err)
			}
		}
		return nil
	})
}

// keep puts mails into the mailbox.
func (s *Service) keep(ctx context.Context, tx *database.DB, rows []Row) error {
	s.noted(Kept, len(rows), nil)
	for _, r := range rows {
		if _, err := tx.ExecContext(ctx, "UPDATE mail_message SET state = 'kept', attempts = attempts + 1, ended_at = ? WHERE id = ? AND state = 'queued'", database.At(s.now()), r.ID); err != nil {
			return fmt.Errorf("keep a mail: %w", err)
		}
	}
	return nil
}

// next has a job come back for what is still queued, and one for what is to be forgotten.
func (s *Service) next(ctx context.Context, tx *database.DB, t Transport, late bool) error {
	at, ended, err := times(ctx, tx)
	if err != nil {
		return err
	}
	now := s.now()
	switch {
	case at.IsZero():
	case late:
		err = wake(tx, now.Add(limitFor))
	case at.After(now):
		err = wake(tx, at.Time)
	default:
		err = wake(tx, time.Time{})
	}
	if err == nil && !ended.IsZero() {
		_, err = job.Enqueue(tx, job.New{Kind: EraseJob, Key: "erase", RunAt: ended.AddDate(0, 0, t.KeepDays).Add(time.Hour)})
	}
	return err
}

// erase forgets what mails said, and to whom, once that was long ago.
func (s *Service) erase(ctx context.Context, run *job.Run) error {
	t, err := s.Transport(ctx)
	if err != nil {
		return err
	}
	now := s.now()
	err = run.DB().Write(ctx, func(tx *database.DB) error {
		_, err := tx.ExecContext(ctx, forget+" WHERE id IN (SELECT id FROM mail_message WHERE erased_at IS NULL AND ended_at < ? LIMIT 500)", database.At(now), database.At(now.AddDate(0, 0, -t.KeepDays)))
		return err
	})
	if err != nil {
		return fmt.Errorf("erase old mails: %w", err)
	}
	run.AtEnd(func(tx *database.DB) error { return s.next(ctx, tx, t, false) })
	return nil
}
