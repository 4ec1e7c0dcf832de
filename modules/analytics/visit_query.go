package analytics

import (
	"context"
	"fmt"

	"wizamart/tenant"
)

// keptDays is how long sums are kept: 25 months, so that a month can be compared with the same one two years before.
const keptDays = 761

// saveTally adds what was counted on a day.
func saveTally(ctx context.Context, tx *tenant.Store, day int64, t tally) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO analytics_day (day, views, visitors, partial) VALUES (?, ?, ?, ?)
		ON CONFLICT (day) DO UPDATE SET views = views + excluded.views, visitors = visitors + excluded.visitors, partial = max(partial, excluded.partial)`,
		day, t.views, t.visitors, t.partial)
	if err != nil {
		return fmt.Errorf("write a day's visits: %w", err)
	}
	for m, n := range t.counts {
		_, err := tx.ExecContext(ctx, `INSERT INTO analytics_count (day, what, kind, name, amount) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT DO UPDATE SET amount = amount + excluded.amount`, day, m.what, m.kind, m.name, n)
		if err != nil {
			return fmt.Errorf("write visits by %s: %w", m.what, err)
		}
	}
	for what, most := range map[string]int{page: maxPages, referrer: maxReferrers} {
		if err := foldCounts(ctx, tx, day, what, most); err != nil {
			return fmt.Errorf("sum up visits by %s: %w", what, err)
		}
	}
	for _, table := range []string{"analytics_day", "analytics_count"} {
		if _, err := tx.ExecContext(ctx, "DELETE FROM "+table+" WHERE day < ?", day-keptDays); err != nil {
			return fmt.Errorf("remove old visits: %w", err)
		}
	}
	return nil
}

// foldCounts keeps the greatest counts of a day and adds the rest to the others.
func foldCounts(ctx context.Context, tx *tenant.Store, day int64, what string, most int) error {
	const rest = " FROM analytics_count WHERE day = ?1 AND what = ?2 AND name <> '*' ORDER BY amount DESC, kind, name LIMIT -1 OFFSET ?3"
	_, err := tx.ExecContext(ctx, `INSERT INTO analytics_count (day, what, kind, name, amount)
		SELECT ?1, ?2, '', '*', sum(amount) FROM (SELECT amount`+rest+`) HAVING count(*) > 0
		ON CONFLICT DO UPDATE SET amount = amount + excluded.amount`, day, what, most)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "DELETE FROM analytics_count WHERE day = ?1 AND what = ?2 AND (kind, name) IN (SELECT kind, name"+rest+")", day, what, most)
	return err
}

// queryDays calls fn with each day's sums, from the first day to the last.
func queryDays(ctx context.Context, st *tenant.Store, first, last int64, fn func(day int64, t tally)) error {
	rows, err := st.QueryContext(ctx, "SELECT day, views, visitors, partial FROM analytics_day WHERE day BETWEEN ? AND ?", first, last)
	if err != nil {
		return fmt.Errorf("read the visits: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var day int64
		var t tally
		if err := rows.Scan(&day, &t.views, &t.visitors, &t.partial); err != nil {
			return fmt.Errorf("read a day's visits: %w", err)
		}
		fn(day, t)
	}
	return rows.Err()
}

// queryCounts calls fn with the sums by name.
func queryCounts(ctx context.Context, st *tenant.Store, first, last int64, fn func(m mark, n int64)) error {
	rows, err := st.QueryContext(ctx, "SELECT what, kind, name, sum(amount) FROM analytics_count WHERE day BETWEEN ? AND ? GROUP BY what, kind, name", first, last)
	if err != nil {
		return fmt.Errorf("read the visits by name: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var m mark
		var n int64
		if err := rows.Scan(&m.what, &m.kind, &m.name, &n); err != nil {
			return fmt.Errorf("read visits by name: %w", err)
		}
		fn(m, n)
	}
	return rows.Err()
}
