package catalog

import (
	"context"
	"database/sql"

	"wizamart/framework/database"
	"wizamart/tenant"
)

// ruleChunk is how many products' stock is read at once.
const ruleChunk = 2000

// ruledMember is a product that a rule takes, until a moment; zero for ever.
type ruledMember struct {
	product string
	until   database.Time
}

// stillIn is the condition under which membership cp counts; its parameter is now.
const stillIn = "coalesce(cp.until, 9223372036854775807) > ?"

// ruleMembers are the living products that a rule takes, in the order in which they were made. It reads all of them.
func (s *Service) ruleMembers(ctx context.Context, st *tenant.Store, rule Rule) ([]ruledMember, error) {
	return s.ruleMatches(ctx, st, rule, "")
}

// ruleMatches are those among some products; ids is JSON, or "" for all.
func (s *Service) ruleMatches(ctx context.Context, st *tenant.Store, rule Rule, ids string) ([]ruledMember, error) {
	if rule.Empty() {
		return nil, nil
	}
	query, args := `SELECT p.id, p.title, p.brand, p.product_type, p.price_min, p.compare_at, p.created_at, p.published_at,
		(SELECT json_group_array(tag) FROM catalog_product_tag WHERE product_id = p.id) FROM catalog_product p WHERE p.deleted_at IS NULL`, []any(nil)
	if ids != "" {
		query, args = query+" AND p.id IN (SELECT value FROM json_each(?))", []any{ids}
	}
	type product struct {
		id string
		ruleFacts
	}
	var out []ruledMember
	var waiting []product
	stocked, now := rule.usesStock(), s.moment()
	take := func(p *product) {
		if in, until := rule.takes(&p.ruleFacts, st.Currency()); in {
			out = append(out, ruledMember{p.id, until})
		}
	}
	rows, err := st.QueryContext(ctx, query+" ORDER BY p.seq", args...)
	_, err = collect(rows, err, func(r *sql.Rows, _ *struct{}) error {
		p := product{ruleFacts: ruleFacts{now: now}}
		err := r.Scan(&p.id, &p.title, &p.brand, &p.kind, &p.price, &p.compareAt, &p.created, &p.published, jsonColumn{&p.tags})
		if stocked {
			waiting = append(waiting, p)
		} else {
			take(&p)
		}
		return err
	})
	if err != nil {
		return nil, wrap("read what a rule takes", err)
	}
	for start := 0; start < len(waiting); start += ruleChunk {
		chunk := waiting[start:min(start+ruleChunk, len(waiting))]
		list := make([]string, len(chunk))
		for i := range chunk {
			list[i] = chunk[i].id
		}
		variants, err := variantIDs(ctx, st, list)
		if err != nil {
			return nil, err
		}
		var all []string
		for _, ids := range variants {
			all = append(all, ids...)
		}
		levels, err := s.levelsOf(ctx, st, all)
		if err != nil {
			return nil, err
		}
		for i := range chunk {
			for _, id := range variants[chunk[i].id] {
				chunk[i].count(levels[id])
			}
			take(&chunk[i])
		}
	}
	return out, nil
}

// applyRule writes down who is a member by a category's rule. Who stays keeps the place that it has.
func (s *Service) applyRule(ctx context.Context, tx *tenant.Store, c *Category) error {
	members, err := s.ruleMembers(ctx, tx, c.Rule)
	if err != nil {
		return err
	}
	pairs := make([][2]any, len(members)) // id, until
	for i, m := range members {
		if pairs[i][0] = m.product; !m.until.IsZero() {
			pairs[i][1] = m.until.UnixMilli()
		}
	}
	list, err := jsonText(pairs)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "DELETE FROM catalog_category_product WHERE category_id = ? AND by_rule = 1 AND product_id NOT IN (SELECT value ->> 0 FROM json_each(?))", c.ID, list); err != nil {
		return wrap("clear a category's rule", err)
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO catalog_category_product (category_id, product_id, position, by_rule, until)
		SELECT ?1, value ->> 0, (SELECT COALESCE(max(position), 0) FROM catalog_category_product WHERE category_id = ?1) + key + 1, 1, value ->> 1 FROM json_each(?2) WHERE true
		ON CONFLICT DO UPDATE SET until = excluded.until WHERE by_rule = 1 AND until IS NOT excluded.until`, c.ID, list)
	return wrap("apply a category's rule", err)
}

// ruledCategories are the living ones with a rule.
func ruledCategories(ctx context.Context, tx *tenant.Store) ([]Category, error) {
	return categories(ctx, tx, "WHERE c.rule <> '{}' AND c.deleted_at IS NULL")
}

// setRuled makes a product a member of a category by rule, or no longer.
func setRuled(ctx context.Context, tx *tenant.Store, categoryID string, m ruledMember, in bool) error {
	var err error
	if in {
		_, err = tx.ExecContext(ctx, `INSERT INTO catalog_category_product (category_id, product_id, position, by_rule, until)
			VALUES (?1, ?2, (SELECT COALESCE(max(position), 0) + 1 FROM catalog_category_product WHERE category_id = ?1), 1, ?3)
			ON CONFLICT DO UPDATE SET until = excluded.until WHERE by_rule = 1 AND until IS NOT excluded.until`, categoryID, m.product, m.until)
	} else {
		_, err = tx.ExecContext(ctx, "DELETE FROM catalog_category_product WHERE category_id = ? AND product_id = ? AND by_rule = 1", categoryID, m.product)
	}
	return wrap("apply a category's rule", err)
}
