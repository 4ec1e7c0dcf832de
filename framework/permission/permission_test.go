package permission

import "testing"

func TestCovers(t *testing.T) {
	for _, tt := range []struct {
		name       string
		has, gives Set
		want       bool
	}{
		{"all covers all", Set{"*"}, Set{"*", "orders.*", "orders.read"}, true},
		{"a module's covers its parts", Set{"checkout.*"}, Set{"checkout.discount.*", "checkout.read"}, true},
		{"a part does not cover the module's", Set{"orders.read", "orders.write"}, Set{"orders.*"}, false},
		{"no module's covers all", Set{"orders.*", "catalog.*"}, Set{"*"}, false},
		{"another module", Set{"orders.*"}, Set{"catalog.read"}, false},
		{"a name that only begins alike", Set{"orders.*"}, Set{"ordersx.read"}, false},
		{"nothing is covered by nothing", nil, nil, true},
		{"something by nothing", nil, Set{"orders.read"}, false},
	} {
		if got := tt.has.Covers(tt.gives); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}
