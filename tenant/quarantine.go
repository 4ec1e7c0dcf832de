package tenant

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"

	"github.com/pocketbase/dbx"

	"wizamart/framework/database"
	"wizamart/framework/problem"
)

// Reason why a store is quarantined.
type Reason string

const (
	Damaged    Reason = "damaged"     // SQLite found pages that it did not write
	Migration  Reason = "migration"   // the step to this version's schema failed
	Newer      Reason = "newer"       // a newer version of the program has written it
	RolledBack Reason = "rolled back" // it was put back to before the migration, for the version before
	Replacing  Reason = "replacing"   // its file is being replaced, or the process ended while it was
)

// Quarantine is a store that is closed because something is wrong with its file. It stays closed over restarts.
type Quarantine struct {
	StoreID    string
	Reason     Reason
	Detail     string // for the operator
	SchemaMark int32
	Since      database.Time
}

// says it to whoever asks for the store, without anything that is the operator's business alone.
func (q *Quarantine) refusal() error {
	text := "This store is closed for a moment: something is wrong with its data, and its operator has been told. Nothing that is safe is touched. Please come back later."
	switch q.Reason {
	case Migration, Newer, RolledBack:
		text = "This store is closed for a moment: it is being brought to a new version, and that needs its operator's hand. Its data is kept as it was. Please come back later."
	case Replacing:
		text = "This store is being restored. Please come back in a few minutes."
	}
	return &problem.Error{Code: problem.Unavailable, Message: text, RetryAfter: 300, Cause: &QuarantinedError{*q}}
}

// QuarantinedError is the cause of a refusal.
type QuarantinedError struct{ Quarantine }

func (e *QuarantinedError) Error() string {
	return fmt.Sprintf("store %s is quarantined (%s) since %s: %s", e.StoreID, e.Reason, e.Since.Format("2006-01-02 15:04:05 MST"), e.Detail)
}

// Advice is what an operator can do about it; code is the store's.
func (q *Quarantine) Advice(code string) string {
	switch q.Reason {
	case Damaged:
		return fmt.Sprintf("Bring it back from its replica: wizamart store restore %s", code)
	case Migration:
		return fmt.Sprintf("Its file is as it was before. Correct what the error says, or install a corrected version, then: wizamart store retry %s", code)
	case Newer:
		return "Start the newer version again, or put the store back to before its migration: wizamart store rollback " + code
	case RolledBack:
		return fmt.Sprintf("Start the version before, which opens it as it is, or migrate it again: wizamart store retry %s", code)
	case Replacing:
		return fmt.Sprintf("If nobody is at it, it was interrupted; do it again: wizamart store restore %s", code)
	}
	return ""
}

// Quarantined lists the quarantined stores, the newest first.
func (p *Platform) Quarantined() []Quarantine {
	p.pool.mu.Lock()
	defer p.pool.mu.Unlock()
	var out []Quarantine
	for _, q := range p.pool.barred {
		out = append(out, *q)
	}
	slices.SortFunc(out, func(a, b Quarantine) int {
		return cmp.Or(b.Since.Compare(a.Since.Time), cmp.Compare(a.StoreID, b.StoreID))
	})
	return out
}

// InQuarantine is the store's quarantine, or nil.
func (p *Platform) InQuarantine(id string) *Quarantine {
	p.pool.mu.Lock()
	defer p.pool.mu.Unlock()
	if q := p.pool.barred[id]; q != nil {
		own := *q
		return &own
	}
	return nil
}

// loadQuarantine reads what earlier processes closed. What failed at this program's schema is closed still; what failed at
// another's is tried again.
func (p *Platform) loadQuarantine(ctx context.Context) error {
	mark := p.opts.StoreMigrations.Mark()
	err := p.DB.Write(ctx, func(tx *database.DB) error {
		_, err := tx.Exec("DELETE FROM tenant_quarantine WHERE reason IN ('migration', 'newer', 'rolled back') AND schema_mark <> {:m}", dbx.Params{"m": mark})
		return err
	})
	if err != nil {
		return fmt.Errorf("read the quarantined stores: %w", err)
	}
	var all []Quarantine
	if err := p.DB.NewQuery("SELECT store_id, reason, detail, schema_mark, since FROM tenant_quarantine").WithContext(ctx).All(&all); err != nil {
		return fmt.Errorf("read the quarantined stores: %w", err)
	}
	p.pool.mu.Lock()
	defer p.pool.mu.Unlock()
	for _, q := range all {
		p.pool.barred[q.StoreID] = &q
	}
	return nil
}

// quarantine closes a store at once and for good: until somebody repairs it. Whoever uses it at this moment finishes.
func (p *Platform) quarantine(ctx context.Context, id string, why Reason, cause error) error {
	q := &Quarantine{StoreID: id, Reason: why, Detail: cause.Error(), SchemaMark: p.opts.StoreMigrations.Mark(), Since: database.Now()}
	if !p.pool.bar(q) {
		return q.refusal()
	}
	code := id
	if info := p.ByID(id); info != nil {
		code = info.Code
	}
	p.log().ErrorContext(ctx, "QUARANTINED: the store is closed until its operator repairs it; others serve", "store", code, "reason", string(why), "error", cause, "advice", q.Advice(code))
	if err := p.noteQuarantine(context.WithoutCancel(ctx), q); err != nil {
		return errors.Join(q.refusal(), err)
	}
	return q.refusal()
}

func (p *Platform) noteQuarantine(ctx context.Context, q *Quarantine) error {
	err := p.DB.Write(ctx, func(tx *database.DB) error {
		_, err := tx.Exec(`INSERT INTO tenant_quarantine (store_id, reason, detail, schema_mark, since) VALUES ({:id}, {:r}, {:d}, {:m}, {:at})
			ON CONFLICT (store_id) DO UPDATE SET reason = excluded.reason, detail = excluded.detail, schema_mark = excluded.schema_mark, since = excluded.since`,
			dbx.Params{"id": q.StoreID, "r": q.Reason, "d": q.Detail, "m": q.SchemaMark, "at": q.Since})
		return err
	})
	if err != nil {
		return fmt.Errorf("note the quarantine: %w", err)
	}
	return nil
}

// lift opens a store again.
func (p *Platform) lift(ctx context.Context, id string) error {
	err := p.DB.Write(ctx, func(tx *database.DB) error {
		_, err := tx.Exec("DELETE FROM tenant_quarantine WHERE store_id = {:id}", dbx.Params{"id": id})
		return err
	})
	if err != nil {
		return fmt.Errorf("lift the quarantine: %w", err)
	}
	p.pool.mu.Lock()
	delete(p.pool.barred, id)
	p.pool.mu.Unlock()
	p.replaced(id) // its file may be another
	return nil
}

// damaged is told by a store's file that it is damaged. It may be on the file's own writer, so the work is done elsewhere.
func (p *Platform) damaged(id string, cause error) {
	if p.pool.isBarred(id) {
		return
	}
	p.repairs.Go(func() {
		p.quarantine(context.Background(), id, Damaged, cause) //nolint:errcheck // it is logged
	})
}

// Report has a store's quarantine follow from an error that somebody met while reading its rows. Others than damage are none of its business.
func (p *Platform) Report(id string, err error) {
	if database.Damaged(err) {
		p.damaged(id, err)
	}
}

func (p *Platform) log() *slog.Logger {
	if p.opts.Log != nil {
		return p.opts.Log
	}
	return slog.Default()
}
