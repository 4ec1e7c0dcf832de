package tenant

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/pocketbase/dbx"

	"wizamart/framework/database"
)

// due keeps the promise that after a kill the platform database names every store that may have an
// undelivered event or a waiting job. The row is written before the first write of a busy period and
// taken away when the store is drained.
type due struct {
	noted   atomic.Bool  // the platform has a row for this store
	writing atomic.Int64 // writes under way
}

func (o *opened) beginWrite(ctx context.Context) (end func(), err error) {
	o.due.writing.Add(1)
	end = func() { o.due.writing.Add(-1) }
	if o.due.noted.Load() {
		return end, nil
	}
	if err := o.platform.noteDue(ctx, o.id, time.Now(), "write"); err != nil {
		end()
		return nil, err
	}
	o.due.noted.Store(true)
	return end, nil
}

func (p *Platform) noteDue(ctx context.Context, storeID string, at time.Time, reason string) error {
	err := p.DB.Write(ctx, func(tx *database.DB) error {
		_, err := tx.NewQuery(`INSERT INTO tenant_due (store_id, due_at, mark, reason) VALUES ({:id}, {:at}, {:mark}, {:why})
			ON CONFLICT (store_id) DO UPDATE SET due_at = min(due_at, excluded.due_at), mark = excluded.mark, reason = excluded.reason`).
			Bind(dbx.Params{"id": storeID, "at": database.At(at), "mark": database.NewID(), "why": reason}).Execute()
		return err
	})
	if err != nil {
		return fmt.Errorf("note that the store has work: %w", err)
	}
	return nil
}

// Due lists the stores whose work is due at now, at most limit. A store may be listed in vain.
func (p *Platform) Due(ctx context.Context, now time.Time, limit int) ([]string, error) {
	var ids []string
	err := p.DB.NewQuery("SELECT store_id FROM tenant_due WHERE due_at <= {:now} ORDER BY due_at LIMIT {:n}").
		Bind(dbx.Params{"now": database.At(now), "n": limit}).WithContext(ctx).Column(&ids)
	if err != nil {
		return nil, fmt.Errorf("list the stores with work: %w", err)
	}
	return ids, nil
}

// Drained is called when the store's work has been done. pending looks again whether something waits and when:
// ok false for nothing. Drained takes the store's row away, or moves it to that time, unless a write
// began meanwhile: then the row stays as it is and the next call tries again.
func (s *Store) Drained(ctx context.Context, pending func() (at time.Time, ok bool, err error)) error {
	d := &s.shared.due
	d.noted.Store(false) // from here on a new write notes the store again, with another mark
	if d.writing.Load() > 0 {
		d.noted.Store(true)
		return nil
	}
	p := s.shared.platform
	var mark string
	err := p.DB.NewQuery("SELECT mark FROM tenant_due WHERE store_id = {:id}").Bind(dbx.Params{"id": s.ID()}).Row(&mark)
	if database.NotFound(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read the store's mark: %w", err)
	}
	at, ok, err := pending()
	if err != nil {
		return err
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
