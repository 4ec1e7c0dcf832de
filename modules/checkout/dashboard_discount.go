package checkout

import (
	"encoding/csv"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"wizamart/framework/app"
	"wizamart/framework/database"
	"wizamart/framework/money"
	"wizamart/framework/problem"
	"wizamart/framework/timezone"
	"wizamart/framework/web"
	"wizamart/modules/catalog/catalogtype"
	"wizamart/modules/checkout/promotion"
)

func (s *Service) discountRoutes(r *app.Router) {
	const read, write = "checkout.discount.read", "checkout.discount.write"
	r.Dashboard("GET", "/discounts", read, s.listDiscounts)
	r.Dashboard("POST", "/discounts", write, s.createDiscount)
	r.Dashboard("GET", "/discounts/:id", read, s.showDiscount)
	r.Dashboard("POST", "/discounts/:id", write, s.saveDiscount)
	r.Dashboard("POST", "/discounts/:id/copies", write, s.copyDiscount)
	r.Dashboard("POST", "/discounts/:id/activations", write, s.activateDiscount)
	r.Dashboard("POST", "/discounts/:id/deletions", write, s.deleteDiscount)
	r.Dashboard("POST", "/discounts/:id/restorations", write, s.restoreDiscount)
	r.Dashboard("POST", "/discounts/:id/codes", write, s.makeCodes)
	r.Dashboard("GET", "/discounts/:id/codes", write, s.downloadCodes) // who has them can spend them
}

type discountLine struct {
	DiscountRow
	State string
	Gives string
	Took  money.Amount
}

type discountPage struct {
	Row        discountLine
	Currency   string
	Categories []pick
	Products   []pick
	Found      bool // a search for products was made
	Uses       []useLine
}

type pick struct {
	ID, Title string
	On        bool
}

type useLine struct {
	Use
	Off money.Amount
}

func (s *Service) line(c *web.Context, d DiscountRow) discountLine {
	out := discountLine{DiscountRow: d, State: d.State(time.Now(), d.Used), Took: money.New(d.Taken, c.Store.Currency())}
	switch d.Kind {
	case promotion.Percent:
		out.Gives = c.T("%s %% off", d.Rate.Percent())
	case promotion.Amount:
		out.Gives = c.T("%s off", money.New(d.Amount, c.Store.Currency()).Format(c.Locale()))
		if d.PerPiece {
			out.Gives = c.T("%s off each piece", money.New(d.Amount, c.Store.Currency()).Format(c.Locale()))
		}
	case promotion.FreeShipping:
		out.Gives = c.T("Free delivery")
	}
	return out
}

func (s *Service) listDiscounts(c *web.Context) error {
	all, err := s.Discounts(c.Ctx(), c.Store)
	if err != nil {
		return err
	}
	list := make([]discountLine, len(all))
	for i, d := range all {
		list[i] = s.line(c, d)
	}
	return c.Render(web.Page{View: "checkout/dashboard/discounts", Title: c.T("Discounts"), D: list})
}

func (s *Service) createDiscount(c *web.Context) error {
	d, err := s.CreateDiscount(c.Ctx(), c.Store, c.T("New discount"))
	return s.toDiscount(c, d, err)
}

func (s *Service) copyDiscount(c *web.Context) error {
	d, err := s.DuplicateDiscount(c.Ctx(), c.Store, c.Param("id"))
	return s.toDiscount(c, d, err)
}

func (s *Service) toDiscount(c *web.Context, d Discount, err error) error {
	if problem.Is(err, problem.Conflict) {
		c.Flash("error", "A store has at most %d discounts. Delete some that have ended.", MaxDiscounts)
		return c.Redirect("/discounts")
	}
	if err != nil {
		return err
	}
	return c.Redirect("/discounts/" + d.ID)
}

func (s *Service) showDiscount(c *web.Context) error {
	d, err := s.Discount(c.Ctx(), c.Store, c.Param("id"))
	if err != nil {
		return err
	}
	return s.renderDiscount(c, d, web.NewForm(discountValues(d.Discount, c.Store.Currency(), timezone.Of(c.Store))), "")
}

func discountValues(d Discount, currency string, in *time.Location) url.Values {
	v := url.Values{"title": {d.Title}, "code": {d.Code}, "method": {"code"}, "kind": {string(d.Kind)}, "scope": {string(d.Scope)}, "product": d.Products, "category": d.Categories, "rate": {d.Rate.Percent()}}
	if d.Automatic {
		v.Set("method", "automatic")
	}
	if d.Kind != promotion.Percent {
		v.Del("rate")
	}
	for name, n := range map[string]int64{"amount": d.Amount, "min_subtotal": d.MinSubtotal} {
		if n > 0 {
			v.Set(name, money.New(n, currency).Decimal())
		}
	}
	for name, n := range map[string]int{"min_pieces": d.MinPieces, "limit": d.Limit, "per_customer": d.PerCustomer} {
		if n > 0 {
			v.Set(name, strconv.Itoa(n))
		}
	}
	for name, t := range map[string]database.Time{"starts_at": d.StartsAt, "ends_at": d.EndsAt} {
		if !t.IsZero() {
			v.Set(name, t.In(in).Format(web.InputTime))
		}
	}
	for name, on := range map[string]bool{
		"active": d.Active, "per_piece": d.PerPiece, "with_product": d.CombinesProduct, "with_order": d.CombinesOrder, "with_shipping": d.CombinesShipping,
	} {
		if on {
			v.Set(name, "on")
		}
	}
	return v
}

func discountOf(form *web.Form, d Discount, currency string, in *time.Location) Discount {
	d.Title, d.Code, d.Automatic, d.Active = form.Value("title"), form.Value("code"), form.Value("method") == "automatic", form.Bool("active")
	r := DiscountRules{
		Kind: promotion.Kind(form.Value("kind")), Scope: promotion.Scope(form.Value("scope")), Products: form.Values("product"), Categories: form.Values("category"), PerPiece: form.Bool("per_piece"),
		CombinesProduct: form.Bool("with_product"), CombinesOrder: form.Bool("with_order"), CombinesShipping: form.Bool("with_shipping"),
		MinPieces: form.Int("min_pieces", 0, 10_000), Limit: form.Int("limit", 0, 10_000_000), PerCustomer: form.Int("per_customer", 0, 10_000),
		StartsAt: database.At(form.Time("starts_at", in)), EndsAt: database.At(form.Time("ends_at", in)),
	}
	if r.Kind == promotion.Percent {
		var err error
		if r.Rate, err = money.ParsePercent(form.Value("rate")); err != nil {
			form.Fail("rate", "Enter a percentage above 0 and up to 100.")
		}
	}
	if r.Kind == promotion.Amount {
		r.Amount, _ = form.Money("amount", currency)
	}
	r.MinSubtotal, _ = form.Money("min_subtotal", currency)
	d.DiscountRules = r
	return d
}

func (s *Service) renderDiscount(c *web.Context, d DiscountRow, form *web.Form, search string) error {
	p := discountPage{Row: s.line(c, d), Currency: c.Store.Currency(), Found: search != ""}
	categories, err := s.Catalog.Categories(c.Ctx(), c.Store)
	if err != nil {
		return err
	}
	for _, k := range categories {
		p.Categories = append(p.Categories, pick{k.ID, k.Name, form.Checked("category", k.ID)})
	}
	chosen, err := s.Catalog.ProductNames(c.Ctx(), c.Store, form.Values("product"))
	if err != nil {
		return err
	}
	var found []catalogtype.Named
	if search != "" || len(chosen) == 0 {
		if found, err = s.Catalog.FindProducts(c.Ctx(), c.Store, search, 30); err != nil {
			return err
		}
	}
	for _, n := range chosen {
		p.Products = append(p.Products, pick{n.ID, n.Title, true})
	}
	for _, n := range found {
		if !form.Checked("product", n.ID) {
			p.Products = append(p.Products, pick{n.ID, n.Title, false})
		}
	}
	list, err := usesOf(c.Ctx(), c.Store, d.ID, 20)
	if err != nil {
		return err
	}
	for _, u := range list {
		p.Uses = append(p.Uses, useLine{u, money.New(u.Amount, p.Currency)})
	}
	return c.Render(web.Page{View: "checkout/dashboard/discount", Title: d.Title, D: p, Form: form, Crumbs: []web.Link{{Label: c.T("Discounts"), URL: c.URL("/discounts")}}})
}

func (s *Service) saveDiscount(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	row, err := s.Discount(c.Ctx(), c.Store, c.Param("id"))
	if err != nil {
		return err
	}
	switch form.Value("do") {
	case "find": // the search for products, which keeps what was typed
		return s.renderDiscount(c, row, form, form.Value("find"))
	case "generate":
		return s.renderDiscount(c, row, form.Set("code", NewCode(8)), "")
	}
	in := discountOf(form, row.Discount, c.Store.Currency(), timezone.Of(c.Store))
	if err := in.Validate(); err != nil && !form.Take(err) {
		return err
	}
	if !form.Any() {
		if _, err = s.SaveDiscount(c.Ctx(), c.Store, in); err == nil {
			c.Flash("success", "Saved “%s”.", in.Title)
			return c.Redirect("/discounts")
		}
		if !form.Take(err) {
			return err
		}
	}
	return s.renderDiscount(c, row, form, "")
}

func (s *Service) activateDiscount(c *web.Context) error {
	on := c.R.FormValue("active") == "on"
	d, err := s.SetDiscountActive(c.Ctx(), c.Store, c.Param("id"), on)
	var p *problem.Error
	if errors.As(err, &p) && p.Code == problem.Invalid {
		c.Flash("error", "It is not complete yet. Please open it and fill in what is missing.")
		return c.Redirect("/discounts/" + c.Param("id"))
	}
	if err != nil {
		return err
	}
	if on {
		c.Flash("success", "“%s” is on.", d.Title)
	} else {
		c.Flash("success", "“%s” is off.", d.Title)
	}
	return c.Redirect("/discounts")
}

func (s *Service) deleteDiscount(c *web.Context) error {
	d, err := s.DeleteDiscount(c.Ctx(), c.Store, c.Param("id"))
	if err != nil {
		return err
	}
	c.FlashAction(web.Flash{Kind: "success", Text: c.T("Deleted “%s”.", d.Title), Action: c.T("Undo"), ActionURL: c.URL("/discounts/" + d.ID + "/restorations")})
	return c.Redirect("/discounts")
}

func (s *Service) restoreDiscount(c *web.Context) error {
	d, err := s.RestoreDiscount(c.Ctx(), c.Store, c.Param("id"))
	if err != nil {
		return err
	}
	c.Flash("success", "“%s” is back.", d.Title)
	return c.Redirect("/discounts")
}

func (s *Service) makeCodes(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	row, err := s.Discount(c.Ctx(), c.Store, c.Param("id"))
	if err != nil {
		return err
	}
	n := form.Int("count", 1, MaxBulkCodes)
	if err = form.Err(); err == nil {
		n, err = s.MakeCodes(c.Ctx(), c.Store, row.ID, form.Value("prefix"), n)
	}
	if err == nil {
		c.Flash("success", "It has %d codes for one order each now.", n)
		return c.Redirect("/discounts/" + row.ID + "#bulk")
	}
	if !form.Take(err) {
		return err
	}
	for name, values := range discountValues(row.Discount, c.Store.Currency(), timezone.Of(c.Store)) {
		form.Set(name, "")
		for _, v := range values {
			form.Set(name, v)
		}
	}
	return s.renderDiscount(c, row, form, "")
}

func (s *Service) downloadCodes(c *web.Context) error {
	codes, err := s.Codes(c.Ctx(), c.Store, c.Param("id"))
	if err != nil {
		return err
	}
	h := c.W.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="codes.csv"`)
	h.Set("Cache-Control", "no-store")
	c.W.WriteHeader(http.StatusOK)
	w := csv.NewWriter(c.W)
	_ = w.Write([]string{"code", "used"}) // the client may have gone
	for _, k := range codes {
		_ = w.Write([]string{k.Code, strconv.FormatBool(k.Used)})
	}
	w.Flush()
	return nil
}
