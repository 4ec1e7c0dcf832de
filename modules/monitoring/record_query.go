package monitoring

import (
	"context"
	"fmt"

	"github.com/pocketbase/dbx"

	"wizamart/framework/database"
)

const recordColumns = `store_id, changed_at, drill_at, drill_result, drill_error, drill_place, drill_txid, drill_orders, drill_newest,
	drill_bytes, drill_ms, sound_at, snapshot_tried_at, snapshot_error, snapshot_at, snapshot_name, snapshot_bytes`

// records are all records by store id, from memory. Only this process writes them.
func (s *Service) records(ctx context.Context) (map[string]Record, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.load(ctx); err != nil {
		return nil, err
	}
	out := make(map[string]Record, len(s.known))
	for key, r := range s.known {
		out[key] = r
	}
	return out, nil
}

// Record is what is known of one file.
func (s *Service) Record(ctx context.Context, key string) (Record, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.load(ctx); err != nil {
		return Record{}, err
	}
	r := s.known[key]
	r.StoreID = key
	return r, nil
}

// load reads the records once. s.mu is held.
func (s *Service) load(ctx context.Context) error {
	if s.known != nil {
		return nil
	}
	var all []Record
	if err := s.app.Platform.DB.NewQuery("SELECT " + recordColumns + " FROM monitoring_file").WithContext(ctx).All(&all); err != nil {
		return fmt.Errorf("read what is known of the replicas: %w", err)
	}
	s.known = make(map[string]Record, len(all))
	for _, r := range all {
		s.known[r.StoreID] = r
	}
	return nil
}

// change reads, changes and writes one record. fn can be run again.
func (s *Service) change(ctx context.Context, key string, fn func(r *Record)) (Record, error) {
	s.writing.Lock() // the order in memory is the order in the file
	defer s.writing.Unlock()
	r, err := s.Record(ctx, key)
	if err != nil {
		return r, err
	}
	fn(&r)
	err = s.app.Platform.DB.Write(ctx, func(tx *database.DB) error {
		_, err := tx.NewQuery(`INSERT OR REPLACE INTO monitoring_file (` + recordColumns + `) VALUES ({:id}, {:changed}, {:drill}, {:result}, {:error}, {:place}, {:txid},
			{:orders}, {:newest}, {:bytes}, {:ms}, {:sound}, {:tried}, {:why}, {:at}, {:name}, {:size})`).Bind(dbx.Params{
			"id": key, "changed": r.ChangedAt, "drill": r.DrillAt, "result": r.DrillResult, "error": r.DrillError, "place": r.DrillPlace, "txid": r.DrillTXID,
			"orders": r.DrillOrders, "newest": r.DrillNewest, "bytes": r.DrillBytes, "ms": r.DrillMS, "sound": r.SoundAt,
			"tried": r.SnapshotTriedAt, "why": r.SnapshotError, "at": r.SnapshotAt, "name": r.SnapshotName, "size": r.SnapshotBytes,
		}).Execute()
		return err
	})
	if err != nil {
		return r, fmt.Errorf("note what is known of a replica: %w", err)
	}
	s.mu.Lock()
	s.known[key] = r
	s.mu.Unlock()
	return r, nil
}
