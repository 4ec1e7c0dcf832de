// Package tenant maps hosts to stores and opens their databases. It is the only code that opens a
// store's file: whoever holds a *Store was handed it, and reaches no other tenant through it.
package tenant

import (
	"embed"

	"wizamart/framework/database"
)

// Migrations of the tables that this package owns.
//
//go:embed migrations
var Migrations embed.FS

// Tables that this package owns, with their classes.
var Tables = []database.Table{
	{Name: "tenant_platform", Scope: database.Platform, Class: database.Content},
	{Name: "tenant_switch", Scope: database.Platform, Class: database.Content},
	{Name: "tenant_menu", Scope: database.Platform, Class: database.Content},
	{Name: "tenant_merchant", Scope: database.Platform, Class: database.Personal},
	{Name: "tenant_store", Scope: database.Platform, Class: database.Content},
	{Name: "tenant_domain", Scope: database.Platform, Class: database.Content},
	{Name: "tenant_due", Scope: database.Platform, Class: database.Ephemeral},
	{Name: "tenant_quarantine", Scope: database.Platform, Class: database.Content},
	{Name: "tenant_setting", Scope: database.Platform, Class: database.Content},
	{Name: "tenant_secret", Scope: database.Platform, Class: database.Secret},
	{Name: "tenant_merchant_setting", Scope: database.Platform, Class: database.Content},
	{Name: "tenant_identity", Scope: database.Store, Class: database.Content},
	{Name: "tenant_setting", Scope: database.Store, Class: database.Content},
	{Name: "tenant_secret", Scope: database.Store, Class: database.Secret},
}

// State of a store.
type State string

const (
	Creating  State = "creating"
	Live      State = "live"
	Suspended State = "suspended"
	Deleted   State = "deleted"
)

// Merchant is the business that owns stores and pays for them.
type Merchant struct {
	ID         string        `json:"id"`
	PlatformID string        `json:"-"`
	Code       string        `json:"code"`
	Name       string        `json:"name"`
	Email      string        `json:"email"`
	CreatedAt  database.Time `json:"created_at"`
	DeletedAt  database.Time `json:"-"`
	// SuspendedAt is zero for one who may sell.
	SuspendedAt   database.Time `json:"-"`
	SuspendReason string        `json:"-"`
}

// Info is what the platform knows of a store. It is immutable: a change makes a new one.
type Info struct {
	ID           string
	PlatformID   string
	MerchantID   string
	MerchantName string
	Code         string
	Name         string
	Currency     string // ISO 4217
	Locale       string // BCP 47
	State        State  // Suspended also while its merchant is
	Reason       string // of the suspension
	// MerchantSuspended tells that the suspension is (also) the merchant's.
	MerchantSuspended bool
	LaunchedAt        database.Time // zero while the shop asks for its password
	DeleteAt          database.Time // until when its deletion can be undone; zero unless somebody asked for it
	CreatedAt         database.Time
	Base              string   `db:"-"` // base domain of its platform
	Domains           []string `db:"-"` // verified custom domains, the primary one first
	Primary           string   `db:"-"` // the domain that the others lead to; "" for none

	public *counters // counts the changes of what anonymous visitors see; the same one for the store's whole life
}
