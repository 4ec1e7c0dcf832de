// Package messaging tells customers by mail what happens to their orders, in the shop's look and the order's language.
package messaging

import (
	"context"
	"embed"

	"wizamart/framework/app"
	"wizamart/framework/database"
	"wizamart/framework/permission"
	"wizamart/framework/web"
	"wizamart/modules/orders/ordertype"
	"wizamart/tenant"
)

//go:embed views letters
var files embed.FS

// Orders are what mails are about.
type Orders interface {
	// Letter is an order as a mail tells it; ref is the fulfilment that it is about, or "".
	Letter(ctx context.Context, st *tenant.Store, orderID, ref string) (ordertype.Letter, error)
	// Newest is the id of the newest order, or "": previews show it.
	Newest(ctx context.Context, st *tenant.Store) (string, error)
}

// Look is how a shop looks, and where it is.
type Look struct {
	Name      string
	URL       string // of the shop, without a slash at its end
	Logo      string // whole address of a picture, or ""
	Accent    string // #rrggbb
	AccentInk string
}

// Service is the module's use cases.
type Service struct {
	app    *app.App
	orders Orders
	look   func(st *tenant.Store) Look
	sheets *sheets
}

// New is the module on an app.
func New(a *app.App, orders Orders, look func(st *tenant.Store) Look) (*Service, error) {
	parsed, err := parseSheets()
	s := &Service{app: a, orders: orders, look: look, sheets: parsed}
	a.ComposeMails(s.ofDraft)
	return s, err
}

// Module is the manifest.
func (s *Service) Module() app.Module {
	return app.Module{
		Name: "messaging", Title: "Messaging", Description: "Mails to customers about their orders.", Kind: app.Optional, Needs: []string{"orders"},
		WhileOff: "Customers get no mails about their orders. Mails that were written already are still sent.",
		OnReturn: "Customers were not written to about what happened to their orders while the mails were off.",
		Permissions: []permission.Permission{
			{Name: "messaging.read", Title: "See mails to customers"},
			{Name: "messaging.send", Title: "Send mails again"},
		},
		Menu:     []app.MenuItem{{Surface: web.Dashboard, Label: "Mails", Path: "/mails", Icon: "mail", Permission: "messaging.read", Order: 35}},
		Settings: settings(),
		Files:    files,
		Routes:   s.routes,
		Health:   s.health,
	}
}

func settings() []app.Setting {
	text := func(key, label, help string, kind app.SettingKind, limit int, value string) app.Setting {
		return app.Setting{Key: "messaging." + key, Scope: database.Store, Group: "Mails", Label: label, Help: help, Kind: kind, Max: limit, Default: value}
	}
	out := []app.Setting{
		text("sender", "Sender's name", "Who mails come from. Empty is the store's name.", app.Text, 80, ""),
		text("reply_to", "Answers go to", "Where an answer to a mail goes.", app.Email, 254, ""),
		text("bcc", "A copy of every mail to", "A blind copy for your records.", app.Email, 254, ""),
		text("merchant", "Tell me of new orders at", "Empty sends none.", app.Email, 254, ""),
	}
	for i := range out { // a merchant's shops often answer from one desk
		out[i].Above = []database.Scope{database.Merchant}
	}
	for _, n := range notices {
		out = append(out, text("on_"+n.Kind, n.Label, "", app.Switch, 0, "1"), text("intro_"+n.Kind, "Text in: "+n.Label, "Plain text that stands first. Empty is our own.", app.LongText, 2000, ""))
	}
	return out
}
