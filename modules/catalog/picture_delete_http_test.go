package catalog_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"wizamart/modules/catalog"
	"wizamart/tenant"
)

// What nothing shows is deleted and brought back; what a product, a text or an order shows stays, and using a deleted picture brings it back.
func TestPictureDeletion(t *testing.T) {
	s := newShelf(t, "EUR")
	owner := s.Staff(t, "owner", "shop")
	at := func(path string) string { return s.DashboardURL("shop", path) }
	api := func(path string) string { return "http://" + s.Base + "/api/v1/stores/shop" + path }
	hashes := make([]string, 5)
	for i := range hashes {
		p, err := s.cat.StorePicture(t.Context(), s.st, strings.NewReader(string(drawn(t, 20+i, 20))), "")
		if err != nil {
			t.Fatal(err)
		}
		hashes[i] = p.Hash
	}
	idle, used, text, ordered, later := hashes[0], hashes[1], hashes[2], hashes[3], hashes[4]
	lamp := s.add(catalog.Product{Title: "Lamp", Images: []catalog.Image{{Hash: used}}})
	s.add(catalog.Product{Title: "Chair", BodySource: `<p><img src="/media/` + text + `.webp" alt="a chair"></p>`})
	s.cat.Shown = append(s.cat.Shown, func(context.Context, *tenant.Store, []string) ([]string, error) { return []string{ordered}, nil })

	owner.Post(t, at("/picture-deletions"), url.Values{}).Want(t, 303)
	owner.Get(t, at("/pictures?use=unused")).Want(t, 200).Has(t, ".toast", "Choose a picture first").Has(t, "#delete-pictures", "Delete the chosen pictures?")
	owner.Post(t, at("/picture-deletions"), url.Values{"delete": {idle, used, text, ordered}}).Want(t, 303)
	page := owner.Get(t, at("/pictures?use=unused")).Want(t, 200).Has(t, ".toasts", "1 picture was deleted.").Has(t, ".toasts", "3 pictures stay")
	if strings.Contains(page.Body, `value="`+idle) {
		t.Error("the deleted picture is in the library still")
	}
	s.guest.Get(t, s.ShopURL("shop", "/media/"+idle+".webp")).Want(t, 404)
	for _, hash := range []string{used, text, ordered} {
		s.guest.Get(t, s.ShopURL("shop", "/media/"+hash+".webp")).Want(t, 200)
	}
	undo, ok := page.Doc(t).Find(`.toasts form[action*="/product-undoings/"]`).Attr("action")
	if !ok {
		t.Fatal("there is no button that undoes it")
	}
	owner.Post(t, "http://"+s.Base+undo, url.Values{}).Want(t, 303)
	s.guest.Get(t, s.ShopURL("shop", "/media/"+idle+".webp")).Want(t, 200)

	owner.JSON(t, http.MethodDelete, api("/pictures/"+used), nil).Want(t, 409)
	owner.JSON(t, http.MethodDelete, api("/pictures/"+later), nil).Want(t, 204)
	owner.JSON(t, http.MethodDelete, api("/pictures/"+later), nil).Want(t, 404)
	owner.JSON(t, http.MethodPost, api("/pictures/"+later+"/restorations"), nil).Want(t, 200)
	owner.JSON(t, http.MethodDelete, api("/pictures/"+later), nil).Want(t, 204)
	if p, err := s.cat.StorePicture(t.Context(), s.st, strings.NewReader(string(drawn(t, 24, 20))), ""); err != nil || p.Hash != later {
		t.Errorf("uploaded again it is %v, %v", p, err)
	}

	// A deleted product's picture may be deleted; the product brings it back.
	if err := s.cat.Delete(t.Context(), s.st, lamp.ID); err != nil {
		t.Fatal(err)
	}
	owner.JSON(t, http.MethodDelete, api("/pictures/"+used), nil).Want(t, 204)
	if _, err := s.cat.Restore(t.Context(), s.st, lamp.ID); err != nil {
		t.Fatal(err)
	}
	s.guest.Get(t, s.ShopURL("shop", "/media/"+used+".webp")).Want(t, 200)
}
