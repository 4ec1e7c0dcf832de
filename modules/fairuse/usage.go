package fairuse

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"wizamart/tenant"
)

// How old what was found of a store's directory may be: where all is well, and before something is refused. Reading it takes a system call a picture.
const (
	mediaAge     = 10 * time.Minute
	mediaRecount = 5 * time.Second
	countAge     = time.Minute
)

// kept is what a store keeps, in bytes, and how many products and people it had.
type kept struct {
	media, database int64
	at              time.Time // of media
	products, staff int64
	counted         time.Time // of products and staff
}

// look finds out how many bytes a store keeps, unless that is known well enough.
func (s *Service) look(storeID string, age time.Duration) kept {
	now := time.Now()
	s.mu.Lock()
	k := s.kept[storeID]
	s.mu.Unlock()
	dir := filepath.Join(s.app.Platform.Dir(), "stores", storeID)
	if now.Sub(k.at) > age {
		media := bytesBelow(filepath.Join(dir, "media"))
		s.mu.Lock()
		k = s.kept[storeID]
		k.media, k.at = media, now
		s.kept[storeID] = k
		s.mu.Unlock()
	}
	k.database = bytesOf(filepath.Join(dir, "store.db")) + bytesOf(filepath.Join(dir, "store.db-wal"))
	return k
}

func bytesOf(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}

func bytesBelow(dir string) (sum int64) {
	filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error { //nolint:errcheck // what cannot be read counts nothing
		if err != nil || !d.Type().IsRegular() {
			return nil //nolint:nilerr // as above
		}
		if info, err := d.Info(); err == nil {
			sum += info.Size()
		}
		return nil
	})
	return sum
}

// Line is how much of a kind a store has, and may have.
type Line struct {
	Kind  Kind
	Label string
	Used  int64
	Most  int64 // 0 is no limit
	Own   bool  // it is the store's own quota, not the platform's
}

// Percent of what the store may have; 0 without a limit.
func (l Line) Percent() int64 {
	if l.Most == 0 {
		return 0
	}
	return l.Used * 100 / l.Most
}

// warnAt is from how many percent on people are told.
const warnAt = 80

// Near tells whether it is time to tell people.
func (l Line) Near() bool { return l.Percent() >= warnAt }

// Full tells whether there is no more.
func (l Line) Full() bool { return l.Most > 0 && l.Used >= l.Most }

// Usage of a store, at most a minute old, and its pictures' at most ten.
func (s *Service) Usage(ctx context.Context, st *tenant.Store) ([]Line, error) {
	k := s.look(st.ID(), mediaAge)
	if now := time.Now(); now.Sub(k.counted) > countAge {
		n, err := s.counts.ProductCount(ctx, st)
		if err != nil {
			return nil, err
		}
		k.products, k.staff, k.counted = int64(n), int64(s.seats.StaffCount(st.Info())), now
		s.mu.Lock()
		s.kept[st.ID()] = k
		s.mu.Unlock()
	}
	used := map[Kind]int64{Disk: (k.media + k.database + 999_999) / 1_000_000, Products: k.products, Staff: k.staff}
	if s.Programs != nil {
		used[Tokens] = int64(s.Programs.TokenCount(st.ID()))
	}
	var out []Line
	for _, info := range kinds {
		n, ok := used[info.Kind]
		if !ok {
			continue
		}
		most, own := s.Quota(st.ID(), info.Kind)
		out = append(out, Line{Kind: info.Kind, Label: info.Label, Used: n, Most: most, Own: own})
	}
	return out, nil
}

// Forget has the next look count anew.
func (s *Service) Forget(storeID string) {
	s.mu.Lock()
	delete(s.kept, storeID)
	s.mu.Unlock()
}
