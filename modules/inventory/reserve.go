package inventory

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"wizamart/framework/database"
	"wizamart/framework/job"
	"wizamart/framework/problem"
	"wizamart/modules/inventory/inventorytype"
	"wizamart/tenant"
)

// Reserve keeps pieces for an order that is being paid, until a moment from which on they are anybody's again. ref is the order's
// id; what it had reserved before is replaced, so that nobody is blocked by themselves. Either all lines are reserved or none,
// and then what was reserved before stays: a refusal is a Conflict as Take gives it. Variants that are not counted are left alone.
func (s *Service) Reserve(ctx context.Context, tx *tenant.Store, ref string, lines []inventorytype.Line, until time.Time) error {
	wanted, levels, err := s.lines(ctx, tx, lines)
	if err != nil {
		return err
	}
	now := s.now()
	if !until.After(now) {
		return fmt.Errorf("reserve stock for %s: %s has passed", ref, until)
	}
	own, err := reservedBy(ctx, tx, ref)
	if err != nil {
		return err
	}
	for id, r := range own {
		if l, ok := levels[id]; ok && r.live(now) {
			l.Reserved -= r.quantity
			levels[id] = l
		}
	}
	if err := shortages(wanted, levels); err != nil {
		return err
	}
	if len(own) > 0 {
		if err := s.Release(ctx, tx, ref); err != nil {
			return err
		}
	}
	kept := false
	for _, l := range wanted {
		if !levels[l.VariantID].Tracked {
			continue
		}
		kept = true
		_, err := tx.ExecContext(ctx, "INSERT INTO inventory_reservation (ref, variant_id, quantity, until, created_at) VALUES (?, ?, ?, ?, ?)",
			ref, l.VariantID, l.Quantity, database.At(until), database.At(now))
		if err != nil {
			return fmt.Errorf("reserve stock: %w", err)
		}
		before := levels[l.VariantID]
		after := before
		after.Reserved += l.Quantity
		if err := shown(tx, before, after); err != nil {
			return err
		}
	}
	if !kept {
		return nil
	}
	return s.sweepAt(tx, until)
}

// Commit sells what was reserved under ref: a live reservation becomes a sale; where it has expired, was released or never was, the
// pieces are taken if they are still there. A refusal is a Conflict as Take gives it, and then nothing has changed.
func (s *Service) Commit(ctx context.Context, tx *tenant.Store, ref string, lines []inventorytype.Line) error {
	return s.sell(ctx, tx, ref, lines, false)
}

// Backorder sells the lines whatever is there, below zero if need be: somebody has paid, and the store promised to deliver later.
func (s *Service) Backorder(ctx context.Context, tx *tenant.Store, ref string, lines []inventorytype.Line) error {
	return s.sell(ctx, tx, ref, lines, true)
}

func (s *Service) sell(ctx context.Context, tx *tenant.Store, ref string, lines []inventorytype.Line, force bool) error {
	wanted, levels, err := s.lines(ctx, tx, lines)
	if err != nil {
		return err
	}
	own, err := reservedBy(ctx, tx, ref)
	if err != nil {
		return err
	}
	now := s.now()
	for id, r := range own {
		l, ok := levels[id]
		if !ok || !r.live(now) {
			continue
		}
		l.Reserved -= r.quantity
		levels[id] = l
	}
	quantity := make(map[string]int, len(wanted))
	for _, l := range wanted {
		quantity[l.VariantID] += l.Quantity
	}
	asked := maps.Clone(levels)
	for id, l := range asked {
		// What is reserved goes to whom it is reserved for, also after a count found less than was promised to all. Who wants more than they
		// had reserved comes after the others.
		if r, ok := own[id]; ok && r.live(now) && quantity[id] <= r.quantity {
			l.Reserved = 0
		}
		l.Backorder = l.Backorder || force
		asked[id] = l
	}
	if err := shortages(wanted, asked); err != nil {
		return err
	}
	if force {
		for id, l := range levels {
			l.Backorder = true
			levels[id] = l
		}
	}
	if err := s.Release(ctx, tx, ref); err != nil {
		return err
	}
	return s.sold(ctx, tx, wanted, levels, ref)
}

// Release gives up what is reserved under ref, if anything is.
func (s *Service) Release(ctx context.Context, tx *tenant.Store, ref string) error {
	if !tx.InTransaction() {
		return fmt.Errorf("inventory: %w", database.ErrNoTransaction)
	}
	own, err := reservedBy(ctx, tx, ref)
	if err != nil || len(own) == 0 {
		return err
	}
	levels, err := s.readLevels(ctx, tx, slices.Collect(maps.Keys(own)))
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "DELETE FROM inventory_reservation WHERE ref = ?", ref); err != nil {
		return fmt.Errorf("release a reservation: %w", err)
	}
	now := s.now()
	for id, r := range own {
		before, counted := levels[id]
		if !counted || !r.live(now) {
			continue
		}
		after := before
		after.Reserved -= r.quantity
		if err := shown(tx, before, after); err != nil {
			return err
		}
	}
	return nil
}

// shortages is the Conflict that names each variant of which there is not enough, or nil.
func shortages(wanted []inventorytype.Line, levels map[string]inventorytype.Level) error {
	var short problem.Fields
	for _, l := range wanted {
		switch level := levels[l.VariantID]; {
		case level.CanTake(l.Quantity):
		case level.Available() <= 0:
			short.Add("lines."+l.VariantID, "This is sold out.")
		default:
			short.Add("lines."+l.VariantID, "Only %d left.", level.Available())
		}
	}
	if len(short) == 0 {
		return nil
	}
	return &problem.Error{Code: problem.Conflict, Message: "Some of this is no longer in stock.", Fields: short}
}

// sold books what was found to be there.
func (s *Service) sold(ctx context.Context, tx *tenant.Store, wanted []inventorytype.Line, levels map[string]inventorytype.Level, ref string) error {
	for _, l := range wanted {
		level := levels[l.VariantID]
		if !level.Tracked {
			continue
		}
		if err := s.move(ctx, tx, level, -l.Quantity, Sale, ref, ""); err != nil {
			return err
		}
	}
	return nil
}

type reservation struct {
	quantity int
	until    database.Time
}

func (r reservation) live(now time.Time) bool { return r.until.After(now) }

// reservedBy is what a ref has reserved, by variant, expired or not.
func reservedBy(ctx context.Context, tx *tenant.Store, ref string) (map[string]reservation, error) {
	out := map[string]reservation{}
	err := tx.Each(ctx, func(row database.Row) error {
		var id string
		var r reservation
		err := row.Scan(&id, &r.quantity, &r.until)
		out[id] = r
		return err
	}, "SELECT variant_id, quantity, until FROM inventory_reservation WHERE ref = ?", ref)
	if err != nil {
		return nil, fmt.Errorf("read a reservation: %w", err)
	}
	return out, nil
}

const sweep = "inventory.sweep"

// sweepEvery is how finely sweeps are spread: one job serves all reservations that end within it.
const sweepEvery = time.Minute

// sweepAt has a job clear away what has expired by then. Nothing depends on it: an expired reservation does not count.
func (s *Service) sweepAt(tx *tenant.Store, until time.Time) error {
	at := until.UTC().Truncate(sweepEvery).Add(sweepEvery)
	_, err := job.Enqueue(tx.DB, job.New{Kind: sweep, RunAt: at, Key: at.Format(time.RFC3339)})
	return err
}

// Sweep clears expired reservations away and says how many rows they were.
func (s *Service) Sweep(ctx context.Context, st *tenant.Store) (n int64, err error) {
	err = st.Write(ctx, func(tx *tenant.Store) error {
		result, err := tx.ExecContext(ctx, "DELETE FROM inventory_reservation WHERE until <= ?", database.At(s.now()))
		if err != nil {
			return fmt.Errorf("sweep reservations: %w", err)
		}
		n, err = result.RowsAffected()
		return err
	})
	return n, err
}

func (s *Service) jobs() []job.Kind {
	return []job.Kind{{Name: sweep, Always: true, Run: func(ctx context.Context, run *job.Run) error {
		_, err := s.Sweep(ctx, run.Store)
		return err
	}}}
}
