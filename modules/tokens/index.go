package tokens

import (
	"context"
	"crypto/sha256"

	"wizamart/framework/database"
	"wizamart/framework/web"
)

// index is an immutable picture of all tokens that are not revoked: a request's token costs no query, and a change acts on the next request.
type index struct {
	byHash  map[[sha256.Size]byte]*held
	byStore map[string][]*held
}

type held struct {
	Token
	program web.Program
}

// indexed is the picture, read when it is first asked for.
func (s *Service) indexed() *index {
	if x := s.current.Load(); x != nil {
		return x
	}
	s.loading.Lock()
	defer s.loading.Unlock()
	if x := s.current.Load(); x != nil {
		return x
	}
	x, err := readIndex(context.Background(), s.app.Platform.DB)
	if err != nil {
		s.app.Log.Error("the API tokens could not be read", "error", err.Error())
		return &index{} // nobody is let in, and it is tried again
	}
	if !s.current.CompareAndSwap(nil, x) { // a change was quicker, and knows more
		return s.current.Load()
	}
	return x
}

func readIndex(ctx context.Context, db *database.DB) (*index, error) {
	list, err := find(ctx, db, "WHERE revoked_at IS NULL", nil)
	if err != nil {
		return nil, err
	}
	x := &index{byHash: map[[sha256.Size]byte]*held{}, byStore: map[string][]*held{}}
	for _, t := range list {
		h := &held{t, web.Program{ID: t.ID, Name: t.Name, StoreID: t.StoreID, UserID: t.UserID, Set: t.Permissions}}
		x.byHash[[sha256.Size]byte(t.hash)] = h
		x.byStore[t.StoreID] = append(x.byStore[t.StoreID], h)
	}
	return x, nil
}

// renew has the next request see what tx has written.
func (s *Service) renew(ctx context.Context, tx *database.DB) error {
	next, err := readIndex(ctx, tx)
	if err != nil {
		return err
	}
	tx.AfterCommit(func() { s.current.Store(next) })
	return nil
}

// Token is the program whose secret this is, or nil for one that is unknown, revoked or past its day.
func (s *Service) Token(secret string) *web.Program {
	if !wellFormed(secret) {
		return nil
	}
	h := s.indexed().byHash[hashOf(secret)]
	if h == nil || h.over(s.app.Now()) {
		return nil
	}
	return &h.program
}

// TokenCount is how many tokens a store has, those that have expired too.
func (s *Service) TokenCount(storeID string) int { return len(s.indexed().byStore[storeID]) }

// EndingSoon are a store's tokens that end within a week.
func (s *Service) EndingSoon(storeID string) (names []string) {
	now := s.app.Now()
	for _, h := range s.indexed().byStore[storeID] {
		if h.state(now, true) == Ending {
			names = append(names, h.Name)
		}
	}
	return names
}
