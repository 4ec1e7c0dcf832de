package domains

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"

	"github.com/pocketbase/dbx"

	"wizamart/framework/audit"
	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/tenant"
)

// maxClaims is how many domains one store may claim.
const maxClaims = 20

// Add claims a domain for a store: pair takes its www, or the domain of a www, along. The claim leads nowhere until it is
// proven. Fields: host.
func (s *Service) Add(ctx context.Context, info *tenant.Info, name string, pair bool) ([]Claim, error) {
	host, err := s.app.Platform.CustomHost(name)
	if err != nil {
		return nil, err
	}
	hosts := []string{host}
	if other := companion(host); pair && other != "" {
		if _, err := s.app.Platform.CustomHost(other); err == nil {
			hosts = append(hosts, other)
		}
	}
	var added []Claim
	err = s.app.Platform.DB.Write(ctx, func(tx *database.DB) error {
		added = nil
		have, err := claimsOf(ctx, tx, info.ID)
		if err != nil {
			return err
		}
		there := map[string]bool{}
		for _, c := range have {
			there[c.Host] = true
		}
		if there[host] {
			return problem.On("host", "This store has %s on its list already.", tenant.ShowHost(host))
		}
		token, err := merchantToken(tx, info.MerchantID, zone(host))
		if err != nil {
			return err
		}
		if token == "" {
			token = strings.ToLower(rand.Text())
		}
		for _, h := range hosts {
			if there[h] {
				continue
			}
			if len(have)+len(added) >= maxClaims {
				return problem.On("host", "A store has room for %d domains. Remove one first.", maxClaims)
			}
			now := database.At(s.Now())
			c := Claim{ID: database.NewID(), StoreID: info.ID, MerchantID: info.MerchantID, Host: h, Token: token, CreatedAt: now, NextCheckAt: now}
			if err := insertClaim(tx, c); err != nil {
				return fmt.Errorf("claim the domain: %w", err)
			}
			if err := s.note(ctx, tx, "domains.domain.claimed", c, nil, map[string]string{"host": h}); err != nil {
				return err
			}
			added = append(added, c)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	s.nudge()
	return added, nil
}

// Remove gives a domain up: it leads nowhere at once, and its certificate is used no more.
func (s *Service) Remove(ctx context.Context, info *tenant.Info, id string) (Claim, error) {
	var c Claim
	err := s.app.Platform.DB.Write(ctx, func(tx *database.DB) (err error) {
		if c, err = claimOf(ctx, tx, info.ID, id); err != nil {
			return err
		}
		if _, err := tx.Exec("DELETE FROM domains_claim WHERE id = {:id}", dbx.Params{"id": id}); err != nil {
			return err
		}
		if c.Verified() {
			if err := tenant.RemoveDomain(tx, c.Host, info.ID); err != nil {
				return err
			}
		}
		return s.note(ctx, tx, "domains.domain.removed", c, map[string]string{"host": c.Host}, nil)
	})
	if err != nil {
		return c, err
	}
	return c, s.app.Platform.Reload(ctx)
}

// SetPrimary makes a verified domain the one that all the store's other addresses lead to.
func (s *Service) SetPrimary(ctx context.Context, info *tenant.Info, id string) (Claim, error) {
	var c Claim
	err := s.app.Platform.DB.Write(ctx, func(tx *database.DB) (err error) {
		if c, err = claimOf(ctx, tx, info.ID, id); err != nil {
			return err
		}
		if !c.Verified() {
			return problem.New(problem.Conflict, "%s is not verified yet. Only a verified domain can be the primary one.", c.Shown())
		}
		if !c.Routed {
			return problem.New(problem.Conflict, "%s does not point here yet, so shoppers would be sent where there is no shop. Set its DNS records and check again first.", c.Shown())
		}
		return s.choose(ctx, tx, info, c, c.Host)
	})
	if err != nil {
		return c, err
	}
	return c, s.app.Platform.Reload(ctx)
}

// ClearPrimary has every address of the store stand for itself again.
func (s *Service) ClearPrimary(ctx context.Context, info *tenant.Info, id string) (Claim, error) {
	var c Claim
	err := s.app.Platform.DB.Write(ctx, func(tx *database.DB) (err error) {
		if c, err = claimOf(ctx, tx, info.ID, id); err != nil {
			return err
		}
		if info.Primary != c.Host {
			return problem.New(problem.Conflict, "%s is not the primary domain.", c.Shown())
		}
		return s.choose(ctx, tx, info, c, "")
	})
	if err != nil {
		return c, err
	}
	return c, s.app.Platform.Reload(ctx)
}

func (s *Service) choose(ctx context.Context, tx *database.DB, info *tenant.Info, c Claim, host string) error {
	if err := tenant.SetPrimaryDomain(tx, info.ID, host); err != nil {
		return err
	}
	return s.note(ctx, tx, "domains.primary.changed", c, map[string]string{"primary": info.Primary}, map[string]string{"primary": host})
}

// note records a change in the platform's audit log, in the change's transaction.
func (s *Service) note(ctx context.Context, tx *database.DB, action string, c Claim, before, after any) error {
	e := audit.Entry{Action: action, SubjectKind: "store", SubjectID: c.StoreID, SubjectName: c.Host}
	var err error
	if e.Before, e.After, err = audit.Diff(before, after); err != nil {
		return err
	}
	return audit.Record(ctx, tx, e)
}
