package catalog

import (
	"context"
	"database/sql"
	"math/bits"
	"strconv"
	"strings"

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

// Words that many products have are asked for again and again, with every filter and on every page: what they match is kept for the shelf's life.
const (
	maxKeptSets = 64
	manyMatches = 4 << 10 // bytes of numbers: about 800 products
)

// matching gives the products that each FTS5 expression finds, in one query at most. Nobody may change the sets.
func (f *shelf) matching(ctx context.Context, st *tenant.Store, expressions []string) ([]set, error) {
	out := make([]set, len(expressions))
	var unknown []string
	var places []int
	f.mu.Lock()
	for k, e := range expressions {
		if out[k] = f.sets[e]; out[k] == nil {
			unknown, places = append(unknown, e), append(places, k)
		}
	}
	f.mu.Unlock()
	if len(unknown) == 0 {
		return out, nil
	}
	// One text of all numbers: stepping through thousands of rows would cost three times as much.
	rows, err := st.QueryContext(ctx, "SELECT (SELECT COALESCE(group_concat(rowid), '') FROM catalog_search WHERE catalog_search MATCH e.value) FROM json_each(?) e ORDER BY e.key", idList(unknown))
	lists, err := collect(rows, err, func(r *sql.Rows, text *string) error { return r.Scan(text) })
	if err != nil {
		return nil, wrap("search", err)
	}
	for n, text := range lists {
		found, err := f.read(text)
		if err != nil {
			return nil, wrap("read what a search found", err)
		}
		out[places[n]] = found
		if len(text) >= manyMatches {
			f.remember(unknown[n], found)
		}
	}
	return out, nil
}

// read takes seqs with commas between them; those that are not on the shelf are left out.
func (f *shelf) read(seqs string) (set, error) {
	out, at := f.noProducts(), 0
	for text := range strings.FieldsFuncSeq(seqs, func(r rune) bool { return r == ',' }) {
		seq, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return nil, err
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
	}
	return out, nil
}

func (f *shelf) remember(expression string, found set) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.sets) >= maxKeptSets {
		clear(f.sets)
	}
	if f.sets == nil {
		f.sets = map[string]set{}
	}
	f.sets[expression] = found
}
