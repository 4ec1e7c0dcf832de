package catalog

import (
	"context"
	"fmt"

	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/tenant"
)

var noParty = problem.New(problem.NotFound, "This manufacturer or responsible person does not exist.")

// Parties lists who answers for the products' safety, by name.
func (s *Service) Parties(ctx context.Context, st *tenant.Store) ([]Party, error) {
	set, err := s.typeSetOf(ctx, st)
	if err != nil {
		return nil, err
	}
	return set.parties, nil
}

// Party reads one; problem.NotFound for one that is not there.
func (s *Service) Party(ctx context.Context, st *tenant.Store, id string) (*Party, error) {
	set, err := s.typeSetOf(ctx, st)
	if err != nil {
		return nil, err
	}
	p := set.partyByID(id)
	if p == nil {
		return nil, noParty
	}
	return p, nil
}

// CreateParty adds one. A default takes the place of the one before.
func (s *Service) CreateParty(ctx context.Context, st *tenant.Store, in Party) (*Party, error) {
	var out *Party
	err := st.Write(ctx, func(tx *tenant.Store) error {
		p := in
		p.ID, p.CreatedAt, p.UpdatedAt = database.NewID(), database.Now(), database.Now()
		p.prepare()
		if err := p.Validate(); err != nil {
			return err
		}
		all, err := readParties(ctx, tx)
		if err != nil {
			return err
		}
		if len(all) >= MaxParties {
			return problem.On("name", "A store has at most %d manufacturers and responsible persons.", MaxParties)
		}
		if err := writeParty(ctx, tx, &p); err != nil {
			return err
		}
		out = &p
		return record(ctx, tx, "catalog.party.created", "responsible_party", p.ID, p.Name, nil, p.view())
	})
	return out, err
}

// UpdateParty changes one: change gets it as it is now, and may run again.
func (s *Service) UpdateParty(ctx context.Context, st *tenant.Store, id string, change func(*Party) error) (*Party, error) {
	var out *Party
	err := st.Write(ctx, func(tx *tenant.Store) error {
		before, err := s.Party(ctx, tx, id)
		if err != nil {
			return err
		}
		p := *before
		if err := change(&p); err != nil {
			return err
		}
		p.prepare()
		if err := p.Validate(); err != nil {
			return err
		}
		out = &p
		if fmt.Sprint(before.view()) == fmt.Sprint(p.view()) {
			return nil
		}
		p.UpdatedAt = database.Now()
		if err := writeParty(ctx, tx, &p); err != nil {
			return err
		}
		return record(ctx, tx, "catalog.party.updated", "responsible_party", id, p.Name, before.view(), p.view())
	})
	return out, err
}

// DeleteParty takes one away: products that name it fall back on the store's default, until RestoreParty.
func (s *Service) DeleteParty(ctx context.Context, st *tenant.Store, id string) (*Party, error) {
	var out *Party
	err := st.Write(ctx, func(tx *tenant.Store) error {
		p, err := s.Party(ctx, tx, id)
		if err != nil {
			return err
		}
		out = p
		_, err = tx.ExecContext(ctx, "UPDATE catalog_party SET deleted_at = ?, updated_at = ?, default_manufacturer = 0, default_responsible = 0 WHERE id = ?", database.Now(), database.Now(), id)
		if err != nil {
			return wrap("delete the party", err)
		}
		return record(ctx, tx, "catalog.party.deleted", "responsible_party", id, p.Name, p.view(), nil)
	})
	return out, err
}

// RestoreParty brings a deleted one back; it is no default any more.
func (s *Service) RestoreParty(ctx context.Context, st *tenant.Store, id string) error {
	return st.Write(ctx, func(tx *tenant.Store) error {
		rows, err := tx.QueryContext(ctx, "SELECT "+partyColumns+" FROM catalog_party WHERE id = ? AND deleted_at IS NOT NULL", id)
		list, err := collect(rows, err, scanParty)
		if err != nil {
			return wrap("look for the party", err)
		}
		if len(list) == 0 {
			return noParty
		}
		if _, err := tx.ExecContext(ctx, "UPDATE catalog_party SET deleted_at = NULL, updated_at = ? WHERE id = ?", database.Now(), id); err != nil {
			return wrap("restore the party", err)
		}
		return record(ctx, tx, "catalog.party.restored", "responsible_party", id, list[0].Name, nil, list[0].view())
	})
}

func writeParty(ctx context.Context, tx *tenant.Store, p *Party) error {
	for column, is := range map[string]bool{"default_manufacturer": p.DefaultManufacturer, "default_responsible": p.DefaultResponsible} {
		if !is {
			continue
		}
		if _, err := tx.ExecContext(ctx, "UPDATE catalog_party SET "+column+" = 0 WHERE "+column+" = 1 AND id <> ?", p.ID); err != nil {
			return wrap("change the default", err)
		}
	}
	_, err := tx.ExecContext(ctx, "INSERT INTO catalog_party ("+partyColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET name = excluded.name, address = excluded.address, country = excluded.country, contact = excluded.contact,
			default_manufacturer = excluded.default_manufacturer, default_responsible = excluded.default_responsible, updated_at = excluded.updated_at`,
		p.ID, p.Name, p.Address, p.Country, p.Contact, p.DefaultManufacturer, p.DefaultResponsible, p.CreatedAt, p.UpdatedAt)
	return wrap("save the party", err)
}

// view is what the audit keeps of a party.
func (p *Party) view() map[string]any {
	return map[string]any{
		"name": p.Name, "address": p.Address, "country": p.Country, "contact": p.Contact, "default_manufacturer": p.DefaultManufacturer, "default_responsible": p.DefaultResponsible,
	}
}
