package catalog

import (
	"context"
	"encoding/json"
	"strings"

	"wizamart/framework/web"
	"wizamart/modules/catalog/catalogtype"
	"wizamart/tenant"
)

// Limits of what is suggested while somebody types.
const (
	suggestedProducts   = 6
	suggestedCategories = 3
)

// Suggest finds what somebody may be looking for who has typed so far: products as Search has them, and categories by the beginning of a word of their name.
func (s *Service) Suggest(ctx context.Context, st *tenant.Store, text string) (products []catalogtype.Card, categories []Category, err error) {
	err = st.View(ctx, func(view *tenant.Store) error {
		shelf, err := s.shelfOf(ctx, view)
		if err != nil {
			return err
		}
		match, err := s.searchFor(ctx, view, shelf, text)
		if err != nil {
			return err
		}
		var ids []string
		for _, i := range match.products[:min(suggestedProducts, len(match.products))] {
			ids = append(ids, shelf.products[i].id)
		}
		begin := strings.ToLower(strings.TrimSpace(text))
		for _, c := range shelf.tree {
			if name := strings.ToLower(c.Name); len(categories) < suggestedCategories && begin != "" && (strings.HasPrefix(name, begin) || strings.Contains(name, " "+begin)) && len(shelf.in(c.ID)) > 0 {
				categories = append(categories, c)
			}
		}
		products, err = cardsByID(ctx, view, ids)
		return err
	})
	return products, categories, err
}

type suggestion struct {
	Label   string `json:"label"`
	URL     string `json:"url"`
	Picture string `json:"picture,omitempty"`
	Price   string `json:"price,omitempty"`
}

// shopSuggestions answers the search field's script. Without scripts the field leads to the search's page.
func (s *Service) shopSuggestions(c *web.Context) error {
	products, categories, err := s.Suggest(c.Ctx(), c.Store, c.Search())
	if err != nil {
		return err
	}
	out := []suggestion{}
	for _, cat := range categories {
		out = append(out, suggestion{Label: cat.Name, URL: c.URL("/categories/" + cat.Slug)})
	}
	for _, card := range cardViews(c, products) {
		one := suggestion{Label: card.Title, URL: card.URL, Price: card.Price.Format(c.Locale())}
		if card.Picture != "" {
			one.Picture = c.URL(card.Sizes.AtLeast(card.Large, thumbWidth))
		}
		if card.From {
			one.Price = c.T("from") + " " + one.Price
		}
		out = append(out, one)
	}
	data, err := json.Marshal(out)
	if err != nil {
		return err
	}
	c.W.Header().Set("Cache-Control", "no-store")
	c.W.Header().Set("X-Robots-Tag", "noindex")
	return c.Text("application/json", string(data))
}
