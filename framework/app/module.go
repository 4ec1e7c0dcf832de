// Package app is the contract between modules and the platform: what a module declares in its manifest,
// how the manifests are checked and assembled, and how a request finds its handler.
package app

import (
	"context"
	"io/fs"
	"time"

	"wizamart/framework/database"
	"wizamart/framework/event"
	"wizamart/framework/job"
	"wizamart/framework/permission"
	"wizamart/framework/secret"
	"wizamart/framework/web"
	"wizamart/tenant"
)

// Kind of a module.
type Kind string

const (
	Core     Kind = "core"     // always on
	Optional Kind = "optional" // per platform
	Internal Kind = "internal" // for operators
)

// Module is a module's manifest. Everything that a module adds to the platform is here.
type Module struct {
	Name        string // also the prefix of its tables, views and permissions
	Title       string
	Description string
	Kind        Kind
	Needs       []string // modules without which it cannot be on
	WhileOff    string   // of an Optional one, for the operator who switches it: what goes on without it, and what does not
	OnReturn    string   // what was not done while it was off, such as counting, and who has to do it; "" for nothing

	Permissions []permission.Permission
	Menu        []MenuItem
	Settings    []Setting
	Tables      []database.Table
	Secrets     []secret.Column // where App.Secrets' sealed values are kept
	Files       fs.FS           // migrations/<scope>/, views/<surface>/, messages/

	Routes        func(r *Router)
	Jobs          []job.Kind
	Subscriptions []event.Subscription
	Commands      []Command
	// Seed fills a new store's file, inside its first transaction.
	Seed func(ctx context.Context, tx *tenant.Store) error
	// Decorate adds to what layouts show. It runs for every page: snapshots only, no query.
	Decorate func(c *web.Context, v *web.View) error
	// Viewed is told of every page of a shop that is answered, those from the page cache too. It is part of the request: memory only, no query.
	Viewed func(v View)
	// NextChange is the next moment after now at which pages of a store's shop change although nobody writes: something scheduled comes in,
	// a price ends. Zero is none. Pages are not kept beyond it. What only one page shows, its handler says: web.Context.ValidUntil.
	NextChange func(ctx context.Context, st *tenant.Store, now time.Time) (time.Time, error)
	// Steps of a new store's checklist, and PlatformSteps of a new platform's. They are asked on the home page.
	Steps         func(ctx context.Context, st *tenant.Store) ([]Step, error)
	PlatformSteps func(ctx context.Context) ([]Step, error)
	// Sitemaps list the module's pages in the shop for search engines.
	Sitemaps []Sitemap
	// Duty runs beside the server until ctx ends: work that is no job, because it belongs to no file.
	Duty func(ctx context.Context)
	// Doctor adds to what “wizamart doctor” finds.
	Doctor func(ctx context.Context) []Finding
	// Health is nil for a module that has nothing to say.
	Health func(ctx context.Context) error
}

// Command adds a command to the command line: a struct as kong wants it, whose leaves have
// Run(rt *app.Runtime, s *Service) error. The grammar is read from modules made for an App that is not open; Run gets the
// service of the open one.
type Command struct {
	Name string
	Help string
	Cmd  any
}

// SettingKind says how a setting is shown and checked.
type SettingKind string

const (
	Text     SettingKind = "text"
	LongText SettingKind = "longtext"
	Switch   SettingKind = "switch" // "1" or "0"
	Number   SettingKind = "number"
	Choice   SettingKind = "choice"
	Email    SettingKind = "email"
	Color    SettingKind = "color" // #rrggbb
	// Money is an amount of zero or more in the store's currency, kept in minor units. Only a store has one.
	Money SettingKind = "money"
	// Duration is a whole number of Unit ("seconds", "minutes", "hours", "days"), typed as "30 min" or "14 days".
	Duration SettingKind = "duration"
	// Secret is sealed with the operator's key, and never shown again. It is read with Secret or PlatformSecret, and has no default.
	Secret SettingKind = "secret"
)

// Setting is a typed value that a store or the platform can set. Its key begins with the module's name.
type Setting struct {
	Key     string
	Scope   database.Scope   // Store or Platform
	Above   []database.Scope // of a Store's: wider places, Merchant or Platform, where it can be set too; what is set there holds for stores that say nothing
	Group   string           // heading on the settings page
	Label   string
	Help    string
	Kind    SettingKind
	Default string
	Options []Option // of a Choice
	Unit    string   // of a Number, or of a Duration: "hours"
	Min     int      // the smallest number
	Max     int      // characters of a text, or the largest number, also of units; 0 is 200 characters, or a million. Minor units have no bound but money's
	Check   func(value string) error
}

// Option of a Choice.
type Option struct{ Value, Label string }

// Finding is one thing that doctor looked at.
type Finding struct {
	Check  string `json:"check"`
	OK     bool   `json:"ok"`
	Warn   bool   `json:"warn,omitempty"` // it works, and is not as it should be
	Detail string `json:"detail"`
	Advice string `json:"advice,omitempty"`
}
