package cart

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"wizamart/framework/problem"
	"wizamart/framework/web"
	"wizamart/modules/cart/carttype"
)

// page is the data of the cart's page.
type page struct {
	Cart    carttype.Cart
	Notices []string
	Blocked bool // nothing in it can be bought
	Sent    bool // some of it has to be delivered
	Savings carttype.Savings
	Rows    []totalRow
}

type totalRow struct {
	Label, Note, Amount string
	Total               bool
}

func (s *Service) show(c *web.Context) error {
	if c.WantsJSON() { // the number beside the icon, on pages from a cache
		return answer(c, map[string]any{"count": shown(c)})
	}
	return s.render(c, nil)
}

func (s *Service) render(c *web.Context, form *web.Form) error {
	cart, err := s.Current(c)
	if err != nil {
		return err
	}
	if err := s.acknowledge(c, cart); err != nil {
		return err
	}
	p := page{Cart: cart, Blocked: len(cart.Buyable()) == 0}
	p.Sent = slices.ContainsFunc(cart.Lines, func(l carttype.Line) bool { return l.RequiresShipping })
	if s.Savings != nil && !p.Blocked {
		if p.Savings, err = s.Savings(c, cart); err != nil {
			return err
		}
	}
	p.Rows = append(p.Rows, totalRow{Label: c.T("Subtotal"), Amount: cart.Subtotal.Format(c.Locale()), Total: len(p.Savings.Rows) == 0})
	for _, r := range p.Savings.Rows {
		p.Rows = append(p.Rows, totalRow{Label: r.Title, Amount: "−" + r.Amount.Format(c.Locale())})
	}
	if len(p.Savings.Rows) > 0 {
		p.Rows = append(p.Rows, totalRow{Label: c.T("After discounts"), Amount: p.Savings.Left.Format(c.Locale()), Total: true})
	}
	for _, n := range cart.Notices {
		p.Notices = append(p.Notices, n.Text(c.T, c.Locale()))
	}
	return c.Render(web.Page{View: "cart/shop/cart", Title: c.T("Cart"), D: p, Form: form, NoIndex: true})
}

// add takes a product page's form. A script that asks for JSON gets what the small cart shows.
func (s *Service) add(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	variant := form.Required("variant", 64)
	quantity := 1
	if strings.TrimSpace(form.Value("quantity")) != "" {
		quantity = form.Int("quantity", 1, carttype.MaxQuantity)
	}
	if err := form.Err(); err != nil {
		return s.refuse(c, err)
	}
	added, err := s.Add(c, variant, quantity)
	if err != nil {
		return s.refuse(c, err)
	}
	kind, text := "success", c.T("%s is in your cart.", added.Item.Title)
	if added.Short {
		kind, text = "warning", c.T("Only %d are left: they are all in your cart.", added.Quantity)
	}
	if c.WantsJSON() {
		picture := added.Item.Picture
		if picture != "" {
			picture = c.URL(picture)
		}
		return answer(c, map[string]any{
			"count": added.Count, "kind": kind, "message": text, "title": added.Item.Title, "variant": added.Item.VariantTitle,
			"quantity": added.Quantity, "price": added.Item.Price.Format(c.Locale()), "picture": picture,
			"cart": c.URL("/cart"), "cartLabel": c.T("View the cart"), "continueLabel": c.T("Continue shopping"), "closeLabel": c.T("Dismiss"),
		})
	}
	c.Flash(kind, "%s", text)
	return c.Redirect("/cart")
}

// refuse tells a person without scripts on the page where they were.
func (s *Service) refuse(c *web.Context, err error) error {
	var p *problem.Error
	if c.WantsJSON() || !errors.As(err, &p) || p.Code != problem.Invalid && p.Code != problem.Conflict {
		return err
	}
	text := p.Message
	if len(p.Fields) > 0 {
		text = p.Fields[0].Message
	}
	c.FlashAction(web.Flash{Kind: "error", Text: text})
	return c.Back("/cart")
}

// update takes the cart's page: quantity-<variant> fields, or one line's remove button.
func (s *Service) update(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	quantities := map[string]int{}
	if gone := form.Value("remove"); gone != "" {
		quantities[gone] = 0
	} else {
		for name := range c.R.PostForm {
			if id, ok := strings.CutPrefix(name, "quantity-"); ok && len(quantities) < carttype.MaxLines {
				if strings.TrimSpace(form.Value(name)) == "" {
					continue
				}
				quantities[id] = form.Int(name, 0, carttype.MaxQuantity)
			}
		}
	}
	if form.Any() {
		return s.render(c, form)
	}
	removed, err := s.Update(c, quantities)
	if err != nil {
		if form.Take(err) {
			return s.render(c, form)
		}
		return err
	}
	if len(removed) == 1 {
		q := url.Values{"variant": {removed[0].VariantID}, "quantity": {strconv.Itoa(removed[0].Quantity)}}
		c.FlashAction(web.Flash{Kind: "info", Text: c.T("Removed from your cart."), Action: c.T("Undo"), ActionURL: c.URL("/cart/lines?" + q.Encode())})
	}
	return c.Redirect("/cart")
}

func answer(c *web.Context, v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	c.W.Header().Set("Content-Type", "application/json")
	c.W.Header().Set("Cache-Control", "no-store")
	c.W.WriteHeader(http.StatusOK)
	_, _ = c.W.Write(data) // the client may have gone
	return nil
}
