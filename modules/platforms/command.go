package platforms

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"wizamart/framework/app"
	"wizamart/framework/problem"
	"wizamart/tenant"
)

type moduleCommand struct {
	List    moduleList    `cmd:"" help:"List the modules and whether they are on."`
	Enable  moduleEnable  `cmd:"" help:"Switch a module on, at once."`
	Disable moduleDisable `cmd:"" help:"Switch a module off, at once. Its data stay."`
}

type onPlatform struct {
	Platform string `help:"Base domain of the platform; the installation's own when empty." placeholder:"DOMAIN"`
}

func (o onPlatform) find(rt *app.Runtime) (*tenant.PlatformInfo, error) {
	if o.Platform == "" {
		return rt.App.Platform.PlatformByID(""), nil
	}
	p := rt.App.Platform.PlatformByBase(tenant.NormalizeHost(o.Platform))
	if p == nil {
		return nil, problem.On("platform", "There is no platform with the base domain %q.", o.Platform)
	}
	return p, nil
}

type moduleList struct {
	onPlatform `embed:""`
	JSON       bool `help:"Print [{\"name\",\"title\",\"description\",\"kind\",\"on\",\"needs\",\"needed_by\",\"off_since\"}] as JSON."`
}

func (cmd *moduleList) Run(rt *app.Runtime, s *Service) error {
	p, err := cmd.find(rt)
	if err != nil {
		return err
	}
	rows := s.list(p)
	if cmd.JSON {
		return rt.JSON(rows)
	}
	w := tabwriter.NewWriter(rt.Stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "MODULE\tKIND\tSTATE\tNEEDS")
	for _, r := range rows {
		state := "off"
		if r.On {
			state = "on"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", r.Name, r.Kind, state, strings.Join(r.Needs, " "))
	}
	return w.Flush()
}

type moduleSwitch struct {
	onPlatform `embed:""`
	Module     string `arg:"" help:"Name of the module."`
	Yes        bool   `help:"Also switch the other modules that it takes along." short:"y"`
}

func (cmd moduleSwitch) run(rt *app.Runtime, s *Service, on bool) error {
	p, err := cmd.find(rt)
	if err != nil {
		return err
	}
	e, err := s.Effect(p, cmd.Module)
	if err != nil {
		return err
	}
	word := map[bool]string{true: "on", false: "off"}[on]
	if e.On == on {
		rt.Printf("%s is %s already.\n", e.Module.Name, word)
		return nil
	}
	agreed := ""
	if cmd.Yes {
		agreed = e.Names()
	} else if names := e.Names(); names != "" {
		return problem.New(problem.Conflict, "Switching %s %s changes other modules too: %s. Say --yes to do it.", cmd.Module, word, names)
	}
	if e, err = s.Switch(rt.Ctx, p.ID, cmd.Module, on, agreed); err != nil {
		return err
	}
	rt.Printf("%s is %s.\n", e.Module.Name, word)
	if names := e.Names(); names != "" {
		rt.Printf("With it: %s.\n", names)
	}
	if !on && e.Module.WhileOff != "" {
		rt.Printf("%s\n", e.Module.WhileOff)
	}
	if on && e.Module.OnReturn != "" {
		rt.Printf("%s\n", e.Module.OnReturn)
	}
	return nil
}

type moduleEnable struct{ moduleSwitch }

func (cmd *moduleEnable) Run(rt *app.Runtime, s *Service) error { return cmd.run(rt, s, true) }

type moduleDisable struct{ moduleSwitch }

func (cmd *moduleDisable) Run(rt *app.Runtime, s *Service) error { return cmd.run(rt, s, false) }
