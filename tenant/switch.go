package tenant

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/pocketbase/dbx"

	"wizamart/framework/database"
)

// SwitchModules switches modules of a platform (“” is the installation's own) on (true) and off, and what also writes, in one transaction. From its answer on
// the switches hold for every request; stores whose work waited for a module are visited soon.
func (p *Platform) SwitchModules(ctx context.Context, id string, on map[string]bool, also func(tx *database.DB) error) error {
	if p.PlatformByID(id) == nil {
		return noPlatform()
	}
	id = cmp.Or(id, p.ID)
	p.arranging.Lock()
	defer p.arranging.Unlock()
	var waiting []string
	err := p.DB.Write(ctx, func(tx *database.DB) error {
		for module, on := range on {
			set := "INSERT INTO tenant_switch (platform_id, module, off_at) VALUES ({:p}, {:m}, {:now}) ON CONFLICT DO NOTHING"
			if on {
				set = "DELETE FROM tenant_switch WHERE platform_id = {:p} AND module = {:m}"
			}
			if _, err := tx.Exec(set, dbx.Params{"p": id, "m": module, "now": database.Now()}); err != nil {
				return err
			}
		}
		waiting = nil
		err := tx.NewQuery("SELECT d.store_id FROM tenant_due d JOIN tenant_store s ON s.id = d.store_id WHERE s.platform_id = {:p}").
			Bind(dbx.Params{"p": id}).Column(&waiting)
		if err != nil {
			return err
		}
		for _, store := range waiting {
			if err := writeDue(tx, store, time.Now(), "switch"); err != nil {
				return err
			}
		}
		return also(tx)
	})
	if err != nil {
		return fmt.Errorf("switch modules: %w", err)
	}
	if err := p.loadPlatforms(ctx); err != nil {
		return err
	}
	p.changes.Add(1)
	for _, store := range append(waiting, "") {
		p.signal(store)
	}
	return nil
}

// ArrangeMenu sets the places of a surface's sidebar in a platform; nil has the entries stand where their modules put them.
func (p *Platform) ArrangeMenu(ctx context.Context, id, surface string, places []MenuPlace, also func(tx *database.DB) error) error {
	if p.PlatformByID(id) == nil {
		return noPlatform()
	}
	id = cmp.Or(id, p.ID)
	p.arranging.Lock()
	defer p.arranging.Unlock()
	err := p.DB.Write(ctx, func(tx *database.DB) error {
		if _, err := tx.Exec("DELETE FROM tenant_menu WHERE platform_id = {:p} AND surface = {:s}", dbx.Params{"p": id, "s": surface}); err != nil {
			return err
		}
		for i, place := range places {
			_, err := tx.Insert("tenant_menu", dbx.Params{"platform_id": id, "surface": surface, "entry": place.Entry, "position": i, "hidden": place.Hidden}).Execute()
			if err != nil {
				return err
			}
		}
		return also(tx)
	})
	if err != nil {
		return fmt.Errorf("arrange the menu: %w", err)
	}
	return p.loadPlatforms(ctx)
}
