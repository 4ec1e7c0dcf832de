package catalog

import (
	"context"
	"database/sql"
	"maps"
	"slices"
	"strings"

	"wizamart/framework/problem"
	"wizamart/tenant"
)

// safetyColumn is what a product says of its safety, as productColumns has it; NULL for nothing.
const safetyColumn = `(SELECT json_object('manufacturer', COALESCE(manufacturer_id, ''), 'responsible', COALESCE(responsible_id, ''), 'model', model, 'batch', batch, 'serial', serial, 'warnings', warnings)
	FROM catalog_safety WHERE product_id = p.id)`

const partyColumns = "id, name, address, country, contact, default_manufacturer, default_responsible, created_at, updated_at"

func scanParty(r *sql.Rows, p *Party) error {
	return r.Scan(&p.ID, &p.Name, &p.Address, &p.Country, &p.Contact, &p.DefaultManufacturer, &p.DefaultResponsible, &p.CreatedAt, &p.UpdatedAt)
}

func readParties(ctx context.Context, st *tenant.Store) ([]Party, error) {
	rows, err := st.QueryContext(ctx, "SELECT "+partyColumns+" FROM catalog_party WHERE deleted_at IS NULL ORDER BY name COLLATE NOCASE, id")
	list, err := collect(rows, err, scanParty)
	return list, wrap("read who answers for products", err)
}

// saveSafety writes what the product says of its safety, where that differs.
func saveSafety(ctx context.Context, tx *tenant.Store, before, p *Product) error {
	if before.Safety == p.Safety {
		return nil
	}
	if p.Safety == (Safety{}) {
		_, err := tx.ExecContext(ctx, "DELETE FROM catalog_safety WHERE product_id = ?", p.ID)
		return wrap("clear the product's safety", err)
	}
	x := &p.Safety
	for name, id := range map[string]string{"safety_manufacturer": x.Manufacturer, "safety_responsible": x.Responsible} {
		rows, err := tx.QueryContext(ctx, "SELECT id FROM catalog_party WHERE id = ?", id)
		found, err := collect(rows, err, scanString)
		if err != nil {
			return wrap("look for a party", err)
		}
		if id != "" && len(found) == 0 {
			return problem.On(name, "This manufacturer or responsible person does not exist.")
		}
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO catalog_safety (product_id, manufacturer_id, responsible_id, model, batch, serial, warnings)
		VALUES (?, NULLIF(?, ''), NULLIF(?, ''), ?, ?, ?, ?)
		ON CONFLICT (product_id) DO UPDATE SET manufacturer_id = excluded.manufacturer_id, responsible_id = excluded.responsible_id, model = excluded.model,
			batch = excluded.batch, serial = excluded.serial, warnings = excluded.warnings`,
		p.ID, x.Manufacturer, x.Responsible, x.Model, x.Batch, x.Serial, x.Warnings)
	return wrap("save the product's safety", err)
}

// lacksSafety is the condition that a thing which is sent names no manufacturer, or one outside the Union without a responsible person in it. Archived
// products are not sold any more.
var lacksSafety = func() string {
	members := "'" + strings.Join(slices.Sorted(maps.Keys(memberStates)), "', '") + "'"
	own := func(column, what string) string {
		return "(SELECT " + what + " FROM catalog_safety s JOIN catalog_party m ON m.id = s." + column + " AND m.deleted_at IS NULL WHERE s.product_id = p.id)"
	}
	maker := "COALESCE(" + own("manufacturer_id", "m.country") + ", (SELECT country FROM catalog_party WHERE default_manufacturer = 1 AND deleted_at IS NULL), '')"
	return `p.gift_card = 0 AND p.status <> 'archived' AND EXISTS (SELECT 1 FROM catalog_variant v WHERE v.product_id = p.id AND v.deleted_at IS NULL AND v.requires_shipping = 1)
		AND ` + maker + " NOT IN (" + members + ") AND (" + maker + " = '' OR COALESCE(" + own("responsible_id", "1") +
		", (SELECT 1 FROM catalog_party WHERE default_responsible = 1 AND deleted_at IS NULL)) IS NULL)"
}()

// WithoutSafety counts the active products that lack what article 19 asks for.
func (s *Service) WithoutSafety(ctx context.Context, st *tenant.Store) (int, error) {
	rows, err := st.QueryContext(ctx, "SELECT count(*) FROM catalog_product p WHERE p.deleted_at IS NULL AND p.status = 'active' AND "+lacksSafety)
	n, err := collect(rows, err, func(r *sql.Rows, n *int) error { return r.Scan(n) })
	if err != nil {
		return 0, wrap("count products without safety information", err)
	}
	return n[0], nil
}

// partyUse counts the living products that name a party themselves.
func partyUse(ctx context.Context, st *tenant.Store) (map[string]int, error) {
	out := map[string]int{}
	rows, err := st.QueryContext(ctx, `SELECT u.party, count(*) FROM (
		SELECT manufacturer_id AS party, product_id FROM catalog_safety WHERE manufacturer_id IS NOT NULL UNION SELECT responsible_id, product_id FROM catalog_safety WHERE responsible_id IS NOT NULL
		) u JOIN catalog_product p ON p.id = u.product_id AND p.deleted_at IS NULL GROUP BY 1`)
	_, err = collect(rows, err, func(r *sql.Rows, _ *struct{}) error {
		var id string
		var n int
		err := r.Scan(&id, &n)
		out[id] = n
		return err
	})
	return out, wrap("count whose products there are", err)
}
