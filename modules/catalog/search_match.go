package catalog

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"wizamart/tenant"
)

// found is what a search matches.
type found struct {
	products  []int32 // of the shelf, best first
	corrected string  // the words that were searched for, when they are others than those that were typed; "" otherwise
	some      bool    // nothing has all of the words: these have some of them
}

// searchFor finds products by the beginnings of words. Who typed an article number gets its products first. Words that no product has are taken for those
// that come closest; when nothing has all words, those that have most of them are given.
func (s *Service) searchFor(ctx context.Context, st *tenant.Store, f *shelf, text string) (out found, err error) {
	words := searchWords(text)
	if len(words) == 0 {
		return out, nil
	}
	synonyms := synonymsOf(st)
	first, err := bySKU(ctx, st, text)
	if err != nil {
		return out, err
	}
	if out.products, err = f.ranked(ctx, st, words, synonyms, true); err != nil {
		return out, err
	}
	out.products = f.joined(f.seqs(first), out.products)
	if len(out.products) > 0 {
		return out, nil
	}
	terms, err := f.vocabulary(ctx, st)
	if err != nil {
		return out, err
	}
	if better, ok := terms.correct(words); ok {
		if out.products, err = f.ranked(ctx, st, better, synonyms, true); err != nil {
			return out, err
		}
		words, out.corrected = better, better.String()
	}
	if some := words.telling(); len(out.products) == 0 && len(words) > 1 && len(some) > 0 {
		out.some = true
		out.products, err = f.ranked(ctx, st, some, synonyms, false)
	}
	return out, err
}

// word is what a product must have: the beginning of one of these.
type word []string

type phrase []word

func (p phrase) String() string {
	var out []string
	for _, w := range p {
		out = append(out, w[0])
	}
	return strings.Join(out, " ")
}

// searchWords are the words of a search: runs of letters and digits, as the tokenizer has them, so that nothing typed is an operator.
func searchWords(text string) phrase {
	fields := strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r) })
	var out phrase
	for _, w := range fields[:min(len(fields), maxWords)] {
		if r := []rune(w); len(r) > 50 {
			w = string(r[:50])
		}
		out = append(out, word{strings.ToLower(w)})
	}
	return out
}

func (w word) expression(synonyms map[string][]string) string {
	var out []string
	for _, one := range w {
		out = append(out, `"`+one+`"*`)
		for _, other := range synonyms[one] {
			var together []string
			for _, part := range searchWords(other) {
				together = append(together, `"`+part[0]+`"*`)
			}
			out = append(out, "("+strings.Join(together, " AND ")+")")
		}
	}
	if len(out) == 1 {
		return out[0]
	}
	return "(" + strings.Join(out, " OR ") + ")"
}

func allOf(p phrase, synonyms map[string][]string) string { return p.expression(synonyms, " AND ") }

// telling leaves out what is too short to say anything.
func (p phrase) telling() phrase {
	return slices.DeleteFunc(slices.Clone(p), func(w word) bool { return utf8.RuneCountInString(w[0]) < 3 })
}

func (p phrase) expression(synonyms map[string][]string, between string) string {
	var out []string
	for _, w := range p {
		out = append(out, w.expression(synonyms))
	}
	return strings.Join(out, between)
}

// bySKU finds products by the beginning of an article number or a barcode.
func bySKU(ctx context.Context, st *tenant.Store, text string) ([]int64, error) {
	text = strings.TrimSpace(text)
	if len(text) < 2 || len(text) > 60 || !strings.ContainsFunc(text, unicode.IsDigit) {
		return nil, nil
	}
	const in = `SELECT p.seq, v.sku FROM catalog_variant v JOIN catalog_product p ON p.id = v.product_id WHERE v.deleted_at IS NULL AND `
	rows, err := st.QueryContext(ctx, "SELECT DISTINCT seq FROM (SELECT * FROM ("+in+"v.sku <> '' AND v.sku >= ?1 COLLATE NOCASE AND v.sku < ?2 COLLATE NOCASE LIMIT 200) UNION ALL SELECT * FROM ("+
		in+"v.barcode = ?1 AND v.barcode <> '' LIMIT 20)) ORDER BY length(sku), sku", text, text+"\U0010FFFF")
	list, err := collect(rows, err, scanSeq)
	return list, wrap("search by article number", err)
}

func scanSeq(rows *sql.Rows, seq *int64) error { return rows.Scan(seq) }

// joined is a and then b, each product once.
func (f *shelf) joined(a, b []int32) []int32 {
	if len(a) == 0 {
		return b
	}
	seen := f.noProducts()
	for _, i := range a {
		seen.add(i)
	}
	return append(a, slices.DeleteFunc(b, seen.has)...)
}
