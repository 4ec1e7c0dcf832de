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
	measureAgain = 10 * time.Minute // after all files were measured
	measureRest  = 5 * time.Millisecond
	measureNow   = 700 * time.Millisecond // that a page waits for files that were not measured yet
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

// keepMeasuring measures one store after the other until ctx ends.
func (s *Service) keepMeasuring(ctx context.Context) {
	for {
		ids := []string{""}
		for _, info := range s.app.Platform.Stores() {
			ids = append(ids, info.ID)
		}
		for _, id := range ids {
			s.setUsage(s.measure(id))
			if !pause(ctx, measureRest) {
				return
			}
		}
		if !pause(ctx, measureAgain) {
			return
		}
	}
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

// Usage is how much room all stores and the platform's database take, the largest first. What was not measured yet is measured now, for a
// short while; missing is how many are left.
func (s *Service) Usage(_ context.Context) (out []Usage, missing int) {
	until := time.Now().Add(measureNow)
	s.setUsage(s.measure(""))
	add := func(id, name, code string) {
		s.gather.Lock()
		u, ok := s.usage[id]
		s.gather.Unlock()
		if !ok {
			if time.Now().After(until) {
				missing++
				return
			}
			u = s.measure(id)
			s.setUsage(u)
		}
		u.Store, u.Code = name, code
		out = append(out, u)
	}
	add("", "Platform", platformFile)
	for _, info := range s.app.Platform.Stores() {
		add(info.ID, info.Name, info.Code)
	}
	slices.SortStableFunc(out, func(a, b Usage) int { return cmp.Or(cmp.Compare(b.Total(), a.Total()), cmp.Compare(a.Code, b.Code)) })
	return out, missing
}
