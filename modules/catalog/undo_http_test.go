package catalog_test

import (
	"bytes"
	"net/url"
	"slices"
	"testing"
)

// Undo of a saved product brings back what it said of itself and of its safety; files are their own action, and stay.
func TestUndoOfWhatIsSaid(t *testing.T) {
	s := openPacks(t)
	owner := s.Staff(t, "owner", "shop")
	id := s.list[0].ID
	at := s.DashboardURL("shop", "/products/"+id)
	say := func(pairs ...string) string {
		t.Helper()
		saved := owner.Submit(t, owner.Get(t, at).Want(t, 200).Form(t, "form#product").Set(pairs...)).Want(t, 303)
		return owner.Follow(t, saved).Doc(t).Find(`form[action*="/product-undoings/"]`).AttrOr("action", "")
	}
	say("safety_warnings", "Hot.", "safety_batch", "B 7")
	undo := say("safety_warnings", "", "safety_batch", "B 8", "field-"+s.volume.ID, "12", "field-"+s.design.ID, "", "title", "Ridge II")
	if _, err := s.cat.AddFile(t.Context(), s.st, id, "", "manual.pdf", bytes.NewReader([]byte("%PDF"))); err != nil {
		t.Fatal(err)
	}
	before, err := s.cat.Product(t.Context(), s.st, id)
	if err != nil || before.Safety.Batch != "B 8" || before.Title != "Ridge II" {
		t.Fatalf("%+v %v", before, err)
	}
	owner.Post(t, "http://"+s.Base+undo, url.Values{}).Want(t, 303)
	now, err := s.cat.Product(t.Context(), s.st, id)
	if err != nil || now.Title != "Ridge" || now.Safety.Warnings != "Hot." || now.Safety.Batch != "B 7" {
		t.Errorf("after undoing: %s, %+v, %v", now.Title, now.Safety, err)
	}
	ty, err := s.cat.ProductType(t.Context(), s.st, s.ty.ID)
	if err != nil {
		t.Fatal(err)
	}
	var said []string
	for i := range ty.Fields {
		if text := ty.Fields[i].Text(now); text != "" {
			said = append(said, text)
		}
	}
	if !slices.Contains(said, "30") || !slices.Contains(said, "Åse Nygård") {
		t.Errorf("the fields say %q", said)
	}
	if files, err := s.cat.ProductFiles(t.Context(), s.st, id); err != nil || len(files) != 1 {
		t.Errorf("%d files, %v", len(files), err)
	}
}
