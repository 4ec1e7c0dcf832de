package checkout

import (
	"strconv"
	"time"

	"wizamart/framework/app"
	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/framework/timezone"
	"wizamart/framework/web"
)

const cardsPerPage = 50

func (s *Service) giftCardRoutes(r *app.Router) {
	const read, write = "checkout.giftcard.read", "checkout.giftcard.write"
	r.Dashboard("GET", "/gift-cards", read, s.listCards)
	r.Dashboard("POST", "/gift-cards", write, s.issueCard)
	r.Dashboard("GET", "/gift-cards/:id", read, s.showCard)
	r.Dashboard("POST", "/gift-cards/:id/activations", write, s.activateCard)
	r.Dashboard("POST", "/gift-cards/:id/codes", write, s.renewCard)
}

type cardLine struct {
	GiftCard
	State string
}

type cardsPage struct {
	Cards    []cardLine
	Search   string
	Page     web.Paging
	Currency string
	Issued   *cardLine // just now, with
	Code     string    // its code, shown this once
}

type cardPage struct {
	Card    cardLine
	Entries []Entry
}

func (s *Service) listCards(c *web.Context) error { return s.renderCards(c, nil, nil, "") }

func (s *Service) renderCards(c *web.Context, form *web.Form, issued *cardLine, code string) error {
	n, _ := strconv.Atoi(c.Query("page"))
	n = max(n, 1)
	cards, total, err := s.GiftCards(c.Ctx(), c.Store, c.Search(), cardsPerPage, (n-1)*cardsPerPage)
	if err != nil {
		return err
	}
	p := cardsPage{Search: c.Search(), Page: c.Paging(n, cardsPerPage, total), Currency: c.Store.Currency(), Issued: issued, Code: code}
	for _, g := range cards {
		p.Cards = append(p.Cards, cardLine{g, g.State(time.Now())})
	}
	if code != "" {
		c.W.Header().Set("Cache-Control", "no-store")
	}
	return c.Render(web.Page{View: "checkout/dashboard/giftcards", Title: c.T("Gift cards"), D: p, Form: form})
}

// issueCard answers with the page itself and not with a redirect: the code is nowhere else.
func (s *Service) issueCard(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	in := IssueGiftCard{Recipient: form.Value("recipient"), Note: form.Value("note"), Mail: form.Bool("mail")}
	in.Amount, _ = form.Money("amount", c.Store.Currency())
	if day := form.Day("expires_at", timezone.Of(c.Store)); !day.IsZero() {
		in.ExpiresAt = database.At(day.AddDate(0, 0, 1)) // to the end of that day
	}
	if form.Any() {
		return s.renderCards(c, form, nil, "")
	}
	g, code, err := s.IssueGiftCard(c.Ctx(), c.Store, in)
	if err != nil {
		if form.Take(err) {
			return s.renderCards(c, form, nil, "")
		}
		return err
	}
	return s.renderCards(c, nil, &cardLine{g, g.State(time.Now())}, code)
}

func (s *Service) showCard(c *web.Context) error { return s.renderCard(c, nil) }

func (s *Service) renderCard(c *web.Context, form *web.Form) error {
	g, err := s.GiftCard(c.Ctx(), c.Store, c.Param("id"))
	if err != nil {
		return err
	}
	entries, err := s.Entries(c.Ctx(), c.Store, g.ID)
	if err != nil {
		return err
	}
	return c.Render(web.Page{View: "checkout/dashboard/giftcard", Title: c.T("Gift card") + " " + g.Shown(), D: cardPage{cardLine{g, g.State(time.Now())}, entries}, Form: form,
		Crumbs: []web.Link{{Label: c.T("Gift cards"), URL: c.URL("/gift-cards")}}})
}

func (s *Service) activateCard(c *web.Context) error {
	on := c.R.FormValue("active") == "on"
	g, err := s.SetGiftCardActive(c.Ctx(), c.Store, c.Param("id"), on)
	if err != nil {
		return err
	}
	if on {
		c.Flash("success", "The gift card %s pays again.", g.Shown())
	} else {
		c.Flash("success", "The gift card %s is switched off.", g.Shown())
	}
	return c.Redirect("/gift-cards/" + g.ID)
}

// renewCard mails another code of a card.
func (s *Service) renewCard(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	g, _, err := s.RenewCode(c.Ctx(), c.Store, c.Param("id"), form.Value("recipient"))
	if problem.Is(err, problem.Invalid) && form.Take(err) {
		return s.renderCard(c, form)
	}
	if err != nil {
		return err
	}
	c.Flash("success", "A new code is on its way to %s. The old one pays no more.", g.Recipient)
	return c.Redirect("/gift-cards/" + g.ID)
}
