package customers

import (
	"net/url"
	"strconv"
	"strings"

	"wizamart/framework/app"
	"wizamart/framework/country"
	"wizamart/framework/web"
	"wizamart/modules/orders/ordertype"
	"wizamart/ui"
)

func (s *Service) dashboardRoutes(r *app.Router) {
	r.Dashboard("GET", "/customers", "customers.read", s.listPage)
	r.Dashboard("GET", "/customers/:id", "customers.read", s.customerPage)
	r.Dashboard("POST", "/customers/:id", "customers.write", s.postCustomer)
	r.Dashboard("POST", "/customers/:id/deletion", "customers.delete", s.postDeletion)
	r.Dashboard("POST", "/customers/:id/restoration", "customers.delete", s.postRestoration)
	r.Dashboard("POST", "/customers/:id/erasure", "customers.delete", s.postErasure)
}

const pageSize = 25

// listView is the data of the list.
type listView struct {
	Rows    []*Customer
	Filter  Filter
	Dir     string
	Reset   string
	Any     bool // there are customers at all
	Options []ui.Option
	Range   web.Paging
}

func (s *Service) listPage(c *web.Context) error {
	f := Filter{Search: c.Search(), Account: c.Query("account"), Sort: c.Query("sort"), Ascending: c.Query("dir") == "asc", Limit: pageSize}
	if f.Account != "yes" && f.Account != "no" {
		f.Account = ""
	}
	if _, ok := sortColumns[f.Sort]; !ok || f.Sort == "" {
		f.Sort, f.Ascending = "created", false
	}
	page := 1
	if n, err := strconv.Atoi(c.Query("page")); err == nil && n > 1 && n < 1_000_000 {
		page = n
	}
	f.Offset = (page - 1) * pageSize
	result, err := s.List(c.Ctx(), c.Store, f)
	if err != nil {
		return err
	}
	if len(result.Customers) == 0 && result.Total > 0 { // a page beyond the last
		page = (result.Total + pageSize - 1) / pageSize
		f.Offset = (page - 1) * pageSize
		if result, err = s.List(c.Ctx(), c.Store, f); err != nil {
			return err
		}
	}
	v := listView{Rows: result.Customers, Filter: f, Dir: "desc", Any: f.Search != "" || f.Account != "" || result.Total > 0, Range: c.Paging(page, pageSize, result.Total)}
	if f.Ascending {
		v.Dir = "asc"
	}
	if f.Search != "" || f.Account != "" {
		v.Reset = c.URL("/customers")
	}
	v.Options = []ui.Option{{Value: "yes", Label: c.T("With an account")}, {Value: "no", Label: c.T("Guests")}}
	return c.Render(web.Page{View: "customers/dashboard/customers", Title: c.T("Customers"), D: v})
}

// customerView is the data of a customer's page.
type customerView struct {
	Customer *Customer
	Country  string
	Orders   []ordertype.Brief
	Average  string
}

func (s *Service) customerPage(c *web.Context) error {
	k, err := s.Get(c.Ctx(), c.Store, c.Param("id"))
	if err != nil {
		return err
	}
	form := web.NewForm(url.Values{
		"email": {k.Email}, "name": {k.Name}, "phone": {k.Phone}, "note": {k.Note}, "tags": {strings.Join(k.Tags, ", ")}, "accepts_marketing": {onOff(k.AcceptsMarketing)},
	})
	return s.renderCustomer(c, k, form)
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return ""
}

func (s *Service) renderCustomer(c *web.Context, k *Customer, form *web.Form) error {
	v := customerView{Customer: k, Country: country.Name(c.Lang, k.Address.Country)}
	if c.Can("orders.read") {
		var err error
		if v.Orders, err = s.orders.ForCustomer(c.Ctx(), c.Store, k.ID); err != nil {
			return err
		}
	}
	if k.OrderCount > 0 {
		average, err := k.Spent.MulRatio(1, int64(k.OrderCount))
		if err != nil {
			return err
		}
		v.Average = average.Format(c.Locale())
	}
	return c.Render(web.Page{View: "customers/dashboard/customer", Title: k.Label(), D: v, Form: form})
}

func (s *Service) postCustomer(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	in := Edit{
		Email: form.Value("email"), Name: form.Value("name"), Phone: form.Value("phone"), Note: form.Value("note"),
		Tags: strings.Split(form.Value("tags"), ","), AcceptsMarketing: form.Bool("accepts_marketing"),
	}
	err = s.Update(c.Ctx(), c.Store, c.Param("id"), in)
	if err != nil && form.Take(err) {
		k, err := s.Get(c.Ctx(), c.Store, c.Param("id"))
		if err != nil {
			return err
		}
		return s.renderCustomer(c, k, form)
	}
	if err != nil {
		return err
	}
	c.Flash("success", "The customer was saved.")
	return c.Redirect("/customers/" + c.Param("id"))
}

func (s *Service) postDeletion(c *web.Context) error {
	id := c.Param("id")
	if err := s.Delete(c.Ctx(), c.Store, id); err != nil {
		return err
	}
	c.FlashAction(web.Flash{Kind: "success", Text: c.T("The customer was deleted. Their orders stay."), Action: c.T("Undo"), ActionURL: c.URL("/customers/" + id + "/restoration")})
	return c.Redirect("/customers")
}

func (s *Service) postRestoration(c *web.Context) error {
	if err := s.Restore(c.Ctx(), c.Store, c.Param("id")); err != nil {
		return err
	}
	c.Flash("success", "The customer is back.")
	return c.Redirect("/customers/" + c.Param("id"))
}

func (s *Service) postErasure(c *web.Context) error {
	if err := s.Erase(c.Ctx(), c.Store, c.Param("id")); err != nil {
		return err
	}
	c.Flash("success", "The customer's personal data were erased. Their orders stay.")
	return c.Redirect("/customers")
}
