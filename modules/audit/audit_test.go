package audit_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	record "wizamart/framework/audit"
	"wizamart/framework/database"
	"wizamart/framework/timezone"
	"wizamart/tenant"
	"wizamart/tests/harness"
)

func TestPages(t *testing.T) {
	p := harness.Start(t, harness.WithoutBackground())
	p.Store(t, "fjord", "EUR")
	st := p.Open(t, "fjord")
	ctx := record.WithActor(t.Context(), record.Actor{Kind: record.Staff, ID: "u1", Name: "Ada <b>", Address: "192.0.2.7"})
	err := st.Write(ctx, func(tx *tenant.Store) error {
		for i := range 120 {
			e := record.Entry{Action: "catalog.product.updated", SubjectKind: "product", SubjectID: fmt.Sprint("p", i%2), SubjectName: "=Shell", Before: database.JSON(`{"title":"Old","seo":{"slug":"a"}}`), After: database.JSON(fmt.Sprintf(`{"title":"New %d","seo":{"slug":"b"}}`, i))}
			if i == 3 {
				e.Action, e.Before = "cms.page.updated", nil
			}
			if err := record.Record(ctx, tx.DB, e); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	owner, viewer := p.Staff(t, "owner", "fjord"), p.Staff(t, "viewer", "fjord")
	viewer.Get(t, p.DashboardURL("fjord", "/audit")).Want(t, 403)
	viewer.Get(t, p.DashboardURL("fjord", "/audit-exports?format=csv")).Want(t, 403)
	page := owner.Get(t, p.DashboardURL("fjord", "/audit")).Want(t, 200).Has(t, ".audit-diff", "seo.slug").Has(t, "del", "Old").Has(t, "ins", "New 119").Has(t, "tbody", "192.0.2.7").Has(t, "tbody a[href='/store/fjord/products/p1']", "=Shell")
	rows, seen := 0, map[string]bool{}
	for more := true; more; {
		page.Doc(t).Find("tbody tr").Each(func(_ int, s *goquery.Selection) { seen[s.AttrOr("id", "")] = true; rows++ })
		var older string
		if older, more = page.Doc(t).Find("a[rel=next]").Attr("href"); more {
			page = owner.Get(t, "http://"+p.Base+older).Want(t, 200)
		}
	}
	if rows < 120 || rows != len(seen) {
		t.Errorf("%d rows of %d entries", rows, len(seen))
	}
	for query, want := range map[string]int{
		"q=new+119": 1, "action=cms.page.updated": 1, "action=cms.": 1, "kind=product&id=p0": 50, "actor=staff:u1&q=192.0.2.7&action=cms.": 1, "actor=customer": 0, "q=nothing+has+this": 0,
		"from=2001-01-01&to=2001-01-02": 0, "from=" + time.Now().In(timezone.Of(st)).Format(time.DateOnly) + "&action=cms.": 1,
	} {
		got := owner.Get(t, p.DashboardURL("fjord", "/audit?"+query)).Want(t, 200).Doc(t).Find("tbody tr").Length()
		if got != want {
			t.Errorf("%s: %d rows, want %d", query, got, want)
		}
	}
	bad := owner.Get(t, p.DashboardURL("fjord", "/audit?from=tomorrow&q=kept")).Want(t, 422).Has(t, "#from-error", "day")
	if got := bad.Doc(t).Find("#audit-q").AttrOr("value", ""); got != "kept" {
		t.Errorf("what was typed is gone: %q", got)
	}
	all := owner.Get(t, p.DashboardURL("fjord", "/audit-exports?format=csv&kind=product")).Want(t, 200)
	lines, err := csv.NewReader(strings.NewReader(all.Body)).ReadAll()
	if err != nil || len(lines) != 121 || lines[1][9] != "'=Shell" {
		t.Errorf("%d lines, %v", len(lines), err)
	}
	body := owner.Get(t, p.DashboardURL("fjord", "/audit-exports?format=jsonl&action=cms.")).Want(t, 200).Body
	var e record.Entry
	if err := json.Unmarshal([]byte(body), &e); err != nil || e.Action != "cms.page.updated" {
		t.Error(err, body)
	}
	var out struct {
		Entries []struct{ Changes []map[string]any }
		Next    string
	}
	owner.Get(t, p.APIURL("/stores/fjord/audit-entries?limit=2&subject_kind=product&subject_id=p0")).Want(t, 200).Decode(t, &out)
	if len(out.Entries) != 2 || out.Next == "" || len(out.Entries[0].Changes) != 2 {
		t.Errorf("%+v", out)
	}
	owner.Get(t, p.APIURL("/audit-entries")).Want(t, 403)
	admin := p.Staff(t, "admin", "fjord")
	admin.Get(t, p.AdminURL("/audit?q=fjord-merchant")).Want(t, 200).Has(t, "tbody", "Merchant of fjord")
	admin.Get(t, p.APIURL("/audit-entries?q=fjord")).Want(t, 200)
}
