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
	Value   string
	Choices []ui.Option
	Changed bool   // from its default
	Usual   string // the default, for people
}

type settingsData struct {
	Groups []settingGroup
	Q      string
	Hits   []Hit // what was looked for; nil when nothing was
	Reset  string
}

func (s *Service) settings(c *web.Context) error { return s.renderSettings(c, nil) }

func (s *Service) renderSettings(c *web.Context, form *web.Form) error {
	return s.showSettings(c, c.T("General settings"), s.declaredFor(c.Store), func(key string) string { return s.app.Setting(c.Store, key) }, form)
}

func (s *Service) showSettings(c *web.Context, title string, declared []app.Setting, value func(key string) string, form *web.Form) error {
	d := settingsData{Groups: groupSettings(c, declared, value), Q: c.Search()}
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
func groupSettings(c *web.Context, declared []app.Setting, value func(key string) string) []settingGroup {
	var groups []settingGroup
	at := map[string]int{}
	for _, set := range declared {
		i, ok := at[set.Group]
		if !ok {
			i = len(groups)
			at[set.Group] = i
			groups = append(groups, settingGroup{Title: set.Group})
		}
		item := settingItem{Setting: set, Value: value(set.Key), Usual: set.Default}
		item.Changed = item.Value != set.Default
		if set.Kind == app.Switch {
			item.Usual = map[bool]string{true: c.T("on"), false: c.T("off")}[set.Default == "1"]
		}
		for _, o := range set.Options {
			item.Choices = append(item.Choices, ui.Option{Value: o.Value, Label: c.T(o.Label)})
			if o.Value == set.Default {
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
			if set.Scope == scope && set.Group != "" {
				out = append(out, set)
			}
		}
	}
	return out
}

// typed reads what a form says of settings. What it has no field for stays as it is, but for switches: one that is off is not sent.
func typed(form *web.Form, declared []app.Setting) map[string]string {
	values := map[string]string{}
	for _, set := range declared {
		if set.Kind == app.Switch {
			values[set.Key] = map[bool]string{true: "1", false: "0"}[form.Bool(set.Key)]
		} else if form.Values(set.Key) != nil {
			values[set.Key] = strings.TrimSpace(form.Value(set.Key))
		}
	}
	return values
}

func (s *Service) saveSettings(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	declared := s.declaredFor(c.Store)
	if form.Value("reset") != "" {
		return s.renderSettings(c, toDefault(form, declared))
	}
	if err := s.SaveSettings(c.Ctx(), c.Store, typed(form, declared)); err != nil {
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
	declared := s.declaredFor(st)
	before, changed, err := changedSettings(declared, values, func(key string) string { return s.app.Setting(st, key) })
	if err != nil || len(changed) == 0 {
		return err
	}
	return st.Write(ctx, func(tx *tenant.Store) error {
		if err := tx.SetSettings(ctx, stored(declared, changed)); err != nil {
			return err
		}
		e := audit.Entry{Action: "core.settings.updated", SubjectKind: "store", SubjectID: st.ID()}
		var err error
		if e.Before, e.After, err = audit.Diff(before, changed); err != nil {
			return err
		}
		return audit.Record(ctx, tx.DB, e)
	})
}

// toDefault puts one setting of the form back; the rest stays as it was typed. Nothing is saved by it.
func toDefault(form *web.Form, declared []app.Setting) *web.Form {
	for _, set := range declared {
		if set.Key == form.Value("reset") {
			form.Set(set.Key, set.Default)
		}
	}
	return form
}

// stored is what is written of changed settings: one that is as its default is taken away, and follows the default from now on.
func stored(declared []app.Setting, changed map[string]string) map[string]string {
	out := map[string]string{}
	for _, set := range declared {
		if v, ok := changed[set.Key]; ok {
			out[set.Key] = v
			if v == set.Default {
				out[set.Key] = tenant.Unset
			}
		}
	}
	return out
}

// changedSettings checks values against their declarations and gives those that differ.
func changedSettings(declared []app.Setting, values map[string]string, current func(key string) string) (before, changed map[string]string, err error) {
	var f problem.Fields
	before, changed = map[string]string{}, map[string]string{}
	unknown := maps.Clone(values)
	for _, set := range declared {
		v, ok := values[set.Key]
		if !ok {
			continue
		}
		if err := checkSetting(set, v); err != nil {
			f.Add(set.Key, "%s", err.Error())
		}
		delete(unknown, set.Key)
		if old := current(set.Key); old != v {
			before[set.Key], changed[set.Key] = old, v
		}
	}
	for _, key := range slices.Sorted(maps.Keys(unknown)) {
		f.Add(key, "There is no such setting.")
	}
	return before, changed, f.Err()
}

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
