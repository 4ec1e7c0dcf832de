package catalog

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"wizamart/modules/catalog/catalogtype"
	"wizamart/tenant"
)

// searchRank orders matches: a word in the title counts most, then the SKU, brand, type and tags, the description least.
const searchRank = "bm25(catalog_search, 10.0, 4.0, 3.0, 3.0, 8.0, 1.0)"

// maxWords of a search count: each costs a condition.
const maxWords = 12

// matchQuery is text as an FTS5 expression: every word has to begin a word of the product. It is "" when there is no word.
func matchQuery(text string) string { return allOf(searchWords(text), nil) }

// SearchPage is how many cards a page of Search has.
const SearchPage = 24

// Search finds products of the shop by the beginnings of words in title, brand, type, tags, option values, SKU, barcode and description; letter case and
// diacritics do not count ("gruner" finds "grüner"). Pages count from 1. It gives how many match in all.
func (s *Service) Search(ctx context.Context, st *tenant.Store, query string, page int) ([]catalogtype.Card, int, error) {
	if matchQuery(query) == "" {
		return nil, 0, nil
	}
	return s.Cards(ctx, st, CardFilter{Query: query, Limit: SearchPage, Offset: (max(page, 1) - 1) * SearchPage})
}

// index writes the product's row of the search table. It belongs to every save.
func index(ctx context.Context, tx *tenant.Store, p *Product) error {
	var skus []string
	for i := range p.Variants {
		if v := &p.Variants[i]; v.SKU != "" || v.Barcode != "" {
			skus = append(skus, v.SKU, v.Barcode)
		}
	}
	about := slices.Clone(p.Tags)
	for _, o := range p.Options {
		about = append(about, o.Values...)
	}
	words, err := fieldWords(ctx, tx, p)
	if err != nil {
		return err
	}
	about = append(about, words...)
	body := PlainText(p.BodyHTML)
	if len(body) > 8000 {
		body = strings.ToValidUTF8(body[:8000], "")
	}
	if err := unindex(ctx, tx, p.Seq); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "INSERT INTO catalog_search (rowid, title, brand, product_type, tags, sku, body) VALUES (?, ?, ?, ?, ?, ?, ?)",
		p.Seq, p.Title, p.Brand, p.Type, strings.Join(about, " "), strings.Join(skus, " "), body)
	return wrap("index the product", err)
}

func unindex(ctx context.Context, tx *tenant.Store, seq int64) error {
	if _, err := tx.ExecContext(ctx, "DELETE FROM catalog_search WHERE rowid = ?", seq); err != nil {
		return fmt.Errorf("take the product out of the search: %w", err)
	}
	return nil
}
