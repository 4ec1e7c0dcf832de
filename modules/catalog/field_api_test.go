package catalog_test

import (
	"net/http"
	"strings"
	"testing"
)

// TestFieldsOfTheAPI: types are made, products say things by key, and complaints name the field.
func TestFieldsOfTheAPI(t *testing.T) {
	s := openPacks(t)
	owner := s.Staff(t, "owner", "shop")
	at := func(path string) string { return s.APIURL("/stores/shop" + path) }
	var p struct {
		Type   string
		Fields map[string]any
		Safety map[string]string
	}
	product := at("/products/" + s.list[0].ID)
	owner.JSON(t, "GET", product, nil).Want(t, 200).Decode(t, &p)
	if p.Fields["volume"] != 30.0 || p.Fields["waterproof"] != true || p.Fields["material"] != "Waxed canvas" || len(p.Fields["seasons"].([]any)) != 2 {
		t.Errorf("the product says %v", p.Fields)
	}
	set := map[string]any{"volume": 31.5, "waterproof": false, "seasons": []string{"Autumn"}, "designed_by": nil}
	changed := owner.JSON(t, "PATCH", product, map[string]any{"fields": set, "safety": map[string]string{"model": "R-30"}})
	p.Fields = nil // what is decoded joins what is there
	changed.Want(t, 200).Decode(t, &p)
	if p.Fields["volume"] != 31.5 || p.Fields["waterproof"] != false || p.Fields["designed_by"] != nil || p.Fields["material"] != "Waxed canvas" || p.Safety["model"] != "R-30" {
		t.Errorf("the product says %v, and of its safety %v", p.Fields, p.Safety)
	}
	refused := owner.JSON(t, "PATCH", product, map[string]any{"fields": map[string]any{"volume": nil, "seasons": "Winter", "weight": 3}}).Want(t, http.StatusUnprocessableEntity)
	for _, want := range []string{"fields.volume", "fields.seasons", "fields.weight"} {
		if !strings.Contains(refused.Body, want) {
			t.Errorf("nothing is said of %s in %s", want, refused.Body)
		}
	}
	owner.JSON(t, "POST", at("/products"), map[string]any{"title": "Bag", "type": "Backpacks", "status": "active", "fields": map[string]any{"material": "Ripstop"}}).Want(t, 422)
	owner.JSON(t, "POST", at("/products"), map[string]any{"title": "Bag", "type": "Backpacks", "fields": map[string]any{"material": "ripstop"}}).Want(t, 201)

	var ty struct {
		ID     string
		Fields []struct {
			ID, Key, Kind string
			Choices       []struct{ ID, Label string }
		}
		Products int
	}
	owner.JSON(t, "GET", at("/product-types/"+s.ty.ID), nil).Want(t, 200).Decode(t, &ty)
	if len(ty.Fields) != 5 || ty.Products != 4 {
		t.Errorf("the type is %+v", ty)
	}
	field := at("/product-types/" + s.ty.ID + "/fields/" + s.material.ID)
	owner.JSON(t, "PATCH", field, map[string]any{"choices": []map[string]string{{"id": s.material.Choices[0].ID, "label": "Oilcloth"}}}).Want(t, 422) // Ripstop is chosen
	owner.JSON(t, "PATCH", field, map[string]any{"choices": []map[string]string{{"id": s.material.Choices[0].ID, "label": "Oilcloth"}}, "sure": true}).Want(t, 200)
	owner.JSON(t, "GET", product, nil).Want(t, 200).Decode(t, &p)
	if p.Fields["material"] != "Oilcloth" {
		t.Errorf("a choice's new name is not the product's: %v", p.Fields)
	}
	s.Guest(t).JSON(t, "GET", at("/product-types"), nil).Want(t, 401)
	s.Staff(t, "viewer", "shop").JSON(t, "POST", at("/product-types"), map[string]string{"name": "X"}).Want(t, 403)
}
