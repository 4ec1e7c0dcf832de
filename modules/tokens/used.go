package tokens

import (
	"context"
	"sync"
	"time"

	"github.com/pocketbase/dbx"

	"wizamart/framework/database"
)

// uses remembers when tokens were last used and from where, so that a request costs no write: a duty writes it down once a minute.
type uses struct {
	mu    sync.Mutex
	last  map[string]use
	fresh map[string]bool // not yet written
}

type use struct {
	at      time.Time
	address string
}

// Used notes that a token was used.
func (s *Service) Used(id, address string) {
	now := s.app.Now()
	s.uses.mu.Lock()
	defer s.uses.mu.Unlock()
	if u := s.uses.last[id]; u.address == address && now.Sub(u.at) < 15*time.Second {
		return
	}
	s.uses.last[id], s.uses.fresh[id] = use{now, address}, true
}

// lastUse puts what is not yet written into a token.
func (s *Service) lastUse(t Token) Token {
	s.uses.mu.Lock()
	defer s.uses.mu.Unlock()
	if u, ok := s.uses.last[t.ID]; ok && u.at.After(t.LastUsedAt.Time) {
		t.LastUsedAt, t.LastAddress = database.At(u.at), u.address
	}
	return t
}

// duty writes down what was used, and once a day forgets tokens that nobody needs to know of any more.
func (s *Service) duty(ctx context.Context) {
	minute, day := time.NewTicker(time.Minute), time.NewTicker(24*time.Hour)
	defer minute.Stop()
	defer day.Stop()
	for {
		select {
		case <-minute.C:
			s.keepUses(ctx)
		case <-day.C:
			if err := s.forget(ctx); err != nil {
				s.app.Log.Error("old API tokens could not be forgotten", "error", err.Error())
			}
		case <-ctx.Done():
			s.keepUses(context.WithoutCancel(ctx))
			return
		}
	}
}

func (s *Service) keepUses(ctx context.Context) {
	s.uses.mu.Lock()
	fresh := map[string]use{}
	for id := range s.uses.fresh {
		fresh[id] = s.uses.last[id]
	}
	clear(s.uses.fresh)
	s.uses.mu.Unlock()
	if len(fresh) == 0 {
		return
	}
	err := s.app.Platform.DB.Write(ctx, func(tx *database.DB) error {
		for id, u := range fresh {
			if _, err := tx.Exec("UPDATE tokens_token SET last_used_at = {:t}, last_address = {:a} WHERE id = {:id}", dbx.Params{"t": database.At(u.at), "a": u.address, "id": id}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		s.app.Log.Error("the use of API tokens could not be written down", "error", err.Error())
	}
}

// keptFor is how long a revoked token stays on the page.
const keptFor = 90 * 24 * time.Hour

// forget deletes tokens that were revoked long ago, and those of stores that are gone.
func (s *Service) forget(ctx context.Context) error {
	return s.app.Platform.DB.Write(ctx, func(tx *database.DB) error {
		if _, err := tx.Exec("DELETE FROM tokens_token WHERE revoked_at < {:t}", dbx.Params{"t": database.At(s.app.Now().Add(-keptFor))}); err != nil {
			return err
		}
		var stores []string
		if err := tx.NewQuery("SELECT DISTINCT store_id FROM tokens_token").Column(&stores); err != nil {
			return err
		}
		for _, id := range stores {
			if s.app.Platform.ByID(id) != nil {
				continue
			}
			if _, err := tx.Exec("DELETE FROM tokens_token WHERE store_id = {:s}", dbx.Params{"s": id}); err != nil {
				return err
			}
		}
		return s.renew(ctx, tx)
	})
}
