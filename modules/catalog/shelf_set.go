package catalog

import (
	"context"
	"database/sql"
	"math/bits"

	"wizamart/tenant"
)

// set is products of a shelf, a bit for each.
type set []uint64

func (f *shelf) noProducts() set { return make(set, (len(f.products)+63)/64) }

func (s set) add(i int32)      { s[i>>6] |= 1 << (i & 63) }
func (s set) has(i int32) bool { return s[i>>6]&(1<<(i&63)) != 0 }

func (s set) count() (n int) {
	for _, w := range s {
		n += bits.OnesCount64(w)
	}
	return n
}

// keep leaves what is in other too.
func (s set) keep(other set) {
	for k := range s {
		s[k] &= other[k]
	}
}

// join adds what is in other.
func (s set) join(other set) {
	for k := range s {
		s[k] |= other[k]
	}
}

// list gives the products in order of seq.
func (s set) list() []int32 {
	out := make([]int32, 0, s.count())
	for k, w := range s {
		for ; w != 0; w &= w - 1 {
			out = append(out, int32(k<<6+bits.TrailingZeros64(w)))
		}
	}
	return out
}

// matches are the products that have a word, by places.
type matches [len(places)]set

func (m *matches) anywhere() set { return m[len(places)-1] }

// Words that many products have are asked for again and again, with every filter and on every page: what they match is kept for the shelf's life.
const (
	maxKeptWords = 32
	manyMatches  = 4 << 10 // bytes of numbers: about 800 products
)

// matching gives the products that have each of these words, which are FTS5 expressions, in one query at most. Nobody may change the sets.
func (f *shelf) matching(ctx context.Context, st *tenant.Store, words []string) ([]matches, error) {
	out := make([]matches, len(words))
	var unknown []int // of words
	var expressions []string
	f.mu.Lock()
	for k, w := range words {
		if kept := f.words[w]; kept != nil {
			f.asked++
			out[k], kept.asked = kept.matches, f.asked
		} else {
			unknown = append(unknown, k)
			for _, place := range places {
				expressions = append(expressions, place.columns+"("+w+")")
			}
		}
	}
	f.mu.Unlock()
	if len(unknown) == 0 {
		return out, nil
	}
	// One text of all numbers: stepping through thousands of rows would cost three times as much.
	rows, err := st.QueryContext(ctx, "SELECT (SELECT COALESCE(group_concat(rowid), '') FROM catalog_search WHERE catalog_search MATCH e.value) FROM json_each(?) e ORDER BY e.key", idList(expressions))
	lists, err := collect(rows, err, func(r *sql.Rows, text *string) error { return r.Scan(text) })
	if err != nil {
		return nil, wrap("search", err)
	}
	for n, text := range lists {
		k := unknown[n/len(places)]
		out[k][n%len(places)] = f.read(text)
		if n%len(places) == len(places)-1 && len(text) >= manyMatches {
			f.remember(words[k], out[k])
		}
	}
	return out, nil
}

// read takes seqs with commas between them, as group_concat writes them; those that are not on the shelf are left out.
func (f *shelf) read(seqs string) set {
	out, at := f.noProducts(), 0
	seq := int64(0)
	for k := range len(seqs) {
		if seqs[k] != ',' {
			seq = seq*10 + int64(seqs[k]-'0')
			if k+1 < len(seqs) {
				continue
			}
		}
		if at == len(f.products) || f.products[at].seq > seq { // FTS5 gives them in order, but does not promise to
			at = 0
		}
		for at < len(f.products) && f.products[at].seq < seq {
			at++
		}
		if at < len(f.products) && f.products[at].seq == seq {
			out.add(int32(at))
		}
		seq = 0
	}
	return out
}

// keptWord is what a word matches, with when it was asked for last: in the shelf's count.
type keptWord struct {
	matches
	asked int
}

// remember keeps what a word matches instead of that which nobody asked for the longest.
func (f *shelf) remember(word string, found matches) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.words) >= maxKeptWords {
		oldest := ""
		for w, kept := range f.words {
			if oldest == "" || kept.asked < f.words[oldest].asked {
				oldest = w
			}
		}
		delete(f.words, oldest)
	}
	if f.words == nil {
		f.words = map[string]*keptWord{}
	}
	f.asked++
	f.words[word] = &keptWord{found, f.asked}
}
