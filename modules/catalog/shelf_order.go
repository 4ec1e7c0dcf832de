package catalog

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// bySearch is the order of what a search finds equally good.
const bySearch = "search"

// comparing is how an order that a shopper can choose compares products; nil for an order that lists come in already.
func comparing(order string) func(a, b *shelved) int {
	switch order {
	case "newest":
		return func(a, b *shelved) int { return cmp.Or(cmp.Compare(b.at, a.at), cmp.Compare(b.seq, a.seq)) }
	case "price":
		return func(a, b *shelved) int { return cmp.Or(cmp.Compare(a.price, b.price), cmp.Compare(a.seq, b.seq)) }
	case "-price":
		return func(a, b *shelved) int { return cmp.Or(cmp.Compare(b.price, a.price), cmp.Compare(a.seq, b.seq)) }
	case "title":
		return func(a, b *shelved) int { return cmp.Or(strings.Compare(a.title, b.title), cmp.Compare(a.seq, b.seq)) }
	case bestSelling:
		return func(a, b *shelved) int {
			return cmp.Or(cmp.Compare(a.sold, b.sold), cmp.Compare(b.at, a.at), cmp.Compare(b.seq, a.seq))
		}
	case bySearch:
		return func(a, b *shelved) int {
			return cmp.Or(cmp.Compare(a.words, b.words), cmp.Compare(b.at, a.at), cmp.Compare(b.seq, a.seq))
		}
	}
	return nil
}

// everything lists all products in an order. Nobody may change it.
func (f *shelf) everything(order string) []int32 {
	f.mu.Lock()
	defer f.mu.Unlock()
	if list, ok := f.orders[order]; ok {
		return list
	}
	list := make([]int32, len(f.products))
	for i := range list {
		list[i] = int32(i)
	}
	f.sortFew(list, order)
	if f.orders == nil {
		f.orders = map[string][]int32{}
	}
	f.orders[order] = list
	return list
}

// sort orders a list as a shopper chose; "" leaves it.
func (f *shelf) sort(list []int32, order string) {
	if len(list) < len(f.products)/16 || comparing(order) == nil {
		f.sortFew(list, order)
		return
	}
	wanted := f.noProducts()
	for _, i := range list {
		wanted.add(i)
	}
	list = list[:0]
	for _, i := range f.everything(order) {
		if wanted.has(i) {
			list = append(list, i)
		}
	}
}

func (f *shelf) sortFew(list []int32, order string) {
	if compare := comparing(order); compare != nil {
		slices.SortFunc(list, func(a, b int32) int { return compare(&f.products[a], &f.products[b]) })
	}
}

// inOrder appends the buckets to a list, the highest score first.
func inOrder(buckets map[float64]*[]int32, list []int32) []int32 {
	for _, score := range slices.Backward(slices.Sorted(maps.Keys(buckets))) {
		list = append(list, *buckets[score]...)
	}
	return list
}
