package monitoring

import (
	"cmp"
	"context"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"wizamart/framework/database"
)

const (
	measureAgain = 10 * time.Minute       // after which a size is too old
	measureNow   = 700 * time.Millisecond // that a page waits for sizes
	measureCrowd = 50                     // stores measured between two rests
)

// Usage is how much room one store, or the platform's own database, takes on the disk, in bytes.
type Usage struct {
	StoreID    string    `json:"store_id" doc:"Empty for the platform's own."`
	Store      string    `json:"store"`
	Code       string    `json:"code"`
	Database   int64     `json:"database_bytes"`
	Log        int64     `json:"log_bytes" doc:"Write-ahead log."`
	Media      int64     `json:"media_bytes"`
	Other      int64     `json:"other_bytes" doc:"Copies from before a migration, temporary files."`
	MeasuredAt time.Time `json:"measured_at"`
}

// Total of all parts.
func (u Usage) Total() int64 { return u.Database + u.Log + u.Media + u.Other }

// measure looks at a store's directory.
func (s *Service) measure(id string) Usage {
	u := Usage{StoreID: id, MeasuredAt: time.Now().UTC()}
	if id == "" {
		u.Database, u.Log, _ = database.Sizes(s.app.Platform.DB.Path())
		return u
	}
	dir := filepath.Join(s.app.Platform.Dir(), "stores", id)
	filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error { //nolint:errcheck // what goes away meanwhile takes no room
		if err != nil || d.IsDir() {
			return nil
		}
		info, err := d.Info()
		if err != nil {
			return nil
		}
		rest := strings.TrimPrefix(path, dir+string(filepath.Separator))
		switch {
		case rest == "store.db":
			u.Database += info.Size()
		case rest == "store.db-wal":
			u.Log += info.Size()
		case strings.HasPrefix(rest, "media"+string(filepath.Separator)):
			u.Media += info.Size()
		default:
			u.Other += info.Size()
		}
		return nil
	})
	return u
}

// keepMeasuring measures what Usage had no time for, whenever somebody asked, until ctx ends. While nobody asks nothing is looked at.
func (s *Service) keepMeasuring(ctx context.Context) {
	for {
		select {
		case <-s.measuring:
		case <-ctx.Done():
			return
		}
		for crowd := range slices.Chunk(s.unmeasured(time.Now()), measureCrowd) {
			began := time.Now()
			for _, id := range crowd {
				s.setUsage(s.measure(id))
			}
			if !pause(ctx, 3*time.Since(began)) {
				return
			}
		}
	}
}

// unmeasured are the stores without a size of the last ten minutes, those without any first. Sizes of stores that are gone are forgotten.
func (s *Service) unmeasured(now time.Time) (out []string) {
	s.gather.Lock()
	defer s.gather.Unlock()
	known := make(map[string]Usage, len(s.usage))
	for _, info := range s.app.Platform.Stores() {
		u, ok := s.usage[info.ID]
		if ok {
			known[info.ID] = u
		}
		if now.Sub(u.MeasuredAt) > measureAgain {
			out = append(out, info.ID)
		}
	}
	slices.SortStableFunc(out, func(a, b string) int { return known[a].MeasuredAt.Compare(known[b].MeasuredAt) })
	s.usage = known
	return out
}

func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

func (s *Service) setUsage(u Usage) {
	s.gather.Lock()
	defer s.gather.Unlock()
	s.usage[u.StoreID] = u
}

// Usage is how much room all stores and the platform's database take, the largest first. Sizes are ten minutes old at most; what is older, or
// was not measured yet, is measured now, for a short while, and then in the background. missing is how many have no size at all.
func (s *Service) Usage(context.Context) (out []Usage, missing int) {
	now := time.Now()
	stale := s.unmeasured(now)
	for len(stale) > 0 && time.Since(now) < measureNow {
		s.setUsage(s.measure(stale[0]))
		stale = stale[1:]
	}
	if len(stale) > 0 {
		select {
		case s.measuring <- struct{}{}:
		default: // it is asked for already
		}
	}
	own := s.measure("")
	own.Store, own.Code = "Platform", platformFile
	out = append(out, own)
	s.gather.Lock()
	for _, info := range s.app.Platform.Stores() {
		u, ok := s.usage[info.ID]
		if !ok {
			missing++
			continue
		}
		u.Store, u.Code = info.Name, info.Code
		out = append(out, u)
	}
	s.gather.Unlock()
	slices.SortStableFunc(out, func(a, b Usage) int { return cmp.Or(cmp.Compare(b.Total(), a.Total()), cmp.Compare(a.Code, b.Code)) })
	return out, missing
}
