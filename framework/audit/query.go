package audit

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/pocketbase/dbx"

	"wizamart/framework/database"
)

// Window is how many entries a page looks through at most, when it is asked for what no index knows: free text, or kinds of
// actors and objects. A page of 50 costs a few milliseconds also among millions.
const Window = 20_000

// Filter chooses entries; its zero value is all of them.
type Filter struct {
	ActorKind   string
	ActorID     string
	SubjectKind string
	SubjectID   string
	Action      string // an action, or its beginning up to a dot: "catalog." is all of the catalogue's
	Search      string // stands in the names, the address, the object's id, or what was before or after; letters' case does not count
	From, To    time.Time
	Before      string // the id of the last entry of the page before, or Page.Next
	Limit       int    // 50 when 0
}

// Page is a part of the entries, newest first.
type Page struct {
	Entries []Entry
	Next    string    // what Filter.Before is for the next page; "" when there is none
	Looked  time.Time // how far back this page looked, when it ended for having looked at Window entries; else zero
}

// List is a file's entries, newest first. The next page begins Before the last one's id.
func List(ctx context.Context, db *database.DB, f Filter) ([]Entry, error) {
	p, err := Find(ctx, db, f)
	return p.Entries, err
}

// Find is a page of a file's entries. It looks through at most Window of them: a page may be empty and have a next one all the same.
func Find(ctx context.Context, db *database.DB, f Filter) (Page, error) {
	if f.Limit <= 0 {
		f.Limit = 50
	}
	var out Page
	err := db.View(ctx, func(view *database.DB) error {
		q, err := plan(ctx, view, f)
		if err != nil {
			return err
		}
		err = view.NewQuery("SELECT * FROM (" + q.inner("*") + ") WHERE " + q.rest() + " ORDER BY id DESC LIMIT {:limit}").Bind(q.params).WithContext(ctx).All(&out.Entries)
		if err != nil {
			return err
		}
		if len(out.Entries) > f.Limit {
			out.Entries = out.Entries[:f.Limit]
			out.Next = out.Entries[f.Limit-1].ID
			return nil
		}
		if len(q.where) == 0 {
			return nil
		}
		var end struct {
			N  int
			ID *string
		}
		if err := view.NewQuery("SELECT count(*) AS n, min(id) AS id FROM (" + q.inner("id") + ")").Bind(q.params).WithContext(ctx).One(&end); err != nil {
			return err
		}
		if end.N < Window || end.ID == nil {
			return nil
		}
		out.Next = *end.ID
		var at database.Time
		if err := view.NewQuery("SELECT at FROM audit_entry WHERE id = {:id}").Bind(dbx.Params{"id": out.Next}).WithContext(ctx).Row(&at); err != nil {
			return err
		}
		out.Looked = at.Time
		return nil
	})
	if err != nil {
		return Page{}, fmt.Errorf("list audit entries: %w", err)
	}
	return out, nil
}

// planned is how a filter is asked: along one index, newest first, and the rest of it within the window that this gives.
type planned struct {
	along   []string // conditions that the index answers; one SELECT each of actions
	actions []string
	where   []string // conditions on what it found
	params  dbx.Params
}

func plan(ctx context.Context, view *database.DB, f Filter) (planned, error) {
	q := planned{params: dbx.Params{"limit": f.Limit + 1, "window": Window}}
	indexed := false
	add := func(use, index bool, cond string, pairs ...any) {
		if !use {
			return
		}
		for i := 0; i < len(pairs); i += 2 {
			q.params[pairs[i].(string)] = pairs[i+1]
		}
		if index {
			q.along = append(q.along, cond)
		} else {
			q.where = append(q.where, cond)
		}
	}
	subject := f.SubjectKind != "" && f.SubjectID != ""
	add(subject, true, "subject_kind = {:skind} AND subject_id = {:sid}", "skind", f.SubjectKind, "sid", f.SubjectID)
	indexed = subject
	actor := f.ActorKind != "" && f.ActorID != ""
	add(actor, !indexed, "actor_kind = {:akind} AND actor_id = {:aid}", "akind", f.ActorKind, "aid", f.ActorID)
	indexed = indexed || actor
	add(!subject && f.SubjectKind != "", false, "subject_kind = {:skind}", "skind", f.SubjectKind)
	add(!subject && f.SubjectID != "", false, "subject_id = {:sid}", "sid", f.SubjectID)
	add(!actor && f.ActorKind != "", false, "actor_kind = {:akind}", "akind", f.ActorKind)
	add(!actor && f.ActorID != "", false, "actor_id = {:aid}", "aid", f.ActorID)
	add(f.Search != "", false, `instr(lower(subject_name || char(10) || subject_id || char(10) || actor_name || char(10) || address || char(10) || action
		|| char(10) || ifnull(before, '') || char(10) || ifnull(after, '')), lower({:q})) > 0`, "q", f.Search)
	add(!f.From.IsZero(), true, "id >= {:fromid}", "fromid", IDAt(f.From.Add(-time.Second)))
	add(!f.To.IsZero(), true, "id < {:toid}", "toid", IDAt(f.To.Add(time.Second)))
	add(!f.From.IsZero(), true, "at >= {:from}", "from", database.At(f.From))
	add(!f.To.IsZero(), true, "at < {:to}", "to", database.At(f.To))
	add(f.Before != "", true, "id < {:before}", "before", f.Before)
	prefix := strings.HasSuffix(f.Action, ".")
	switch {
	case f.Action == "":
	case !prefix:
		add(true, !indexed, "action = {:action}", "action", f.Action)
	case indexed || len(q.where) > 0:
		add(true, false, "substr(action, 1, length({:action})) = {:action}", "action", f.Action)
	default:
		all, err := Actions(ctx, view)
		if err != nil {
			return q, err
		}
		q.actions = []string{}
		for _, a := range all {
			if strings.HasPrefix(a, f.Action) {
				q.params[fmt.Sprintf("a%d", len(q.actions))] = a
				q.actions = append(q.actions, a)
			}
		}
	}
	return q, nil
}

// inner selects columns of what the index gives.
func (q planned) inner(columns string) string {
	where := strings.Join(append([]string{"1"}, q.along...), " AND ")
	if q.actions == nil {
		limit := "{:window}"
		if len(q.where) == 0 {
			limit = "{:limit}"
		}
		return "SELECT " + columns + " FROM audit_entry WHERE " + where + " ORDER BY id DESC LIMIT " + limit
	}
	parts := []string{"SELECT * FROM (SELECT " + columns + " FROM audit_entry WHERE 0)"}
	for i := range q.actions {
		parts = append(parts, fmt.Sprintf("SELECT * FROM (SELECT %s FROM audit_entry WHERE action = {:a%d} AND %s ORDER BY id DESC LIMIT {:limit})", columns, i, where))
	}
	return strings.Join(parts, " UNION ALL ")
}

func (q planned) rest() string { return strings.Join(append([]string{"1"}, q.where...), " AND ") }

// IDAt is where ids (UUIDv7, RFC 9562) of a moment begin.
func IDAt(t time.Time) string {
	hex := fmt.Sprintf("%012x", max(0, t.UnixMilli()))
	return hex[:8] + "-" + hex[8:] + "-"
}

// Actions lists the actions that a file has entries of. It steps along the index: the number of entries does not matter.
func Actions(ctx context.Context, db *database.DB) ([]string, error) {
	var out []string
	err := db.NewQuery(`WITH RECURSIVE step (x) AS (SELECT min(action) FROM audit_entry UNION ALL
		SELECT (SELECT min(action) FROM audit_entry WHERE action > x) FROM step WHERE x IS NOT NULL) SELECT x FROM step WHERE x IS NOT NULL`).WithContext(ctx).Column(&out)
	return out, err
}

// SubjectKinds lists the kinds of things that a file has entries about.
func SubjectKinds(ctx context.Context, db *database.DB) ([]string, error) {
	var out []string
	err := db.NewQuery(`WITH RECURSIVE step (x) AS (SELECT min(subject_kind) FROM audit_entry UNION ALL
		SELECT (SELECT min(subject_kind) FROM audit_entry WHERE subject_kind > x) FROM step WHERE x IS NOT NULL) SELECT x FROM step WHERE x <> ''`).WithContext(ctx).Column(&out)
	return out, err
}

// People lists the actors of a kind with the names that they had last, at most 200.
func People(ctx context.Context, db *database.DB, kind string) ([]Actor, error) {
	var out []Actor
	err := db.NewQuery(`WITH RECURSIVE step (x) AS (SELECT min(actor_id) FROM audit_entry WHERE actor_kind = {:k} UNION ALL
		SELECT (SELECT min(actor_id) FROM audit_entry WHERE actor_kind = {:k} AND actor_id > x) FROM step WHERE x IS NOT NULL)
		SELECT {:k} AS kind, x AS id, (SELECT actor_name FROM audit_entry WHERE actor_kind = {:k} AND actor_id = x ORDER BY id DESC LIMIT 1) AS name
		FROM step WHERE x <> '' LIMIT 200`).Bind(dbx.Params{"k": kind}).WithContext(ctx).All(&out)
	return out, err
}
