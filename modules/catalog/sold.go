package catalog

import (
	"cmp"
	"context"
	"database/sql"
	"maps"
	"slices"
	"strings"
	"time"

	"wizamart/framework/job"
	"wizamart/tenant"
)

const (
	// bestSelling is the order by what sold most.
	bestSelling = "best-selling"
	// soldWithin is how long a sale counts.
	soldWithin = 90 * 24 * time.Hour
	// soldEvery is how often the order is made anew at most: it changes pages of the shop.
	soldEvery = time.Hour
	// maxSold is how many products have a place: what comes behind them stands with those that did not sell.
	maxSold = 5000

	countSold = "catalog.sold"
)

// Sells is told of every order that is paid, in its transaction: the order by what sold most is made anew one to two hours later, once for all that is paid
// until then.
func (s *Service) Sells(_ context.Context, tx *tenant.Store) error {
	return s.countAt(tx, s.now().UTC().Truncate(soldEvery).Add(2*soldEvery))
}

// countAt has the job run at a moment, once.
func (s *Service) countAt(tx *tenant.Store, at time.Time) error {
	_, err := job.Enqueue(tx.DB, job.New{Kind: countSold, RunAt: at, Key: at.Truncate(soldEvery).Format(time.RFC3339)})
	return err
}

func (s *Service) runSold(ctx context.Context, run *job.Run) error {
	return s.CountSold(ctx, run.Store)
}

// CountSold makes the order by what sold most anew, and has it made again when the day ends: old sales stop counting without anybody buying. Nothing is
// written, and no page of the shop made anew, where the order stays the same.
func (s *Service) CountSold(ctx context.Context, st *tenant.Store) error {
	if s.Sold == nil {
		return nil
	}
	now := s.now().UTC()
	pieces, err := s.Sold(ctx, st, now.Add(-soldWithin))
	if err != nil {
		return err
	}
	places := soldPlaces(pieces)
	return st.Write(ctx, func(tx *tenant.Store) error {
		was, err := readSold(ctx, tx)
		if err != nil {
			return err
		}
		if !maps.Equal(was, places) {
			text, err := jsonText(places)
			if err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, "DELETE FROM catalog_sold WHERE product_id NOT IN (SELECT key FROM json_each(?))", text); err != nil {
				return wrap("write what sold", err)
			}
			_, err = tx.ExecContext(ctx, `INSERT INTO catalog_sold (product_id, place) SELECT key, value FROM json_each(?) WHERE true
				ON CONFLICT (product_id) DO UPDATE SET place = excluded.place WHERE place <> excluded.place`, text)
			if err != nil {
				return wrap("write what sold", err)
			}
		}
		if len(places) == 0 {
			return nil
		}
		return s.countAt(tx, now.Truncate(24*time.Hour).Add(24*time.Hour))
	})
}

// soldPlaces gives the products that sold most their places. Equal figures share one.
func soldPlaces(pieces map[string]int64) map[string]int64 {
	ids := slices.DeleteFunc(slices.Collect(maps.Keys(pieces)), func(id string) bool { return pieces[id] <= 0 })
	slices.SortFunc(ids, func(a, b string) int { return cmp.Or(cmp.Compare(pieces[b], pieces[a]), strings.Compare(a, b)) })
	out := map[string]int64{}
	place, last := int64(0), int64(-1)
	for _, id := range ids[:min(len(ids), maxSold)] {
		if pieces[id] != last {
			place, last = place+1, pieces[id]
		}
		out[id] = place
	}
	return out
}

func readSold(ctx context.Context, st *tenant.Store) (map[string]int64, error) {
	out := map[string]int64{}
	rows, err := st.QueryContext(ctx, "SELECT product_id, place FROM catalog_sold")
	_, err = collect(rows, err, func(r *sql.Rows, _ *struct{}) error {
		var id string
		var place int64
		err := r.Scan(&id, &place)
		out[id] = place
		return err
	})
	return out, wrap("read what sold", err)
}
