// Package platforms is where the operator says what each platform of the installation is: its name and base domain, the modules that
// are on, and how its sidebars are arranged. All of it acts at once.
package platforms

import (
	"embed"
	"sync"

	"wizamart/framework/app"
	"wizamart/framework/permission"
	"wizamart/framework/web"
)

//go:embed views
var files embed.FS

const manage = "platforms.manage"

// Service of the module.
type Service struct {
	app       *app.App
	switching sync.Mutex
}

// New makes the service.
func New(a *app.App) *Service { return &Service{app: a} }

// Module is the manifest.
func (s *Service) Module() app.Module {
	return app.Module{
		Name: "platforms", Title: "Platforms", Kind: app.Core, Description: "Platforms of this installation, their modules and sidebars.",
		Permissions: []permission.Permission{{Name: manage, Title: "Change platforms, their modules and menus"}},
		Menu: []app.MenuItem{
			{Surface: web.Admin, Group: "Operations", Label: "Modules", Path: "/modules", Icon: "blocks", Permission: manage, Order: 82, Keep: true},
			{Surface: web.Admin, Group: "Operations", Label: "Menus", Path: "/menus", Icon: "list", Permission: manage, Order: 83, Keep: true},
			{Surface: web.Admin, Group: "Operations", Label: "Platforms", Path: "/platforms", Icon: "layers", Permission: manage, Order: 83},
		},
		Files: files,
		Routes: func(r *app.Router) {
			r.Admin("GET", "/platforms", manage, s.platforms)
			r.Admin("POST", "/platforms", manage, s.createPlatform)
			r.Admin("GET", "/platforms/:id", manage, s.platform)
			r.Admin("POST", "/platforms/:id", manage, s.updatePlatform)
			r.Admin("GET", "/modules", manage, s.modules)
			r.Admin("GET", "/modules/:name", manage, s.module)
			r.Admin("POST", "/modules/:name/switches", manage, s.switchModule)
			r.Admin("GET", "/menus", manage, s.menus)
			r.Admin("POST", "/menus", manage, s.arrangeMenu)
			s.api(r)
		},
		Commands: []app.Command{{Name: "module", Help: "List the modules, and switch them on and off.", Cmd: &moduleCommand{}}},
	}
}
