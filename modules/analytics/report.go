package analytics

import (
	"cmp"
	"context"
	"slices"
	"time"

	"wizamart/framework/problem"
	"wizamart/tenant"
)

// maxSpan is how many days a report may have.
const maxSpan = 366

// Report says how a store was visited from one day to another, both included.
type Report struct {
	Days      []Day
	Views     int64
	Visitors  int64 // of the days, added up: who comes on two days is two
	Partial   bool  // there were more visitors than could be told apart
	Pages     []Line
	Referrers []Line
	Devices   []Line
	Since     string // the first day on which something was counted; "" for none
	Orders    int    // since then
	Known     bool   // Orders is: somebody counts them
}

// Day is one day's sums.
type Day struct {
	Date     string // yyyy-mm-dd, UTC
	Views    int64
	Visitors int64
	Partial  bool
}

// Line is what was counted under a name. Others sums up those that were not kept.
type Line struct {
	Kind   string // of a page: home, listing, product, search, cart, checkout, account, order, page
	Name   string
	Amount int64
}

// Conversion is orders for each ten thousand visitors; 0 without visitors.
func (r Report) Conversion() int64 {
	if r.Visitors == 0 {
		return 0
	}
	return int64(r.Orders) * 10_000 / r.Visitors
}

// Visits reports on the days from and to (yyyy-mm-dd, UTC). "" is 29 days before the last, and today. What is not written yet counts.
func (s *Service) Visits(ctx context.Context, st *tenant.Store, from, to string) (Report, error) {
	first, last, err := s.span(from, to)
	if err != nil {
		return Report{}, err
	}
	r := Report{}
	for n := first; n <= last; n++ {
		r.Days = append(r.Days, Day{Date: dateOf(n)})
	}
	addDay := func(number int64, t tally) {
		d := &r.Days[number-first]
		d.Views, d.Visitors, d.Partial = d.Views+t.views, d.Visitors+t.visitors, d.Partial || t.partial
	}
	counts := map[mark]int64{}
	addCount := func(m mark, n int64) { counts[m] += n }
	err = st.View(ctx, func(view *tenant.Store) error {
		if err := queryDays(ctx, view, first, last, addDay); err != nil {
			return err
		}
		return queryCounts(ctx, view, first, last, addCount)
	})
	if err != nil {
		return Report{}, err
	}
	s.unwritten(st.ID(), first, last, func(number int64, t *tally) {
		addDay(number, *t)
		for m, n := range t.counts {
			addCount(m, n)
		}
	})
	for _, d := range r.Days {
		r.Views, r.Visitors, r.Partial = r.Views+d.Views, r.Visitors+d.Visitors, r.Partial || d.Partial
		if r.Since == "" && d.Views > 0 {
			r.Since = d.Date
		}
	}
	for m, n := range counts {
		list := map[string]*[]Line{page: &r.Pages, referrer: &r.Referrers, device: &r.Devices}[m.what]
		*list = append(*list, Line{m.kind, m.name, n})
	}
	for _, list := range [][]Line{r.Pages, r.Referrers, r.Devices} {
		slices.SortFunc(list, func(a, b Line) int {
			return cmp.Or(cmp.Compare(b.Amount, a.Amount), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name))
		})
	}
	r.Pages, r.Referrers = r.Pages[:min(len(r.Pages), maxPages)], r.Referrers[:min(len(r.Referrers), maxReferrers)]
	return r, s.sold(ctx, st, &r, last)
}

// sold counts the orders of the days on which visits were counted.
func (s *Service) sold(ctx context.Context, st *tenant.Store, r *Report, last int64) (err error) {
	if s.orders == nil || r.Since == "" {
		return nil
	}
	since, err := time.Parse(time.DateOnly, r.Since)
	if err != nil {
		return err
	}
	r.Known = true
	r.Orders, err = s.orders(ctx, st, since, time.Unix((last+1)*86400, 0))
	return err
}

// unwritten calls fn with a store's sums that wait to be written.
func (s *Service) unwritten(store string, first, last int64, fn func(number int64, t *tally)) {
	s.mu.Lock()
	for k, c := range s.past {
		if k.store == store && first <= k.day && k.day <= last {
			c.look(func(t *tally) { fn(k.day, t) })
		}
	}
	s.mu.Unlock()
	if d := s.today.Load(); d != nil && first <= d.number && d.number <= last {
		if c, ok := d.stores.Load(store); ok {
			c.(*counter).look(func(t *tally) { fn(d.number, t) })
		}
	}
}

// span reads two dates.
func (s *Service) span(from, to string) (first, last int64, err error) {
	var wrong []problem.Field
	read := func(name, text string, otherwise int64) int64 {
		if text == "" {
			return otherwise
		}
		t, err := time.Parse(time.DateOnly, text)
		if err != nil {
			wrong = append(wrong, problem.Field{Name: name, Message: "Enter a date as yyyy-mm-dd."})
		}
		return dayOf(t)
	}
	last = read("to", to, dayOf(s.app.Now()))
	first = read("from", from, last-29)
	if len(wrong) == 0 && (first > last || last-first >= maxSpan) {
		wrong = append(wrong, problem.Field{Name: "from", Message: "A report has between 1 and 366 days."})
	}
	if len(wrong) > 0 {
		return 0, 0, &problem.Error{Code: problem.Invalid, Message: "There is no report for these days.", Fields: wrong}
	}
	return first, last, nil
}
