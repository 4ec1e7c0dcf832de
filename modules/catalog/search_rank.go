package catalog

import (
	"context"
	"math"

	"wizamart/tenant"
)

// places are the columns of catalog_search in which a word can stand, with what it counts there: most in the title and the article number, least in the
// description. Each holds those before it, so that a word counts for the best place only.
var places = [...]struct {
	columns string
	counts  float64
}{
	{"{title sku} : ", 10}, {"{title sku brand product_type tags} : ", 3.5}, {"", 1},
}

// ranked finds products that have every word, or some of them, best first: what a word counts where it stands, times how rare it is in the catalogue, is added up;
// among equals titles of fewer words come first, then what was published last. FTS5's own bm25 would look at each place of each word in each product again, which costs
// more for ten thousand matches than all of the page.
func (f *shelf) ranked(ctx context.Context, st *tenant.Store, words phrase, synonyms map[string][]string, every bool) ([]int32, error) {
	expressions := make([]string, len(words))
	for k, w := range words {
		expressions[k] = w.expression(synonyms)
	}
	has, err := f.matching(ctx, st, expressions)
	if err != nil {
		return nil, err
	}
	all, counts := f.noProducts(), make([][len(places)]float64, len(has))
	for k := range has {
		anywhere := has[k].anywhere()
		for at, place := range places {
			counts[k][at] = place.counts * rarity(anywhere.count(), len(f.products))
		}
		if k == 0 || !every {
			all.join(anywhere)
		} else {
			all.keep(anywhere)
		}
	}
	list := all.list()
	f.sort(list, bySearch)
	buckets := map[float64]*[]int32{} // few: as many as there are ways for the words to stand
	last, bucket := -1.0, (*[]int32)(nil)
	for _, i := range list {
		score := 0.0
		for k := range has {
			for at := range places {
				if has[k][at].has(i) {
					score += counts[k][at]
					break
				}
			}
		}
		if score != last { // most are as good as the one before
			if bucket = buckets[score]; bucket == nil {
				bucket = new([]int32)
				buckets[score] = bucket
			}
			last = score
		}
		*bucket = append(*bucket, i)
	}
	return inOrder(buckets, list[:0]), nil
}

// rarity is what a word says that n of all products have: Robertson and Sparck Jones's inverse document frequency, never below a tenth.
func rarity(n, all int) float64 {
	return max(0.1, math.Log(1+(float64(all-n)+0.5)/(float64(n)+0.5)))
}
