package fairuse

import (
	"context"
	"fmt"
	"strconv"

	"github.com/pocketbase/dbx"

	"wizamart/framework/audit"
	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/tenant"
)

// Kind is something of which a store may have so much.
type Kind string

// Kinds of quotas.
const (
	Disk     Kind = "disk"     // MB (1,000,000 bytes) of database and media
	Products Kind = "products" // that are not deleted
	Staff    Kind = "staff"    // people who work for it
	Tokens   Kind = "tokens"   // API tokens that are not revoked
)

type kindInfo struct {
	Kind    Kind
	Label   string
	Default int64 // of the platform's setting
	Refusal string
}

var kinds = []kindInfo{
	{Disk, "Disk space, MB", 5000, "This store has used up its %d MB of disk space. Remove pictures that are not needed, or ask the operator of the platform for more."},
	{Products, "Products", 50_000, "This store has all %d products that it may have. Delete some, or ask the operator of the platform for more."},
	{Staff, "People who work for it", 50, "This store has all %d people that may work for it. Remove one, or ask the operator of the platform for more."},
	{Tokens, "API tokens", 20, "This store has all %d API tokens that it may have. Revoke one, or ask the operator of the platform for more."},
}

func (k kindInfo) setting() string { return "fairuse.quota_" + string(k.Kind) }

func infoOf(kind Kind) (kindInfo, bool) {
	for _, k := range kinds {
		if k.Kind == kind {
			return k, true
		}
	}
	return kindInfo{}, false
}

// quotas is what is set for one store alone. A kind that is missing is the platform's setting; 0 is no limit.
type quotas map[Kind]int64

// Quota is how much of a kind a store may have: its own, or the platform's. 0 is no limit.
func (s *Service) Quota(storeID string, kind Kind) (amount int64, own bool) {
	if all, err := s.quotas(context.Background()); err == nil {
		if n, ok := all[storeID][kind]; ok {
			return n, true
		}
	}
	k, ok := infoOf(kind)
	if !ok {
		return 0, false
	}
	n, err := strconv.ParseInt(s.app.PlatformSetting(k.setting()), 10, 64)
	if err != nil {
		return k.Default, false
	}
	return n, false
}

// quotas is the snapshot, read when it is first asked for.
func (s *Service) quotas(ctx context.Context) (map[string]quotas, error) {
	if all := s.own.Load(); all != nil {
		return *all, nil
	}
	s.loading.Lock()
	defer s.loading.Unlock()
	if all := s.own.Load(); all != nil {
		return *all, nil
	}
	all, err := readQuotas(ctx, s.app.Platform.DB)
	if err != nil {
		return nil, err
	}
	s.own.Store(&all)
	return all, nil
}

func readQuotas(ctx context.Context, db *database.DB) (map[string]quotas, error) {
	all := map[string]quotas{}
	err := db.Each(ctx, func(row database.Row) error {
		var store string
		var kind Kind
		var amount int64
		if err := row.Scan(&store, &kind, &amount); err != nil {
			return err
		}
		if all[store] == nil {
			all[store] = quotas{}
		}
		all[store][kind] = amount
		return nil
	}, "SELECT store_id, kind, amount FROM fairuse_quota")
	if err != nil {
		return nil, fmt.Errorf("read the quotas: %w", err)
	}
	return all, nil
}

// SetQuotas changes what a store may have. A nil amount goes back to the platform's setting, 0 is no limit; kinds that are not named stay. It acts at once, and
// takes nothing away that the store has already. It is what billing calls when a tier changes.
func (s *Service) SetQuotas(ctx context.Context, storeID string, change map[Kind]*int64) error {
	info := s.app.Platform.ByID(storeID)
	if info == nil {
		return problem.New(problem.NotFound, "This store does not exist.")
	}
	var f problem.Fields
	for kind, amount := range change {
		_, known := infoOf(kind)
		f.Check(known, string(kind), "There is no such quota.")
		f.Check(amount == nil || *amount >= 0 && *amount <= 1_000_000_000, string(kind), "Enter a whole number from 0 to %d, or nothing.", 1_000_000_000)
	}
	if err := f.Err(); err != nil {
		return err
	}
	all, err := s.quotas(ctx)
	if err != nil {
		return err
	}
	before, after := map[string]int64{}, map[string]int64{}
	return s.app.Platform.DB.Write(ctx, func(tx *database.DB) error {
		clear(before)
		clear(after)
		for kind, amount := range change {
			old, had := all[storeID][kind]
			if had {
				before[string(kind)] = old
			}
			p := dbx.Params{"s": storeID, "k": kind}
			query := "DELETE FROM fairuse_quota WHERE store_id = {:s} AND kind = {:k}"
			if amount != nil {
				after[string(kind)] = *amount
				p["a"], p["now"] = *amount, database.Now()
				query = `INSERT INTO fairuse_quota (store_id, kind, amount, changed_at) VALUES ({:s}, {:k}, {:a}, {:now})
					ON CONFLICT (store_id, kind) DO UPDATE SET amount = excluded.amount, changed_at = excluded.changed_at`
			}
			if _, err := tx.Exec(query, p); err != nil {
				return fmt.Errorf("set a quota: %w", err)
			}
		}
		e := audit.Entry{Action: "fairuse.quotas.changed", SubjectKind: "store", SubjectID: storeID, SubjectName: info.Name}
		var err error
		if e.Before, e.After, err = audit.Diff(before, after); err != nil {
			return err
		}
		if err := audit.Record(ctx, tx, e); err != nil {
			return err
		}
		next, err := readQuotas(ctx, tx)
		if err != nil {
			return err
		}
		tx.AfterCommit(func() { s.own.Store(&next) })
		return nil
	})
}

// room is nil when the store, which has so many of a kind, may have more of them. Else it is a problem.Quota.
func (s *Service) room(storeID string, kind Kind, have, more int64) error {
	most, _ := s.Quota(storeID, kind)
	if most == 0 || more <= 0 || have+more <= most {
		return nil
	}
	k, _ := infoOf(kind)
	return problem.New(problem.Quota, k.Refusal, most)
}

// ForProducts is nil when a store that has so many products may have more of them, else a problem.Quota.
func (s *Service) ForProducts(st *tenant.Store, have, more int) error {
	return s.room(st.ID(), Products, int64(have), int64(more))
}

// ForStaff is ForProducts for the people who work for a store.
func (s *Service) ForStaff(storeID string, have, more int) error {
	return s.room(storeID, Staff, int64(have), int64(more))
}

// ForTokens is ForProducts for API tokens.
func (s *Service) ForTokens(storeID string, have, more int) error {
	return s.room(storeID, Tokens, int64(have), int64(more))
}

// RoomForBytes is nil when the store may keep so many bytes more and the disk has room for them: else a problem.Quota or a problem.Full.
func (s *Service) RoomForBytes(st *tenant.Store, more int64) error {
	if err := s.app.Disk.Room(more); err != nil {
		return err
	}
	most, _ := s.Quota(st.ID(), Disk)
	if most == 0 {
		return nil
	}
	k := s.look(st.ID(), mediaAge)
	const mb = 1_000_000
	if k.media+k.database+more > most*mb {
		k = s.look(st.ID(), mediaRecount) // something may have been removed
		if k.media+k.database+more > most*mb {
			kind, _ := infoOf(Disk)
			return problem.New(problem.Quota, kind.Refusal, most)
		}
	}
	return nil
}

// ForBytes is RoomForBytes of what comes. What was let through counts at once, also when it is not kept in the end.
func (s *Service) ForBytes(st *tenant.Store, more int64) error {
	if err := s.RoomForBytes(st, more); err != nil {
		return err
	}
	if most, _ := s.Quota(st.ID(), Disk); most == 0 {
		return nil
	}
	s.mu.Lock()
	k := s.kept[st.ID()]
	k.media += more
	s.kept[st.ID()] = k
	s.mu.Unlock()
	return nil
}
