package tenancy

import (
	"context"
	"fmt"
	"strings"

	"github.com/pocketbase/dbx"

	"wizamart/framework/database"
	"wizamart/framework/problem"
)

// allRoles are the roles that merchants made, by title.
func allRoles(ctx context.Context, db *database.DB) ([]Role, error) {
	var rows []struct {
		ID, MerchantID, Title, Text string
		Permissions                 database.JSON
		UpdatedAt                   database.Time
	}
	err := db.NewQuery("SELECT id, merchant_id, title, text, permissions, updated_at FROM tenancy_role ORDER BY title").WithContext(ctx).All(&rows)
	if err != nil {
		return nil, fmt.Errorf("read the roles: %w", err)
	}
	out := make([]Role, len(rows))
	for i, r := range rows {
		out[i] = Role{Name: r.ID, MerchantID: r.MerchantID, Title: r.Title, Text: r.Text, Custom: true, UpdatedAt: r.UpdatedAt}
		if err := r.Permissions.Decode(&out[i].Set); err != nil {
			return nil, fmt.Errorf("read the role %s: %w", r.ID, err)
		}
	}
	return out, nil
}

// customRole is a role that the merchant made, as the transaction sees it.
func customRole(ctx context.Context, tx *database.DB, merchantID, id string) (Role, error) {
	all, err := allRoles(ctx, tx)
	if err != nil {
		return Role{}, err
	}
	for _, r := range all {
		if r.Name == id && r.MerchantID == merchantID {
			return r, nil
		}
	}
	return Role{}, problem.New(problem.NotFound, "There is no such role.")
}

func saveRole(tx *database.DB, r Role, now database.Time) error {
	permissions, err := database.JSONOf(r.Set)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO tenancy_role (id, merchant_id, title, text, permissions, created_at, updated_at) VALUES ({:id}, {:m}, {:t}, {:x}, {:p}, {:now}, {:now})
		ON CONFLICT (id) DO UPDATE SET title = excluded.title, text = excluded.text, permissions = excluded.permissions, updated_at = excluded.updated_at`,
		dbx.Params{"id": r.Name, "m": r.MerchantID, "t": r.Title, "x": r.Text, "p": permissions, "now": now})
	return err
}

// titleFree refuses a title that another role of the merchant has.
func titleFree(tx *database.DB, r Role) error {
	for _, preset := range presets(r.MerchantID) {
		if strings.EqualFold(preset.Title, r.Title) {
			return problem.On("title", "There is a role with this name already.")
		}
	}
	var n int
	err := tx.NewQuery("SELECT count(*) FROM tenancy_role WHERE merchant_id = {:m} AND title = {:t} AND id <> {:id}").
		Bind(dbx.Params{"m": r.MerchantID, "t": r.Title, "id": r.Name}).Row(&n)
	if err == nil && n > 0 {
		return problem.On("title", "There is a role with this name already.")
	}
	return err
}
