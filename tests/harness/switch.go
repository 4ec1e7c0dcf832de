package harness

import (
	"context"
	"testing"

	"wizamart/framework/database"
)

// Switch turns a module of the installation's own platform on or off, as its switch alone does.
func (p *Platform) Switch(t testing.TB, module string, on bool) {
	t.Helper()
	if err := p.App.Platform.SwitchModules(context.Background(), "", map[string]bool{module: on}, func(*database.DB) error { return nil }); err != nil {
		t.Fatalf("switch %s: %v", module, err)
	}
}
