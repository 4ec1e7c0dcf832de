package tenant

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/pocketbase/dbx"

	"wizamart/framework/database"
)

// due keeps the promise that after a kill the platform database names every store that may have an
// undelivered event or a waiting job. The row is written before the first write of a busy period and
// taken away when the store is drained.
//
// noted implies that the row is there. Each note gives the row another mark, and Drained takes away only
// the mark that it read before it cleared noted, so a note made meanwhile survives it.
type due struct {
	mu      sync.Mutex
	noted   bool
	writing int // writes under way
}

// watch has every write to the file pass beginWrite, through whichever handle it comes.
func (o *opened) watch() { o.db.Watch(o.platform.watch(o.id, o.beginWrite)) }

func (o *opened) beginWrite(ctx context.Context) (end func(), err error) {
	d := &o.due
	d.mu.Lock()
	d.writing++
	noted := d.noted
	d.mu.Unlock()
	end = func() {
		d.mu.Lock()
		d.writing--
		d.mu.Unlock()
	}
	if noted {
		return end, nil
	}
	if err := o.platform.noteDue(ctx, o.id, time.Now(), "write"); err != nil {
		end()
		return nil, err
	}
	d.mu.Lock()
	d.noted = true
	d.mu.Unlock()
	return end, nil
}

func (p *Platform) noteDue(ctx context.Context, storeID string, at time.Time, reason string) error {
	err := p.DB.Write(ctx, func(tx *database.DB) error { return writeDue(tx, storeID, at, reason) })
	if err != nil {
		return fmt.Errorf("note that the store has work: %w", err)
	}
	return nil
}

func writeDue(tx *database.DB, storeID string, at time.Time, reason string) error {
	_, err := tx.NewQuery(`INSERT INTO tenant_due (store_id, due_at, mark, reason) VALUES ({:id}, {:at}, {:mark}, {:why})
		ON CONFLICT (store_id) DO UPDATE SET due_at = min(due_at, excluded.due_at), mark = excluded.mark, reason = excluded.reason`).
		Bind(dbx.Params{"id": storeID, "at": database.At(at), "mark": database.NewID(), "why": reason}).Execute()
	return err
}

// OnSignal sets the function that hears, after each commit that called Signal, in which store's file it was:
// "" for the platform's. It is quick and does no I/O.
func (p *Platform) OnSignal(fn func(storeID string)) { p.signalled.Store(&fn) }

func (p *Platform) signal(storeID string) {
	if fn := p.signalled.Load(); fn != nil {
		(*fn)(storeID)
	}
}

// Due lists the live and suspended stores whose work is due at now, at most limit. A store may be
// listed in vain.
func (p *Platform) Due(ctx context.Context, now time.Time, limit int) ([]string, error) {
	var ids []string
	err := p.DB.NewQuery(`SELECT d.store_id FROM tenant_due d JOIN tenant_store s ON s.id = d.store_id
		WHERE d.due_at <= {:now} AND s.state IN ('live', 'suspended') ORDER BY d.due_at LIMIT {:n}`).
		Bind(dbx.Params{"now": database.At(now), "n": limit}).WithContext(ctx).Column(&ids)
	if err != nil {
		return nil, fmt.Errorf("list the stores with work: %w", err)
	}
	return ids, nil
}

// DueNow is how many live and suspended stores have work that is due at now, and since when the first of them has.
func (p *Platform) DueNow(ctx context.Context, now time.Time) (n int, since time.Time, err error) {
	var first database.Time
	err = p.DB.NewQuery(`SELECT count(*), min(d.due_at) FROM tenant_due d JOIN tenant_store s ON s.id = d.store_id
		WHERE d.due_at <= {:now} AND s.state IN ('live', 'suspended')`).Bind(dbx.Params{"now": database.At(now)}).WithContext(ctx).Row(&n, &first)
	if err != nil {
		return 0, time.Time{}, fmt.Errorf("count the stores with work: %w", err)
	}
	return n, first.Time, nil
}

// Waiting is a store that may have work, and when that is due.
type Waiting struct {
	StoreID string
	DueAt   database.Time
	Reason  string
}

// Waiting lists the live and suspended stores that may have work, now or later, the most urgent first, and how many there are. None is opened.
func (p *Platform) Waiting(ctx context.Context, offset, limit int) (out []Waiting, total int, err error) {
	const from = " FROM tenant_due d JOIN tenant_store s ON s.id = d.store_id WHERE s.state IN ('live', 'suspended')"
	if err = p.DB.NewQuery("SELECT count(*)" + from).WithContext(ctx).Row(&total); err == nil {
		err = p.DB.NewQuery("SELECT d.store_id, d.due_at, d.reason" + from + " ORDER BY d.due_at, d.store_id LIMIT {:n} OFFSET {:o}").
			Bind(dbx.Params{"n": limit, "o": offset}).WithContext(ctx).All(&out)
	}
	if err != nil {
		return nil, 0, fmt.Errorf("list the stores with work: %w", err)
	}
	return out, total, nil
}

// Drained is called when the store's work has been done. pending looks again whether something waits and when:
// ok false for nothing. Drained takes the store's row away, or moves it to that time, unless a write
// began meanwhile: then the row stays as it is and the next call tries again.
func (s *Store) Drained(ctx context.Context, pending func() (at time.Time, ok bool, err error)) error {
	p, d := s.shared.platform, &s.shared.due
	var mark string
	err := p.DB.NewQuery("SELECT mark FROM tenant_due WHERE store_id = {:id}").Bind(dbx.Params{"id": s.ID()}).WithContext(ctx).Row(&mark)
	if err != nil && !database.NotFound(err) {
		return fmt.Errorf("read the store's mark: %w", err)
	}
	d.mu.Lock()
	if d.writing > 0 {
		d.mu.Unlock()
		return nil
	}
	d.noted = false // from here on a new write notes the store again, with another mark
	d.mu.Unlock()
	at, ok, err := pending()
	if err != nil {
		return err
	}
	if ok && mark == "" { // a file that came with work of its own, from an archive for one
		return p.noteDue(ctx, s.ID(), at, "job")
	}
	return p.DB.Write(ctx, func(tx *database.DB) error {
		if ok {
			_, err := tx.Exec("UPDATE tenant_due SET due_at = {:at}, reason = 'job' WHERE store_id = {:id} AND mark = {:mark}",
				dbx.Params{"id": s.ID(), "mark": mark, "at": database.At(at)})
			return err
		}
		_, err := tx.Exec("DELETE FROM tenant_due WHERE store_id = {:id} AND mark = {:mark}", dbx.Params{"id": s.ID(), "mark": mark})
		return err
	})
}
