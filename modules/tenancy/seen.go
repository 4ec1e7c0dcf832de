package tenancy

import (
	"context"
	"sync"
	"time"

	"github.com/pocketbase/dbx"

	"wizamart/framework/database"
	"wizamart/framework/web"
)

// seen remembers when members were at work, so that a page costs no write: a duty writes it down once a minute.
type seen struct {
	mu    sync.Mutex
	times map[seenKey]time.Time // by user and merchant or store
	fresh map[seenKey]bool      // not yet written
}

type seenKey struct {
	user string
	at   Place
}

func newSeen() *seen { return &seen{times: map[seenKey]time.Time{}, fresh: map[seenKey]bool{}} }

// note that a user is at work in a store. A quarter of a minute is near enough.
func (n *seen) note(user string, at Place, now time.Time) {
	n.mu.Lock()
	defer n.mu.Unlock()
	k := seenKey{user, at}
	if now.Sub(n.times[k]) < 15*time.Second {
		return
	}
	n.times[k], n.fresh[k] = now, true
}

// at is when a user was seen at a place: in the store, or in any of the merchant's. Zero when not since the start.
func (n *seen) at(user string, at Place) database.Time {
	n.mu.Lock()
	defer n.mu.Unlock()
	var last time.Time
	for k, t := range n.times {
		if k.user == user && k.at.MerchantID == at.MerchantID && (at.StoreID == "" || at.StoreID == k.at.StoreID) && t.After(last) {
			last = t
		}
	}
	if last.IsZero() {
		return database.Time{}
	}
	return database.At(last)
}

// take is what has to be written down.
func (n *seen) take() map[seenKey]time.Time {
	n.mu.Lock()
	defer n.mu.Unlock()
	out := map[seenKey]time.Time{}
	for k := range n.fresh {
		out[k] = n.times[k]
	}
	clear(n.fresh)
	return out
}

// decorate notes that a member reads a page of a dashboard.
func (s *Service) decorate(c *web.Context, _ *web.View) error {
	if c.Surface == web.Dashboard && c.User != nil && c.Store != nil && c.Grants != nil {
		s.seen.note(c.User.ID, placeOf(c), time.Now())
	}
	return nil
}

// duty writes down who was at work.
func (s *Service) duty(ctx context.Context) {
	tick := time.NewTicker(time.Minute)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			s.keepSeen(ctx)
		case <-ctx.Done():
			s.keepSeen(context.WithoutCancel(ctx))
			return
		}
	}
}

func (s *Service) keepSeen(ctx context.Context) {
	times := s.seen.take()
	if len(times) == 0 {
		return
	}
	err := s.app.Platform.DB.Write(ctx, func(tx *database.DB) error {
		for k, t := range times {
			_, err := tx.Exec(`UPDATE tenancy_membership SET seen_at = {:t} WHERE user_id = {:u} AND merchant_id = {:m} AND (store_id IS NULL OR store_id = {:s})
				AND ifnull(seen_at, 0) < {:t}`, dbx.Params{"t": database.At(t), "u": k.user, "m": k.at.MerchantID, "s": k.at.StoreID})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		s.app.Log.Error("who was at work could not be written down", "error", err.Error())
	}
}
