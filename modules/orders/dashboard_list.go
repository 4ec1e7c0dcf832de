package orders

import (
	"slices"
	"strconv"
	"time"

	"wizamart/framework/app"
	"wizamart/framework/timezone"
	"wizamart/framework/web"
	"wizamart/modules/orders/ordertype"
	"wizamart/ui"
)

const pageSize = 25

func (s *Service) dashboardRoutes(r *app.Router) {
	r.Dashboard("GET", "/orders", "orders.read", s.listPage)
	r.Dashboard("GET", "/orders/:id", "orders.read", s.orderPage)
	r.Dashboard("GET", "/orders/:id/packing-slip", "orders.read", s.packingSlip)
	r.Dashboard("POST", "/orders/:id/fulfilments", "orders.fulfil", s.postFulfilment)
	r.Dashboard("POST", "/orders/:id/payments", "orders.payment", s.postPayment)
	r.Dashboard("POST", "/orders/:id/cancellations", "orders.cancel", s.postCancellation)
	r.Dashboard("POST", "/orders/:id/comments", "orders.write", s.postComment)
	r.Dashboard("POST", "/orders/:id/note", "orders.write", s.postNote)
	r.Dashboard("POST", "/orders/:id/shipping-address", "orders.write", s.postAddress)
	r.Dashboard("POST", "/order-fulfilments", "orders.fulfil", s.postFulfilments)
	r.Dashboard("POST", "/order-fulfilments/:id/undoing", "orders.fulfil", s.postUndoFulfilment)
	r.Dashboard("GET", "/orders/:id/refunds", "orders.refund", s.refundPage)
	r.Dashboard("POST", "/orders/:id/refunds", "orders.refund", s.postRefund, app.WhileClosed)
	r.Dashboard("POST", "/order-repayments/:id/retries", "orders.refund", s.postRetry, app.WhileClosed)
	r.Dashboard("POST", "/order-authorisations/:id/captures", "orders.payment", s.postCapture)
	r.Dashboard("POST", "/order-authorisations/:id/voidings", "orders.payment", s.postVoidAuthorisation, app.WhileClosed)
	r.Dashboard("POST", "/order-payments", "orders.payment", s.postPayments)
	r.Dashboard("POST", "/order-payments/:id/voidings", "orders.payment", s.postVoidPayment)
}

// listView is the data of the list.
type listView struct {
	Rows    []listRow
	Tabs    []ui.Link
	Filter  Filter
	Filters []filterSelect
	Keep    []ui.Option // Name in Label
	From    string
	To      string
	Dir     string
	Sort    string
	Reset   string
	Range   web.Paging
	Any     bool // there are orders at all
	Bulk    bool // the user may do something to several
	Path    string
}

type listRow struct {
	ordertype.Brief
	Payment    stateBadge
	Fulfilment stateBadge
	Securing   bool // received, and not as safe yet as the store's policy asks
}

type filterSelect struct {
	Name, Label, Value string
	Options            []ui.Option
}

func (s *Service) listPage(c *web.Context) error {
	f := Filter{
		View: c.Query("view"), Search: c.Search(), Payment: c.Query("payment"), Fulfilment: c.Query("fulfilment"),
		Sort: c.Query("sort"), Ascending: c.Query("dir") == "asc", Limit: pageSize,
	}
	if !slices.Contains([]string{"unfulfilled", "unpaid", "cancelled"}, f.View) {
		f.View = ""
	}
	if !slices.Contains(PaymentStates, f.Payment) {
		f.Payment = ""
	}
	if !slices.Contains(FulfilmentStates, f.Fulfilment) {
		f.Fulfilment = ""
	}
	if _, ok := sortColumns[f.Sort]; !ok || f.Sort == "" {
		f.Sort, f.Ascending = "number", false
	}
	at := timezone.Of(c.Store)
	f.From, f.To = day(c.Query("from"), at), day(c.Query("to"), at)
	if !f.To.IsZero() {
		f.To = f.To.AddDate(0, 0, 1) // the day itself belongs to it
	}
	page := max(1, atoi(c.Query("page")))
	f.Offset = (page - 1) * pageSize
	result, err := s.List(c.Ctx(), c.Store, f)
	if err != nil {
		return err
	}
	if len(result.Orders) == 0 && result.Total > 0 { // a page beyond the last
		page = (result.Total + pageSize - 1) / pageSize
		f.Offset = (page - 1) * pageSize
		if result, err = s.List(c.Ctx(), c.Store, f); err != nil {
			return err
		}
	}
	counts, err := s.Counts(c.Ctx(), c.Store)
	if err != nil {
		return err
	}
	v := listView{Filter: f, Sort: f.Sort, Dir: "desc", From: dayText(c.Query("from")), To: dayText(c.Query("to")), Path: c.URL("/orders")}
	if f.Ascending {
		v.Dir = "asc"
	}
	securing := s.app.Securing(c.Store)
	for _, b := range result.Orders {
		v.Rows = append(v.Rows, listRow{b, paymentBadge(c, b.PaymentState), fulfilmentBadge(c, b.FulfilmentState), securing(b.PlacedAt.Time)})
	}
	v.Tabs = listTabs(c, f.View, counts)
	v.Filters = []filterSelect{
		{"payment", c.T("Payment"), f.Payment, stateOptions(c, PaymentStates, paymentLabel)},
		{"fulfilment", c.T("Fulfilment"), f.Fulfilment, stateOptions(c, FulfilmentStates, fulfilmentLabel)},
	}
	filtered := f.Search != "" || f.Payment != "" || f.Fulfilment != "" || v.From != "" || v.To != ""
	if filtered {
		v.Reset = c.URL("/orders")
		if f.View != "" {
			v.Reset += "?view=" + f.View
		}
	}
	v.Any = filtered || f.View != "" || result.Total > 0
	v.Bulk = c.Can("orders.fulfil") || c.Can("orders.payment")
	v.Range = c.Paging(page, pageSize, result.Total)
	return c.Render(web.Page{View: "orders/dashboard/orders", Title: c.T("Orders"), D: v})
}

func listTabs(c *web.Context, view string, n Counts) []ui.Link {
	badge := func(n int) string {
		switch {
		case n == 0:
			return ""
		case n > 999:
			return "999+"
		}
		return strconv.Itoa(n)
	}
	return []ui.Link{
		{Label: c.T("All"), URL: c.URL("/orders"), Active: view == ""},
		{Label: c.T("Unfulfilled"), URL: c.URL("/orders?view=unfulfilled"), Active: view == "unfulfilled", Badge: badge(n.Unfulfilled)},
		{Label: c.T("Unpaid"), URL: c.URL("/orders?view=unpaid"), Active: view == "unpaid", Badge: badge(n.Unpaid)},
		{Label: c.T("Cancelled"), URL: c.URL("/orders?view=cancelled"), Active: view == "cancelled"},
	}
}

func stateOptions(c *web.Context, states []string, label func(*web.Context, string) string) []ui.Option {
	var out []ui.Option
	for _, state := range states {
		out = append(out, ui.Option{Value: state, Label: label(c, state)})
	}
	return out
}

func atoi(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil || n > 1_000_000 {
		return 0
	}
	return n
}

// day is the beginning of a date of the form's, or the zero time.
func day(text string, at *time.Location) time.Time {
	t, err := time.ParseInLocation(time.DateOnly, text, at)
	if err != nil {
		return time.Time{}
	}
	return t
}

func dayText(text string) string {
	if t := day(text, time.UTC); !t.IsZero() {
		return t.Format(time.DateOnly)
	}
	return ""
}
