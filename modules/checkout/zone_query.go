package checkout

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"wizamart/framework/audit"
	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/tenant"
)

func selectZones(ctx context.Context, st *tenant.Store, tail string, args ...any) ([]Zone, error) {
	return each(st, ctx, "read the zones", func(rows *sql.Rows, z *Zone) error {
		var places string
		if err := rows.Scan(&z.ID, &z.Name, &places, &z.CreatedAt, &z.UpdatedAt, &z.DeletedAt); err != nil {
			return err
		}
		return json.Unmarshal([]byte(places), &z.Places)
	}, "SELECT id, name, places, created_at, updated_at, deleted_at FROM checkout_zone "+tail, args...)
}

// Zones are the store's, the oldest first.
func (s *Service) Zones(ctx context.Context, st *tenant.Store) ([]Zone, error) { return zones(ctx, st) }

func zones(ctx context.Context, st *tenant.Store) ([]Zone, error) {
	return selectZones(ctx, st, "WHERE deleted_at IS NULL ORDER BY id")
}

// Zone finds one that is not deleted.
func (s *Service) Zone(ctx context.Context, st *tenant.Store, id string) (Zone, error) {
	z, err := zone(ctx, st, id)
	if err == nil && !z.DeletedAt.IsZero() {
		err = problem.New(problem.NotFound, "There is no such zone.")
	}
	return z, err
}

func zone(ctx context.Context, st *tenant.Store, id string) (Zone, error) {
	list, err := selectZones(ctx, st, "WHERE id = ?", id)
	if err == nil && len(list) == 0 {
		err = problem.New(problem.NotFound, "There is no such zone.")
	}
	if err != nil {
		return Zone{}, err
	}
	return list[0], nil
}

// CreateZone makes a zone without places: no address belongs to it.
func (s *Service) CreateZone(ctx context.Context, st *tenant.Store, name string) (Zone, error) {
	now := database.Now()
	z := Zone{ID: database.NewID(), Name: name, Places: []Place{}, CreatedAt: now, UpdatedAt: now}
	err := st.Write(ctx, func(tx *tenant.Store) error {
		all, err := s.Zones(ctx, tx)
		if err != nil {
			return err
		}
		if len(all) >= MaxZones {
			return problem.New(problem.Conflict, "A store has at most %d zones.", MaxZones)
		}
		return changeZone(ctx, tx, "created", nil, z)
	})
	return z, err
}

// SaveZone changes a zone's name and places.
func (s *Service) SaveZone(ctx context.Context, st *tenant.Store, in Zone) (Zone, error) {
	if err := in.Validate(); err != nil {
		return in, err
	}
	err := st.Write(ctx, func(tx *tenant.Store) error {
		old, err := s.Zone(ctx, tx, in.ID)
		if err != nil {
			return err
		}
		in.CreatedAt, in.UpdatedAt, in.DeletedAt = old.CreatedAt, old.UpdatedAt, old.DeletedAt
		return changeZone(ctx, tx, "updated", &old, in)
	})
	return in, err
}

// DeleteZone takes a zone away: its methods are offered nowhere until it is back, or they are given another.
func (s *Service) DeleteZone(ctx context.Context, st *tenant.Store, id string) (Zone, error) {
	return s.markZone(ctx, st, id, "deleted", database.Now())
}

// RestoreZone brings a deleted zone back.
func (s *Service) RestoreZone(ctx context.Context, st *tenant.Store, id string) (Zone, error) {
	return s.markZone(ctx, st, id, "restored", database.Time{})
}

func (s *Service) markZone(ctx context.Context, st *tenant.Store, id, done string, deleted database.Time) (z Zone, err error) {
	err = st.Write(ctx, func(tx *tenant.Store) error {
		old, err := zone(ctx, tx, id)
		if err != nil {
			return err
		}
		z = old
		if old.DeletedAt.IsZero() == deleted.IsZero() {
			return nil
		}
		z.DeletedAt = deleted
		return changeZone(ctx, tx, done, &old, z)
	})
	return z, err
}

func changeZone(ctx context.Context, tx *tenant.Store, done string, old *Zone, z Zone) error {
	var was any
	if old != nil {
		was = old
	}
	before, after, err := audit.Diff(was, z)
	if err != nil || done == "updated" && len(before)+len(after) == 0 {
		return err
	}
	places, err := json.Marshal(z.Places)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "INSERT OR REPLACE INTO checkout_zone (id, name, places, created_at, updated_at, deleted_at) VALUES (?, ?, ?, ?, ?, ?)",
		z.ID, z.Name, string(places), z.CreatedAt, database.Now(), z.DeletedAt)
	if err != nil {
		return fmt.Errorf("write a zone: %w", err)
	}
	return audit.Record(ctx, tx.DB, audit.Entry{Action: "checkout.zone." + done, SubjectKind: "zone", SubjectID: z.ID, SubjectName: z.Name, Before: before, After: after})
}
