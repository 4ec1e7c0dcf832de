// Package audit keeps who changed what, when, from where, and what it was before.
//
// An entry is written in the transaction of the change, so that there is never one without the other.
// Entries are append-only: triggers refuse to change or delete them. Erase is the one exception, for a
// person's right to be forgotten (GDPR, article 17): it takes the person out of the entries and leaves that
// something was done, when, and to what kind of thing.
package audit

import (
	"context"
	"embed"
	"fmt"

	"wizamart/framework/database"
)

// Migrations of the tables that this package owns.
//
//go:embed migrations
var Migrations embed.FS

// Tables that this package owns, with their classes.
var Tables = []database.Table{
	{Name: "audit_entry", Scope: database.Platform, Class: database.Ledger},
	{Name: "audit_erasing", Scope: database.Platform, Class: database.Ephemeral},
	{Name: "audit_entry", Scope: database.Store, Class: database.Ledger},
	{Name: "audit_erasing", Scope: database.Store, Class: database.Ephemeral},
}

// Kinds of actor.
const (
	Staff    = "staff"    // a person who signed in to the dashboard or the admin
	Customer = "customer" // a shopper with an account
	Guest    = "guest"    // a shopper without one
	Token    = "token"    // a program with an API token
	System   = "system"   // Wizamart itself: a job, an event, a command
)

// Actor is who does something and from where.
type Actor struct {
	Kind    string
	ID      string
	Name    string // as it was then
	Address string // the client's IP address; "" for the system
}

type actorKey struct{}

// WithActor has everything done with the context recorded as a's doing.
func WithActor(ctx context.Context, a Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, a)
}

// ActorFrom is the context's actor: the system where none was set.
func ActorFrom(ctx context.Context) Actor {
	if a, ok := ctx.Value(actorKey{}).(Actor); ok {
		return a
	}
	return Actor{Kind: System, Name: "Wizamart"}
}

// Entry is one recorded change.
type Entry struct {
	ID          string        `json:"id"`
	At          database.Time `json:"at"`
	ActorKind   string        `json:"actor_kind"`
	ActorID     string        `json:"actor_id"`
	ActorName   string        `json:"actor_name"`
	Address     string        `json:"address"`
	Action      string        `json:"action"` // <module>.<thing>.<done>, such as "catalog.product.updated"
	SubjectKind string        `json:"subject_kind"`
	SubjectID   string        `json:"subject_id"`
	SubjectName string        `json:"subject_name"` // as it was then
	Before      database.JSON `json:"before"`       // only the keys that changed; see Diff
	After       database.JSON `json:"after"`
}

// Record writes an entry in the transaction of the change it is about: outside one it is
// database.ErrNoTransaction. Who and where come from ctx; what the caller set of ID, At and the actor is ignored.
func Record(ctx context.Context, tx *database.DB, e Entry) error {
	if !tx.InTransaction() {
		return fmt.Errorf("record %s: %w", e.Action, database.ErrNoTransaction)
	}
	a := ActorFrom(ctx)
	_, err := tx.ExecContext(ctx, `INSERT INTO audit_entry (id, at, actor_kind, actor_id, actor_name, address, action,
		subject_kind, subject_id, subject_name, before, after) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		database.NewID(), database.Now(), a.Kind, a.ID, a.Name, a.Address, e.Action, e.SubjectKind, e.SubjectID, e.SubjectName, e.Before, e.After)
	if err != nil {
		return fmt.Errorf("record %s: %w", e.Action, err)
	}
	return nil
}
