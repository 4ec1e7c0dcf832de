package audit

import (
	"strings"
	"testing"
)

// Whatever is asked for, the entries are read along an index and in its order, and what no index knows bounds itself by the window.
func TestEveryFilterGoesAlongAnIndex(t *testing.T) {
	db := openStore(t).DB
	for name, f := range map[string]Filter{
		"all": {}, "an actor": {ActorKind: Staff, ActorID: "u"}, "a thing": {SubjectKind: "order", SubjectID: "o"}, "an action": {Action: "a.b"},
		"a search": {Search: "x"}, "a kind of thing": {SubjectKind: "order"}, "a thing and an actor": {SubjectKind: "order", SubjectID: "o", ActorKind: Staff, ActorID: "u"}, "a next page": {Before: "0", Search: "x"},
	} {
		q, err := plan(t.Context(), db, f)
		if err != nil {
			t.Fatal(err)
		}
		var steps []struct{ Detail string }
		if err := db.NewQuery("EXPLAIN QUERY PLAN " + q.inner("*")).Bind(q.params).All(&steps); err != nil {
			t.Fatal(name, err)
		}
		for _, s := range steps {
			scan := strings.HasPrefix(s.Detail, "SCAN") && !(len(q.along) == 0 && !strings.Contains(s.Detail, "INDEX"))
			if scan || strings.Contains(s.Detail, "TEMP B-TREE") {
				t.Errorf("%s: %s", name, s.Detail)
			}
		}
		if !strings.Contains(q.inner("*"), "LIMIT") {
			t.Errorf("%s has no bound", name)
		}
	}
}
