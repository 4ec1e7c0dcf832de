package app

import (
	"context"
	"fmt"
	"slices"

	"wizamart/tenant"
)

// Step is something to do before a store sells, or before a platform is fit for other people's shops. Title and Text are keys of the
// message catalogue.
type Step struct {
	Key        string // "catalog.product": stays the same, for programs
	Icon       string // Lucide
	Title      string
	Text       string
	Path       string // without the surface's prefix
	Permission string // who may do it
	Order      int    // small ones come first
	Done       bool
	Required   bool // a shop is not launched without it
}

// Checklist is what the modules that are on have a new store do, in order.
func (a *App) Checklist(ctx context.Context, st *tenant.Store) ([]Step, error) {
	return a.steps(func(m Module) ([]Step, error) {
		if m.Steps == nil || !a.EnabledFor(st, m.Name) {
			return nil, nil
		}
		return m.Steps(ctx, st)
	})
}

// PlatformChecklist is what the modules have the operator of a new platform do, in order.
func (a *App) PlatformChecklist(ctx context.Context) ([]Step, error) {
	return a.steps(func(m Module) ([]Step, error) {
		if m.PlatformSteps == nil {
			return nil, nil
		}
		return m.PlatformSteps(ctx)
	})
}

func (a *App) steps(of func(Module) ([]Step, error)) (all []Step, err error) {
	for _, m := range a.Registry.modules {
		if !a.Enabled(m.Name) {
			continue
		}
		more, err := of(m)
		if err != nil {
			return nil, fmt.Errorf("checklist of %s: %w", m.Name, err)
		}
		all = append(all, more...)
	}
	slices.SortStableFunc(all, func(x, y Step) int { return x.Order - y.Order })
	return all, nil
}
