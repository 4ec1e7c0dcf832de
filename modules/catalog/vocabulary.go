package catalog

import (
	"context"
	"database/sql"
	"math/bits"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/hbollon/go-edlib"
	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"

	"wizamart/tenant"
)

// vocabulary is the words of a store's products, in order, with how many products have each. Article numbers are not among them.
type vocabulary struct {
	words    []string
	products []int
	letters  []uint64 // of each word: see lettersOf
}

// lettersOf marks the letters of a word, so that most words are told apart without counting slips: a slip takes away one letter at most, and brings in one.
func lettersOf(word string) (out uint64) {
	for _, r := range word {
		out |= 1 << (r % 64)
	}
	return out
}

// vocabulary reads the words once for the shelf's life.
func (f *shelf) vocabulary(ctx context.Context, st *tenant.Store) (*vocabulary, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.terms != nil {
		return f.terms, nil
	}
	v := &vocabulary{}
	// From 'a' on: nine of ten terms of a large catalogue are numbers, which would all be stepped through.
	rows, err := st.QueryContext(ctx, "SELECT term, doc FROM catalog_search_term WHERE term >= 'a' AND length(term) > 2 ORDER BY term")
	_, err = collect(rows, err, func(r *sql.Rows, _ *struct{}) error {
		var word string
		var n int
		if err := r.Scan(&word, &n); err != nil {
			return err
		}
		if !strings.ContainsFunc(word, unicode.IsDigit) {
			v.words, v.products, v.letters = append(v.words, word), append(v.products, n), append(v.letters, lettersOf(word))
		}
		return nil
	})
	if err != nil {
		return nil, wrap("read the words of the catalogue", err)
	}
	f.terms = v
	return v, nil
}

// has tells whether some word begins so.
func (v *vocabulary) has(prefix string) bool {
	i := sort.SearchStrings(v.words, prefix)
	return i < len(v.words) && strings.HasPrefix(v.words[i], prefix)
}

// plain is a word as the tokenizer has it: lower case, without diacritics.
func plain(word string) string {
	out, _, err := transform.String(transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn)), norm.NFC), strings.ToLower(word))
	if err != nil {
		return word
	}
	return out
}

// maxMeanings is how many words of the catalogue stand for one that it has not.
const maxMeanings = 3

// correct replaces words that no product has by those that come closest; ok is false when there is nothing to replace, or nothing comes close.
func (v *vocabulary) correct(p phrase) (better phrase, ok bool) {
	for i := 0; i < len(p); i++ {
		w := plain(p[i][0])
		if v.has(w) || strings.ContainsFunc(w, unicode.IsDigit) {
			better = append(better, p[i])
			continue
		}
		if i+1 < len(p) && v.has(w+plain(p[i+1][0])) { // "rain coat" where the shop says "raincoat"
			better, ok = append(better, word{w + plain(p[i+1][0])}), true
			i++
			continue
		}
		if closest := v.closest(w); len(closest) > 0 {
			better, ok = append(better, closest), true
			continue
		}
		if a, b, cut := v.cut(w); cut {
			better, ok = append(better, word{a}, word{b}), true
			continue
		}
		better = append(better, p[i])
	}
	return better, ok
}

// cut parts "raincoat" where the shop says "rain coat".
func (v *vocabulary) cut(w string) (a, b string, ok bool) {
	for i := 3; i <= len(w)-3; i++ {
		if !utf8.RuneStart(w[i]) {
			continue
		}
		at := sort.SearchStrings(v.words, w[:i])
		if at < len(v.words) && v.words[at] == w[:i] && v.has(w[i:]) {
			return w[:i], w[i:], true
		}
	}
	return "", "", false
}

// mistakes is how many slips a word of n letters may have: one letter too many, too few, wrong, or two swapped.
func mistakes(n int) int {
	switch {
	case n < 4:
		return 0
	case n < 8:
		return 1
	}
	return 2
}

// closest are the words with the fewest slips, those that most products have first. What was typed may be the beginning of a word.
func (v *vocabulary) closest(w string) word {
	n := utf8.RuneCountInString(w)
	most := mistakes(n)
	if most == 0 {
		return nil
	}
	type candidate struct {
		at, slips int
	}
	var list []candidate
	best, letters := most, lettersOf(w)
	for i, other := range v.words {
		if bits.OnesCount64(letters&^v.letters[i]) > best {
			continue
		}
		m := utf8.RuneCountInString(other)
		if m < n-best {
			continue
		}
		var slips int
		if m <= n+best {
			slips = edlib.OSADamerauLevenshteinDistance(w, other)
		} else { // as a beginning
			head := string([]rune(other)[:n])
			if slips = edlib.OSADamerauLevenshteinDistance(w, head); slips > 1 {
				continue
			}
		}
		if slips > best {
			continue
		}
		if slips < best {
			best, list = slips, list[:0]
		}
		list = append(list, candidate{i, slips})
	}
	sort.SliceStable(list, func(a, b int) bool { return v.products[list[a].at] > v.products[list[b].at] })
	var out word
	for _, c := range list[:min(maxMeanings, len(list))] {
		out = append(out, v.words[c.at])
	}
	return out
}
