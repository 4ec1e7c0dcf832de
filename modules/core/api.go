package core

import (
	"cmp"
	"context"
	"net/http"

	"wizamart/framework/app"
	"wizamart/framework/web"
)

// SettingBody is a setting in the API.
type SettingBody struct {
	Key     string   `json:"key"`
	Group   string   `json:"group"`
	Label   string   `json:"label"`
	Help    string   `json:"help"`
	Kind    string   `json:"kind" enum:"text,longtext,switch,number,choice,email,color,money,duration,secret"`
	Unit    string   `json:"unit"`
	Value   string   `json:"value" doc:"Money is in minor units, a duration a whole number of its unit. A secret is never told."`
	Set     bool     `json:"set" doc:"Of a secret: there is one."`
	Default string   `json:"default"`
	From    string   `json:"from" enum:"store,merchant,platform,default" doc:"Where the value was set; default is nowhere."`
	Usual   string   `json:"inherited" doc:"What holds where nothing is set in this place: of the merchant or the platform, where it can be set there, or the default."`
	Choices []string `json:"choices" doc:"Of a choice: the values it may have."`
}

// SettingsBody is all settings of a scope in the API.
type SettingsBody struct {
	Settings []SettingBody `json:"settings"`
}

// SettingValues is what is to be changed.
type SettingValues struct {
	Values map[string]string `json:"values" doc:"By key. One that is given its default follows the default from then on; those that are left out stay. A duration may be typed, such as 2 weeks; an empty secret is removed."`
}

func settingsBody(declared []app.Setting, at place) SettingsBody {
	out := SettingsBody{Settings: []SettingBody{}}
	for _, set := range declared {
		b := SettingBody{Key: set.Key, Group: set.Group, Label: set.Label, Help: set.Help, Kind: string(set.Kind), Unit: set.Unit, Default: set.Default, Choices: []string{}}
		if set.Kind == app.Secret {
			b.Set = at.held(set.Key)
		} else {
			b.Value = at.value(set)
		}
		usual, from := at.inherited(set)
		b.Usual, b.From = usual, cmp.Or(string(from), "default")
		if _, own := at.app.Own(at.st, at.merchantID, set.Key); own || b.Set {
			b.From = string(at.scope())
		}
		for _, o := range set.Options {
			b.Choices = append(b.Choices, o.Value)
		}
		out.Settings = append(out.Settings, b)
	}
	return out
}

func (s *Service) api(r *app.Router) {
	type settingsOut struct{ Body SettingsBody }
	type storeSettingsIn struct {
		Store string `path:"store" doc:"The store's code."`
	}
	type storeSettingsPatch struct {
		Store string `path:"store" doc:"The store's code."`
		Body  SettingValues
	}
	type platformSettingsPatch struct{ Body SettingValues }
	ofStore := func(c *web.Context) *settingsOut {
		return &settingsOut{settingsBody(s.declaredFor(c.Store), ofStore(s.app, c.Store))}
	}
	ofPlatform := func() *settingsOut {
		return &settingsOut{settingsBody(s.declaredForPlatform(), place{app: s.app})}
	}
	app.API(r, app.Operation{Method: http.MethodGet, Path: "/stores/{store}/settings", Permission: "core.settings", ID: "get-store-settings", Tag: "Settings", Summary: "Read a store's settings"},
		func(_ context.Context, c *web.Context, _ *storeSettingsIn) (*settingsOut, error) {
			return ofStore(c), nil
		})
	app.API(r, app.Operation{Method: http.MethodPatch, Path: "/stores/{store}/settings", Permission: "core.settings", ID: "change-store-settings", Tag: "Settings", Summary: "Change a store's settings"},
		func(ctx context.Context, c *web.Context, in *storeSettingsPatch) (*settingsOut, error) {
			if err := s.SaveSettings(ctx, c.Store, in.Body.Values); err != nil {
				return nil, err
			}
			return ofStore(c), nil
		})
	app.API(r, app.Operation{Method: http.MethodGet, Path: "/settings", Permission: "core.platform", ID: "get-settings", Tag: "Settings", Summary: "Read the platform's settings"},
		func(context.Context, *web.Context, *struct{}) (*settingsOut, error) { return ofPlatform(), nil })
	app.API(r, app.Operation{Method: http.MethodPatch, Path: "/settings", Permission: "core.platform", ID: "change-settings", Tag: "Settings", Summary: "Change the platform's settings"},
		func(ctx context.Context, _ *web.Context, in *platformSettingsPatch) (*settingsOut, error) {
			if err := s.SavePlatformSettings(ctx, in.Body.Values); err != nil {
				return nil, err
			}
			return ofPlatform(), nil
		})
}
