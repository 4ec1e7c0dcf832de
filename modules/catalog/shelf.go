package catalog

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"wizamart/framework/database"
	"wizamart/tenant"
)

// shelf is what listings need of all products in a store's shop, in memory: a page of ten thousand products is narrowed down and
// counted in a millisecond. It is immutable but for what it makes on demand, and holds while the catalogue's content stays the same and nothing
// scheduled comes in.
type shelf struct {
	content  uint64    // tenant.Store.ContentVersion that was read before it
	until    time.Time // when something comes into the shop by itself, or leaves it; zero for never
	products []shelved // in order of seq
	names    []string  // of options, as products write them first
	values   []optionValue
	brands   []string
	tree     []Category
	members  map[string][]member // by category
	fields   shelfFields
	bytes    int64
	sells    bool // something sold: there is an order by that

	mu     sync.Mutex
	stock  *stockShown
	terms  *vocabulary
	words  map[string]*keptWord // what many products have: see matching
	asked  int
	orders map[string][]int32 // all products, by order
	listed map[string][]int32 // by category: see in
	slugs  []string           // of brands
}

// stockShown is which products of a shelf are sold out, as of a version of the store.
type stockShown struct {
	version tenant.Version
	until   time.Time
	soldOut []bool // by product
}

// shelved is a product on the shelf.
type shelved struct {
	seq      int64
	id       string
	title    string // lower case, for sorting
	price    int64
	at       int64 // when it was published
	position int64
	variants int
	sold     int32   // place among what sold; behind all of them for what did not
	words    int32   // of the title
	brand    int32   // of brands; -1 for none
	options  []int32 // numbers of values, in the product's order; products with the same options share it
	reduced  bool
}

// optionValue is a value of an option: "M" of Size.
type optionValue struct {
	option int32 // of names
	label  string
}

// member is a product's place in a category.
type member struct{ product, position int32 }

// shelves keeps those of the stores that were asked for last.
type shelves struct {
	mu     sync.Mutex
	byID   map[string]*shelf
	recent []string // ids of stores, the last one asked for at the end
}

// maxShelfBytes bounds all shelves together: about 300,000 products.
const maxShelfBytes = 96 << 20

// shelfOf is the store's shelf as of now.
func (s *Service) shelfOf(ctx context.Context, st *tenant.Store) (*shelf, error) {
	content := st.ContentVersion("catalog") // before anything is read
	s.shelves.mu.Lock()
	now := s.shelves.byID[st.ID()]
	s.shelves.mu.Unlock()
	if now != nil && now.content == content && (now.until.IsZero() || s.now().Before(now.until)) {
		return now, nil
	}
	fresh := &shelf{content: content, members: map[string][]member{}}
	if err := s.readShelf(ctx, st, fresh); err != nil {
		return nil, err
	}
	s.shelves.keep(st.ID(), fresh)
	return fresh, nil
}

func (all *shelves) keep(id string, fresh *shelf) {
	all.mu.Lock()
	defer all.mu.Unlock()
	if all.byID == nil {
		all.byID = map[string]*shelf{}
	}
	all.byID[id] = fresh
	all.recent = append(slices.DeleteFunc(all.recent, func(other string) bool { return other == id }), id)
	var total int64
	for i := len(all.recent) - 1; i >= 0; i-- {
		if total += all.byID[all.recent[i]].bytes; total > maxShelfBytes && i < len(all.recent)-1 {
			for _, old := range all.recent[:i+1] {
				delete(all.byID, old)
			}
			all.recent = slices.Delete(all.recent, 0, i+1)
			return
		}
	}
}

func (s *Service) readShelf(ctx context.Context, st *tenant.Store, out *shelf) (err error) {
	now := s.moment()
	if out.until, err = s.nextPublished(ctx, st, now.Time); err != nil {
		return err
	}
	if out.tree, err = s.shownCategories(ctx, st, now); err != nil {
		return err
	}
	if err := out.readProducts(ctx, st, now); err != nil {
		return err
	}
	at := make(map[string]int32, len(out.products))
	for i := range out.products {
		at[out.products[i].id] = int32(i)
	}
	// One row a category: see matching.
	rows, err := st.QueryContext(ctx, "SELECT category_id, group_concat(product_id || ' ' || position) FROM catalog_category_product cp WHERE "+stillIn+" GROUP BY category_id", now)
	_, err = collect(rows, err, func(r *sql.Rows, _ *struct{}) error {
		var category, list string
		if err := r.Scan(&category, &list); err != nil {
			return err
		}
		for one := range strings.SplitSeq(list, ",") {
			id, place, _ := strings.Cut(one, " ")
			position, err := strconv.ParseInt(place, 10, 32)
			if err != nil {
				return err
			}
			if i, ok := at[id]; ok {
				out.members[category] = append(out.members[category], member{i, int32(position)})
				out.bytes += 8 + 4*3 // with its place in the lists of its category and of two above
			}
		}
		return nil
	})
	if err != nil {
		return wrap("read who is in which category", err)
	}
	bySeq := make(map[int64]int32, len(out.products))
	for i := range out.products {
		bySeq[out.products[i].seq] = int32(i)
	}
	return s.readFields(ctx, st, out, bySeq, now)
}

func (out *shelf) readProducts(ctx context.Context, st *tenant.Store, now database.Time) error {
	brands, names, values, known := map[string]int32{}, map[string]int32{}, map[optionValue]int32{}, map[string][]int32{}
	rows, err := st.QueryContext(ctx, `SELECT p.seq, p.id, p.title, p.brand, p.price_min, COALESCE(p.compare_at > p.price_min, 0), p.published_at, p.position, p.variants, p.options, COALESCE(s.place, ?)
		FROM catalog_product p LEFT JOIN catalog_sold s ON s.product_id = p.id WHERE `+inShop+` ORDER BY p.seq`, maxSold+1, now)
	out.products, err = collect(rows, err, func(r *sql.Rows, p *shelved) error {
		var brand, options string
		if err := r.Scan(&p.seq, &p.id, &p.title, &brand, &p.price, &p.reduced, &p.at, &p.position, &p.variants, &options, &p.sold); err != nil {
			return err
		}
		out.sells = out.sells || p.sold <= maxSold
		p.title, p.words, p.brand = strings.ToLower(p.title), int32(strings.Count(p.title, " ")), -1
		if brand != "" {
			p.brand = numbered(brands, brand, func() { out.brands = append(out.brands, brand) })
		}
		var ok bool
		if p.options, ok = known[options]; !ok {
			var list []Option
			if err := json.Unmarshal([]byte(options), &list); err != nil {
				return err
			}
			for _, o := range list {
				if strings.EqualFold(o.Name, "title") { // the name that files give to the option of a product without options
					continue
				}
				name := numbered(names, strings.ToLower(o.Name), func() { out.names = append(out.names, o.Name) })
				for _, v := range o.Values {
					value := optionValue{name, v}
					p.options = append(p.options, numbered(values, value, func() { out.values = append(out.values, value) }))
				}
			}
			known[options] = p.options
			out.bytes += int64(len(options) + 4*len(p.options) + 64)
		}
		out.bytes += int64(len(p.id)+len(p.title)) + 124 + 4*6 + maxKeptWords*int64(len(places))/8 // with its place in six orders, and among the matches
		return nil
	})
	return wrap("read the shelf", err)
}

// numbered is what stands for a key: the next one for a key that was not seen before.
func numbered[K comparable](all map[K]int32, key K, first func()) int32 {
	n, ok := all[key]
	if !ok {
		n = int32(len(all))
		all[key] = n
		first()
	}
	return n
}

// stockOf tells which products are sold out.
func (s *Service) stockOf(ctx context.Context, st *tenant.Store, f *shelf) (*stockShown, error) {
	version := st.Version() // before anything is read
	f.mu.Lock()
	now := f.stock
	f.mu.Unlock()
	if now != nil && now.version == version && (now.until.IsZero() || s.now().Before(now.until)) {
		return now, nil
	}
	fresh := &stockShown{version: version, soldOut: make([]bool, len(f.products))}
	ids, until, err := s.stock.SoldOut(ctx, st)
	if err != nil {
		return nil, err
	}
	fresh.until = until
	rows, err := st.QueryContext(ctx, `SELECT p.seq, count(*) FROM catalog_variant v JOIN catalog_product p ON p.id = v.product_id
		WHERE v.id IN (SELECT value FROM json_each(?)) AND v.deleted_at IS NULL GROUP BY p.seq`, idList(ids))
	_, err = collect(rows, err, func(r *sql.Rows, _ *struct{}) error {
		var seq int64
		var out int
		if err := r.Scan(&seq, &out); err != nil {
			return err
		}
		for _, i := range f.seqs([]int64{seq}) {
			fresh.soldOut[i] = out >= f.products[i].variants
		}
		return nil
	})
	if err != nil {
		return nil, wrap("read what is sold out", err)
	}
	f.mu.Lock()
	f.stock = fresh
	f.mu.Unlock()
	return fresh, nil
}

// in lists the products of a category and of those below it, in the category's order. Nobody may change the list.
func (f *shelf) in(categoryID string) []int32 {
	f.mu.Lock()
	defer f.mu.Unlock()
	list, ok := f.listed[categoryID]
	if !ok {
		list = f.list(categoryID)
		if f.listed == nil {
			f.listed = map[string][]int32{}
		}
		f.listed[categoryID] = list
	}
	return list
}

func (f *shelf) list(categoryID string) []int32 {
	below := map[string]bool{categoryID: true}
	for grew := true; grew; {
		grew = false
		for i := range f.tree {
			if c := &f.tree[i]; !below[c.ID] && below[c.ParentID] {
				below[c.ID], grew = true, true
			}
		}
	}
	const behind, nowhere = 1 << 30, -1 // those of the categories below; those of none
	place := make([]int32, len(f.products))
	for i := range place {
		place[i] = nowhere
	}
	var out []int32
	for id := range below {
		for _, m := range f.members[id] {
			if place[m.product] == nowhere {
				out = append(out, m.product)
			}
			if id == categoryID {
				place[m.product] = m.position
			} else if place[m.product] == nowhere {
				place[m.product] = behind
			}
		}
	}
	slices.SortFunc(out, func(a, b int32) int {
		return cmp.Or(cmp.Compare(place[a], place[b]), cmp.Compare(f.products[a].position, f.products[b].position), cmp.Compare(a, b))
	})
	return out
}

// seqs lists products by their seq, in its order; those that are not on the shelf are left out.
func (f *shelf) seqs(seqs []int64) []int32 {
	out := make([]int32, 0, len(seqs))
	for _, seq := range seqs {
		if i, ok := slices.BinarySearchFunc(f.products, seq, func(p shelved, seq int64) int { return cmp.Compare(p.seq, seq) }); ok {
			out = append(out, int32(i))
		}
	}
	return out
}
