package core

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/mail"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"wizamart/framework/app"
	"wizamart/framework/audit"
	"wizamart/framework/database"
	"wizamart/framework/money"
	"wizamart/framework/problem"
	"wizamart/framework/web"
	"wizamart/tenant"
	"wizamart/ui"
)

type settingGroup struct {
	Title string
	Items []settingItem
}

type settingItem struct {
	app.Setting
	Value    string // as its field has it
	Choices  []ui.Option
	Changed  bool   // from what it inherits
	Usual    string // what it inherits, for people
	From     string // where that comes from: merchant, platform, or "" for the default
	Wide     bool   // it holds for stores that say nothing
	Held     bool   // a secret is set
	Currency string // of an amount
}

type settingsData struct {
	Groups []settingGroup
	Q      string
	Hits   []Hit // what was looked for; nil when nothing was
	Reset  string
	Path   string // of the page
	Tabs   []ui.Link
	Note   string
}

func (s *Service) settings(c *web.Context) error { return s.renderSettings(c, nil) }

func (s *Service) renderSettings(c *web.Context, form *web.Form) error {
	return s.showSettings(c, c.T("General settings"), s.declaredFor(c.Store), ofStore(s.app, c.Store), form)
}

func (s *Service) showSettings(c *web.Context, title string, declared []app.Setting, at place, form *web.Form) error {
	d := settingsData{Groups: groupSettings(c, declared, at), Q: c.Search(), Path: "/settings", Tabs: s.settingTabs(c, at)}
	if at.scope() == database.Merchant {
		d.Path, d.Note = "/merchant-settings", c.T("What you set here holds for all stores of %s that say nothing themselves.", c.Store.Info().MerchantName)
	}
	if d.Q != "" {
		d.Hits = s.Places(c, d.Q)
	}
	page := web.Page{View: "core/any/settings", Title: title, D: d, Form: form}
	if key := form.Value("reset"); key != "" && !form.Any() {
		for _, set := range declared {
			if set.Key == key {
				d.Reset = c.T("%s is back at its default. Save to keep it so.", c.T(set.Label))
			}
		}
		page.D = d
	}
	return c.Render(page)
}

// groupSettings puts settings under their headings, with their values.
func groupSettings(c *web.Context, declared []app.Setting, at place) []settingGroup {
	var groups []settingGroup
	known := map[string]int{}
	for _, set := range declared {
		i, ok := known[set.Group]
		if !ok {
			i = len(groups)
			known[set.Group] = i
			groups = append(groups, settingGroup{Title: set.Group})
		}
		kept := at.value(set)
		usual, from := at.inherited(set)
		item := settingItem{Setting: set, Value: at.shown(set, kept), Usual: at.shown(set, usual), From: string(from), Wide: set.Scope == database.Store && at.st == nil, Currency: at.currency()}
		item.Changed = set.Kind != app.Secret && item.Value != item.Usual
		item.Held = set.Kind == app.Secret && kept != ""
		if set.Kind == app.Switch {
			item.Usual = map[bool]string{true: c.T("on"), false: c.T("off")}[usual == "1"]
		}
		for _, o := range set.Options {
			item.Choices = append(item.Choices, ui.Option{Value: o.Value, Label: c.T(o.Label)})
			if o.Value == usual {
				item.Usual = c.T(o.Label)
			}
		}
		groups[i].Items = append(groups[i].Items, item)
	}
	return groups
}

// declaredFor are the settings of a store: of all modules that are on there.
func (s *Service) declaredFor(st *tenant.Store) []app.Setting {
	return s.declared(database.Store, func(module string) bool { return s.app.EnabledFor(st, module) })
}

// declaredForPlatform are the settings of the installation.
func (s *Service) declaredForPlatform() []app.Setting {
	return s.declared(database.Platform, s.app.Enabled)
}

func (s *Service) declared(scope database.Scope, on func(module string) bool) []app.Setting {
	var out []app.Setting
	for _, m := range s.app.Registry.Modules() {
		if !on(m.Name) {
			continue
		}
		for _, set := range m.Settings {
			if set.At(scope) && set.Group != "" {
				out = append(out, set)
			}
		}
	}
	return out
}

func (s *Service) saveSettings(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	declared, at := s.declaredFor(c.Store), ofStore(s.app, c.Store)
	if form.Value("reset") != "" {
		return s.renderSettings(c, at.toDefault(form, declared))
	}
	if err := s.SaveSettings(c.Ctx(), c.Store, at.typed(form, declared)); err != nil {
		if form.Take(err) {
			return s.renderSettings(c, form)
		}
		return err
	}
	c.Flash("success", "Settings saved.")
	return c.Redirect("/settings")
}

// SaveSettings checks values against their declarations and writes those that differ.
func (s *Service) SaveSettings(ctx context.Context, st *tenant.Store, values map[string]string) error {
	declared, at := s.declaredFor(st), ofStore(s.app, st)
	ch, err := at.changed(declared, values)
	if err != nil || len(ch.values) == 0 {
		return err
	}
	return st.Write(ctx, func(tx *tenant.Store) error {
		if err := at.write(ctx, tx, declared, ch.values); err != nil {
			return err
		}
		e := audit.Entry{Action: "core.settings.updated", SubjectKind: "store", SubjectID: st.ID()}
		var err error
		if e.Before, e.After, err = audit.Diff(ch.before, ch.after); err != nil {
			return err
		}
		return audit.Record(ctx, tx.DB, e)
	})
}

// toDefault puts one setting of the form back; the rest stays as it was typed. Nothing is saved by it.
func (p place) toDefault(form *web.Form, declared []app.Setting) *web.Form {
	for _, set := range declared {
		if set.Key == form.Value("reset") {
			usual, _ := p.inherited(set)
			form.Set(set.Key, p.shown(set, usual))
		}
	}
	return form
}

// stored is what is written of changed settings: one that is as what it inherits is taken away, and follows that from now on.
func (p place) stored(declared []app.Setting, changed map[string]string) map[string]string {
	out := map[string]string{}
	for _, set := range declared {
		if v, ok := changed[set.Key]; ok {
			out[set.Key] = v
			if usual, _ := p.inherited(set); v == usual {
				out[set.Key] = tenant.Unset
			}
		}
	}
	return out
}

// change is settings that get other values.
type change struct {
	values        map[string]string // as they are kept; secrets in the clear
	before, after map[string]string // for the audit log
}

// changed checks values against their declarations and gives those that differ.
func (p place) changed(declared []app.Setting, values map[string]string) (change, error) {
	var f problem.Fields
	ch := change{map[string]string{}, map[string]string{}, map[string]string{}}
	unknown := maps.Clone(values)
	for _, set := range declared {
		v, ok := values[set.Key]
		if !ok {
			continue
		}
		delete(unknown, set.Key)
		v = p.normal(set, v)
		if err := checkSetting(set, v); err != nil {
			f.Add(set.Key, "%s", err.Error())
		}
		if old := p.value(set); p.normal(set, old) != v {
			ch.values[set.Key], ch.before[set.Key], ch.after[set.Key] = v, old, noted(set, old, v)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(unknown)) {
		f.Add(key, "There is no such setting.")
	}
	return ch, f.Err()
}

var spanExample = map[string]string{"seconds": "90 s", "minutes": "30 min", "hours": "12 h", "days": "14 days"}

var colorForm = regexp.MustCompile(`^#[0-9a-fA-F]{6}$`)

func checkSetting(set app.Setting, v string) error {
	limit := set.Max
	if limit == 0 {
		limit = 200
	}
	switch set.Kind {
	case app.Number:
		n, err := strconv.Atoi(v)
		if set.Max == 0 {
			limit = 1_000_000
		}
		if err != nil || n < set.Min || n > limit {
			return fmt.Errorf("Enter a whole number from %d to %d.", set.Min, limit)
		}
	case app.Money:
		if n, err := strconv.ParseInt(v, 10, 64); err != nil || n < 0 || n > money.MaxMinor {
			return errors.New("Enter an amount of zero or more, such as 12.50, or 12 in a currency without decimals.")
		}
	case app.Duration:
		n, ok := app.ParseSpan(v, set.Unit)
		if set.Max == 0 {
			limit = 1_000_000
		}
		if !ok || n < int64(set.Min) || n > int64(limit) {
			return fmt.Errorf("Enter a time from %s to %s, such as %s.", app.FormatSpan(int64(set.Min), set.Unit), app.FormatSpan(int64(limit), set.Unit), spanExample[set.Unit])
		}
	case app.Secret:
		if n := utf8.RuneCountInString(v); v != "" && (n < set.Min || n > limit || strings.TrimSpace(v) != v) {
			return fmt.Errorf("Enter %d to %d characters, without spaces around them.", max(set.Min, 1), limit)
		}
	case app.Switch:
		if v != "0" && v != "1" {
			return errors.New("Choose on (1) or off (0).")
		}
	case app.Choice:
		for _, o := range set.Options {
			if o.Value == v {
				return nil
			}
		}
		return errors.New("Choose one of the values.")
	case app.Email:
		if a, err := mail.ParseAddress(v); v != "" && (err != nil || a.Address != v) {
			return errors.New("Enter an e-mail address, such as shop@example.com.")
		}
	case app.Color:
		if v != "" && !colorForm.MatchString(v) {
			return errors.New("Enter a colour as #rrggbb.")
		}
	case app.Text, app.LongText:
		if set.Kind == app.LongText && set.Max == 0 {
			limit = 5000
		}
		if utf8.RuneCountInString(v) > limit {
			return fmt.Errorf("Use at most %d characters.", limit)
		}
	}
	if set.Check != nil {
		return set.Check(v)
	}
	return nil
}
