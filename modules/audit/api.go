package audit

import (
	"context"
	"net/http"
	"strings"
	"time"

	"wizamart/framework/app"
	record "wizamart/framework/audit"
	"wizamart/framework/web"
)

// AuditEntriesBody is a page of the log in the API.
type AuditEntriesBody struct {
	Entries []AuditEntryBody `json:"entries"`
	Next    string           `json:"next" doc:"Send it as before to get the next page; empty on the last one. A page may be empty and have a next one."`
}

// AuditEntryBody is an entry in the API.
type AuditEntryBody struct {
	ID          string        `json:"id" format:"uuid"`
	At          time.Time     `json:"at"`
	ActorKind   string        `json:"actor_kind" enum:"staff,customer,guest,token,system"`
	ActorID     string        `json:"actor_id"`
	ActorName   string        `json:"actor_name" doc:"As it was then."`
	Address     string        `json:"address" doc:"The client's IP address."`
	Action      string        `json:"action" example:"catalog.product.updated"`
	SubjectKind string        `json:"subject_kind"`
	SubjectID   string        `json:"subject_id"`
	SubjectName string        `json:"subject_name"`
	Changes     []AuditChange `json:"changes"`
}

// AuditChange is one value of an entry.
type AuditChange struct {
	Field  string  `json:"field"`
	Before *string `json:"before" doc:"null for a value that was not there."`
	After  *string `json:"after" doc:"null for a value that is gone."`
}

// Query is what entries are chosen by.
type Query struct {
	Actor       string    `query:"actor" doc:"A kind of actor, or kind:id." maxLength:"100"`
	Action      string    `query:"action" doc:"An action, or its beginning up to a dot." maxLength:"100"`
	SubjectKind string    `query:"subject_kind" maxLength:"100"`
	SubjectID   string    `query:"subject_id" maxLength:"100"`
	Search      string    `query:"q" maxLength:"200"`
	From        time.Time `query:"from"`
	To          time.Time `query:"to"`
	Before      string    `query:"before" maxLength:"100" doc:"What next was on the page before."`
	Limit       int       `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

func (q Query) filter() record.Filter {
	f := record.Filter{Action: q.Action, SubjectKind: q.SubjectKind, SubjectID: q.SubjectID, Search: q.Search, From: q.From, To: q.To, Before: q.Before, Limit: q.Limit}
	f.ActorKind, f.ActorID, _ = strings.Cut(q.Actor, ":")
	return f
}

func (s *Service) api(r *app.Router) {
	type auditOut struct{ Body AuditEntriesBody }
	type storeAuditIn struct {
		Store string `path:"store" doc:"The store's code."`
		Query
	}
	type auditIn struct{ Query }
	answer := func(ctx context.Context, c *web.Context, q Query) (*auditOut, error) {
		page, err := record.Find(ctx, s.db(c), q.filter())
		if err != nil {
			return nil, err
		}
		out := &auditOut{Body: AuditEntriesBody{Entries: []AuditEntryBody{}, Next: page.Next}}
		for _, e := range page.Entries {
			out.Body.Entries = append(out.Body.Entries, entryBody(e))
		}
		return out, nil
	}
	app.API(r, app.Operation{Method: http.MethodGet, Path: "/stores/{store}/audit-entries", Permission: read, ID: "list-store-audit", Tag: "Audit", Summary: "Read a store's audit log, newest first"},
		func(ctx context.Context, c *web.Context, in *storeAuditIn) (*auditOut, error) {
			return answer(ctx, c, in.Query)
		})
	app.API(r, app.Operation{Method: http.MethodGet, Path: "/audit-entries", Permission: read, ID: "list-audit", Tag: "Audit", Summary: "Read the platform's audit log, newest first"},
		func(ctx context.Context, c *web.Context, in *auditIn) (*auditOut, error) {
			return answer(ctx, c, in.Query)
		})
}

func entryBody(e record.Entry) AuditEntryBody {
	b := AuditEntryBody{e.ID, e.At.Time, e.ActorKind, e.ActorID, e.ActorName, e.Address, e.Action, e.SubjectKind, e.SubjectID, e.SubjectName, []AuditChange{}}
	for _, f := range e.Fields() {
		c := AuditChange{Field: f.Name}
		if f.HasBefore {
			c.Before = &f.Before
		}
		if f.HasAfter {
			c.After = &f.After
		}
		b.Changes = append(b.Changes, c)
	}
	return b
}
