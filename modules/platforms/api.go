package platforms

import (
	"context"
	"net/http"
	"strings"

	"wizamart/framework/app"
	"wizamart/framework/database"
	"wizamart/framework/web"
	"wizamart/tenant"
)

// PlatformBody is a platform in the API.
type PlatformBody struct {
	ID         string        `json:"id" format:"uuid"`
	Name       string        `json:"name"`
	BaseDomain string        `json:"base_domain" doc:"The stores of the platform are at <code>.<base domain>."`
	Default    bool          `json:"default" doc:"The installation's own, whose base domain comes from the configuration."`
	CreatedAt  database.Time `json:"created_at"`
}

func body(p *tenant.PlatformInfo) PlatformBody {
	return PlatformBody{p.ID, p.Name, p.BaseDomain, p.Default, p.CreatedAt}
}

// ModuleBody is a module of a platform in the API.
type ModuleBody struct {
	Name        string        `json:"name"`
	Title       string        `json:"title"`
	Description string        `json:"description"`
	Kind        string        `json:"kind" enum:"core,optional,internal"`
	On          bool          `json:"on" doc:"Its own switch and those of all modules that it needs."`
	Needs       []string      `json:"needs"`
	NeededBy    []string      `json:"needed_by" doc:"The modules that go off with it."`
	OffSince    database.Time `json:"off_since" doc:"When its own switch was turned off; null while it is on."`
}

func (s *Service) list(p *tenant.PlatformInfo) []ModuleBody {
	var out []ModuleBody
	for _, m := range s.app.Registry.Modules() {
		b := ModuleBody{Name: m.Name, Title: m.Title, Description: m.Description, Kind: string(m.Kind), On: s.app.EnabledIn(p.ID, m.Name), Needs: []string{}, NeededBy: []string{}}
		b.Needs = append(b.Needs, m.Needs...)
		b.NeededBy = append(b.NeededBy, s.app.Registry.DependsOn(m.Name)...)
		if since, off := p.Off(m.Name); off {
			b.OffSince = database.At(since)
		}
		out = append(out, b)
	}
	return out
}

// MenuBody is a sidebar in the API.
type MenuBody struct {
	Entries []EntryBody `json:"entries"`
}

// EntryBody is an entry of a sidebar.
type EntryBody struct {
	Entry  string `json:"entry" doc:"Path of the entry." maxLength:"200"`
	Label  string `json:"label" readOnly:"true" required:"false"`
	Group  string `json:"group" readOnly:"true" required:"false"`
	Keep   bool   `json:"keep" readOnly:"true" required:"false" doc:"It cannot be hidden."`
	Hidden bool   `json:"hidden"`
}

type platformIn struct {
	Platform string `path:"platform" doc:"Id of the platform, or “default” for the installation's own."`
}

func (in platformIn) id() string {
	if in.Platform == "default" {
		return ""
	}
	return in.Platform
}

func (s *Service) api(r *app.Router) {
	s.apiPlatforms(r)
	s.apiModules(r)
	s.apiMenus(r)
}

func (s *Service) apiPlatforms(r *app.Router) {
	type platformsOut struct {
		Body struct {
			Platforms []PlatformBody `json:"platforms"`
		}
	}
	type platformOut struct{ Body PlatformBody }
	type platformCreate struct {
		Body struct {
			Name       string `json:"name" maxLength:"100"`
			BaseDomain string `json:"base_domain" maxLength:"253"`
		}
	}
	app.API(r, app.Operation{Method: http.MethodGet, Path: "/platforms", Permission: manage, ID: "list-platforms", Tag: "Platforms", Summary: "List the platforms"},
		func(context.Context, *web.Context, *struct{}) (*platformsOut, error) {
			out := &platformsOut{}
			for _, p := range s.app.Platform.Platforms() {
				out.Body.Platforms = append(out.Body.Platforms, body(p))
			}
			return out, nil
		})
	app.API(r, app.Operation{Method: http.MethodPost, Path: "/platforms", Permission: manage, ID: "create-platform", Tag: "Platforms", Summary: "Add a platform", Status: 201},
		func(ctx context.Context, _ *web.Context, in *platformCreate) (*platformOut, error) {
			p, err := s.CreatePlatform(ctx, tenant.PlatformChange{Name: in.Body.Name, BaseDomain: in.Body.BaseDomain})
			if err != nil {
				return nil, err
			}
			return &platformOut{body(p)}, nil
		})
	type platformUpdate struct {
		Platform string `path:"platform" doc:"Id of the platform, or “default” for the installation's own."`
		Body     struct {
			Name       string `json:"name" maxLength:"100"`
			BaseDomain string `json:"base_domain" maxLength:"253" required:"false" doc:"Of the installation's own it is not changed here."`
		}
	}
	app.API(r, app.Operation{Method: http.MethodPut, Path: "/platforms/{platform}", Permission: manage, ID: "update-platform", Tag: "Platforms", Summary: "Rename a platform or move it to another base domain"},
		func(ctx context.Context, _ *web.Context, in *platformUpdate) (*platformOut, error) {
			id := platformIn{in.Platform}.id()
			if err := s.UpdatePlatform(ctx, id, tenant.PlatformChange{Name: in.Body.Name, BaseDomain: in.Body.BaseDomain}); err != nil {
				return nil, err
			}
			p, err := s.Platform(id)
			if err != nil {
				return nil, err
			}
			return &platformOut{body(p)}, nil
		})
}

func (s *Service) apiModules(r *app.Router) {
	type modulesIn struct {
		Platform string `path:"platform" doc:"Id of the platform, or “default” for the installation's own."`
	}
	type modulesOut struct {
		Body struct {
			Modules []ModuleBody `json:"modules"`
		}
	}
	answer := func(id string) (*modulesOut, error) {
		p, err := s.Platform(id)
		if err != nil {
			return nil, err
		}
		out := &modulesOut{}
		out.Body.Modules = s.list(p)
		return out, nil
	}
	app.API(r, app.Operation{Method: http.MethodGet, Path: "/platforms/{platform}/modules", Permission: manage, ID: "list-modules", Tag: "Platforms", Summary: "List the modules of a platform"},
		func(_ context.Context, _ *web.Context, in *modulesIn) (*modulesOut, error) {
			return answer(platformIn{in.Platform}.id())
		})
	type moduleSwitchIn struct {
		Platform string `path:"platform" doc:"Id of the platform, or “default” for the installation's own."`
		Module   string `path:"module"`
		Body     struct {
			On    bool     `json:"on"`
			Along []string `json:"along" required:"false" doc:"The other modules that change with it, to confirm that you know. 409 names them when they are others."`
		}
	}
	app.API(r, app.Operation{Method: http.MethodPut, Path: "/platforms/{platform}/modules/{module}", Permission: manage, ID: "switch-module", Tag: "Platforms", Summary: "Switch a module on or off", Errors: []int{409}},
		func(ctx context.Context, _ *web.Context, in *moduleSwitchIn) (*modulesOut, error) {
			id := platformIn{in.Platform}.id()
			if _, err := s.Switch(ctx, id, in.Module, in.Body.On, strings.Join(in.Body.Along, " ")); err != nil {
				return nil, err
			}
			return answer(id)
		})
}

func (s *Service) apiMenus(r *app.Router) {
	type menuIn struct {
		Platform string `path:"platform" doc:"Id of the platform, or “default” for the installation's own."`
		Surface  string `path:"surface" enum:"dashboard,admin"`
	}
	type menuOut struct{ Body MenuBody }
	type menuPut struct {
		Platform string `path:"platform" doc:"Id of the platform, or “default” for the installation's own."`
		Surface  string `path:"surface" enum:"dashboard,admin"`
		Body     MenuBody
	}
	answer := func(platform, surface string) (*menuOut, error) {
		_, entries, err := s.Menu(platform, surface)
		if err != nil {
			return nil, err
		}
		out := &menuOut{}
		for _, e := range entries {
			out.Body.Entries = append(out.Body.Entries, EntryBody{e.Path, e.Label, e.Group, e.Keep, e.Hidden})
		}
		return out, nil
	}
	const path = "/platforms/{platform}/menus/{surface}"
	app.API(r, app.Operation{Method: http.MethodGet, Path: path, Permission: manage, ID: "get-menu", Tag: "Platforms", Summary: "Get a sidebar"},
		func(_ context.Context, _ *web.Context, in *menuIn) (*menuOut, error) {
			return answer(platformIn{in.Platform}.id(), in.Surface)
		})
	app.API(r, app.Operation{Method: http.MethodPut, Path: path, Permission: manage, ID: "arrange-menu", Tag: "Platforms", Summary: "Arrange a sidebar",
		Description: "Entries stand in the order given; those that are not named stand where their modules put them. No entry at all puts the menu back."},
		func(ctx context.Context, _ *web.Context, in *menuPut) (*menuOut, error) {
			id := platformIn{in.Platform}.id()
			var places []tenant.MenuPlace
			for _, e := range in.Body.Entries {
				places = append(places, tenant.MenuPlace{Entry: e.Entry, Hidden: e.Hidden})
			}
			if err := s.Arrange(ctx, id, in.Surface, places); err != nil {
				return nil, err
			}
			return answer(id, in.Surface)
		})
}
