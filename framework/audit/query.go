package audit

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/pocketbase/dbx"

	"wizamart/framework/database"
)

// Filter chooses entries; its zero value is all of them.
type Filter struct {
	ActorKind   string
	ActorID     string
	SubjectKind string
	SubjectID   string
	Action      string // an action, or its beginning up to a dot: "catalog." is all of the catalogue's
	From, To    time.Time
	Before      string // the id of the last entry of the page before
	Limit       int    // 50 when 0
}

// List is a file's entries, newest first. The next page begins Before the last one's id.
func List(ctx context.Context, db *database.DB, f Filter) ([]Entry, error) {
	if f.Limit <= 0 {
		f.Limit = 50
	}
	where, params := []string{"1"}, dbx.Params{"limit": f.Limit}
	add := func(use bool, cond, name string, value any) {
		if use {
			where, params[name] = append(where, cond), value
		}
	}
	add(f.ActorKind != "", "actor_kind = {:actorkind}", "actorkind", f.ActorKind)
	add(f.ActorID != "", "actor_id = {:actor}", "actor", f.ActorID)
	add(f.SubjectKind != "", "subject_kind = {:subjectkind}", "subjectkind", f.SubjectKind)
	add(f.SubjectID != "", "subject_id = {:subject}", "subject", f.SubjectID)
	prefix := strings.HasSuffix(f.Action, ".")
	add(f.Action != "" && !prefix, "action = {:action}", "action", f.Action)
	add(prefix, "substr(action, 1, length({:action})) = {:action}", "action", f.Action)
	add(!f.From.IsZero(), "at >= {:from}", "from", database.At(f.From))
	add(!f.To.IsZero(), "at < {:to}", "to", database.At(f.To))
	add(f.Before != "", "id < {:before}", "before", f.Before)
	var out []Entry
	err := db.NewQuery("SELECT * FROM audit_entry WHERE " + strings.Join(where, " AND ") + " ORDER BY id DESC LIMIT {:limit}").
		Bind(params).WithContext(ctx).All(&out)
	if err != nil {
		return nil, fmt.Errorf("list audit entries: %w", err)
	}
	return out, nil
}
