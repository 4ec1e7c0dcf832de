package catalog_test

import (
	"bytes"
	"encoding/json"
	"image"
	"image/png"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"wizamart/modules/catalog"
)

func drawn(t *testing.T, w, h int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewNRGBA(image.Rect(0, 0, w, h))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A picture is uploaded once, described and cropped once, and shown by two products.
func TestPictureLibrary(t *testing.T) {
	s := newShelf(t, "EUR")
	owner := s.Staff(t, "owner", "shop")
	at := func(path string) string { return s.DashboardURL("shop", path) }
	lamp, chair := s.add(catalog.Product{Title: "Lamp"}), s.add(catalog.Product{Title: "Chair"})
	owner.Get(t, at("/pictures")).Want(t, 200).Has(t, ".empty-title", "No pictures yet")
	owner.Post(t, at("/pictures"), url.Values{}).Want(t, 422).Has(t, ".error", "Choose a picture first")
	refused := owner.Post(t, at("/pictures"), url.Values{"address": {"http://127.0.0.1/a.png"}}).Want(t, 422).Has(t, ".error", "not on the public internet")
	if !strings.Contains(refused.Body, "http://127.0.0.1/a.png") {
		t.Error("what was typed is gone")
	}
	owner.Post(t, at("/products/"+lamp.ID+"/images"), url.Values{"address": {"http://10.0.0.1/a.png"}}).Want(t, 303)

	upload(t, owner, at("/pictures"), map[string][]byte{"a.png": drawn(t, 700, 500)}, "text/html").Want(t, 303)
	page := owner.Get(t, at("/pictures")).Want(t, 200).Has(t, ".alert-title", "1 picture without a description").Has(t, ".picture-item", "Not used")
	hash, _ := page.Doc(t).Find(".picture-item [name=picture]").Attr("value")

	owner.Post(t, at("/products/"+lamp.ID+"/pictures"), url.Values{"picture": {hash}}).Want(t, 303)
	owner.Get(t, at("/products/"+lamp.ID)).Want(t, 200).Has(t, ".picture-nameless", "1 picture without a description.")
	owner.Post(t, at("/picture-descriptions"), url.Values{"picture": {hash}, "was-" + hash: {""}, "alt-" + hash: {"A lamp at night"}}).Want(t, 303)
	owner.Get(t, at("/pictures?product="+chair.ID+"&q=night")).Want(t, 200).Has(t, "h1", "Choose pictures").Has(t, ".picture-item", "Used once")
	owner.Get(t, at("/pictures?q=chair")).Want(t, 200).Has(t, ".empty-title", "Nothing found")
	owner.Post(t, at("/products/"+chair.ID+"/pictures"), url.Values{"picture": {hash}}).Want(t, 303)
	owner.Post(t, at("/products/"+chair.ID+"/pictures"), url.Values{"picture": {strings.Repeat("0", 64)}}).Want(t, 303)
	for _, p := range []string{lamp.ID, chair.ID} {
		if got, err := s.cat.Product(t.Context(), s.st, p); err != nil || len(got.Images) != 1 || got.Images[0].Alt != "A lamp at night" {
			t.Fatalf("%+v %v", got, err)
		}
	}

	// A click at a quarter from the left and near the bottom; then two numbers, and what is no number.
	owner.Get(t, at("/pictures/"+hash)).Want(t, 200).Has(t, "h1", "A lamp at night")
	owner.Post(t, at("/pictures/"+hash), url.Values{"focus_x": {"50"}, "focus_y": {"50"}, "focus.x": {"70"}, "focus.y": {"180"}}).Want(t, 303)
	if m, _ := s.cat.Media(t.Context(), s.st, hash); m.FocusX != 25 || m.FocusY != 90 {
		t.Errorf("a click set %+v", m)
	}
	owner.Post(t, at("/pictures/"+hash), url.Values{"focus_x": {"20"}, "focus_y": {"101"}}).Want(t, 422)
	owner.Post(t, at("/pictures/"+hash), url.Values{"focus_x": {"20"}, "focus_y": {"70"}, "focus.x": {"0"}, "focus.y": {"0"}}).Want(t, 303)
	shop := s.guest.Get(t, s.ShopURL("shop", "/products/"+lamp.Slug)).Want(t, 200)
	for _, want := range []string{`class="picture focus-x-20 focus-y-70"`, `400w, `, `700w"`, `width="700" height="500"`, `alt="A lamp at night"`} {
		if !strings.Contains(shop.Body, want) {
			t.Errorf("the shop's page lacks %q", want)
		}
	}

	api := func(path string) string { return "http://" + s.Base + "/api/v1/stores/shop" + path }
	var list struct {
		Total int
		Items []struct {
			ID   string
			Uses int
		}
	}
	got := owner.Get(t, api("/pictures?use=used")).Want(t, 200)
	if err := json.Unmarshal([]byte(got.Body), &list); err != nil || list.Total != 1 || list.Items[0].Uses != 2 {
		t.Errorf("%s %v", got.Body, err)
	}
	owner.JSON(t, http.MethodPatch, api("/pictures/"+hash), map[string]any{"focus_x": 101}).Want(t, 422)
	owner.JSON(t, http.MethodPatch, api("/pictures/"+hash), map[string]any{"alt": "A lamp by day"}).Want(t, 200)
	owner.JSON(t, http.MethodPost, api("/products/"+lamp.ID+"/images"), map[string]any{"address": "http://169.254.169.254/a.png"}).Want(t, 422)
	owner.JSON(t, http.MethodPost, api("/products/"+lamp.ID+"/images"), map[string]any{}).Want(t, 422)
	if p, err := s.cat.Product(t.Context(), s.st, chair.ID); err != nil || p.Images[0].Alt != "A lamp by day" {
		t.Errorf("%+v %v", p, err)
	}
}
