package messaging

import (
	"cmp"
	"context"
	"fmt"
	"net/mail"
	"strings"

	framework "wizamart/framework/mail"
	"wizamart/framework/money"
	"wizamart/modules/orders/ordertype"
	"wizamart/tenant"
)

// Notify writes the customer's mail about what has happened to an order, in the transaction in which it happens. While the module is off, or
// the merchant has switched the notice off, it writes none. A kind that is not known is an error.
func (s *Service) Notify(ctx context.Context, tx *tenant.Store, n ordertype.Notice) error {
	if !s.app.EnabledFor(tx, "messaging") {
		return nil
	}
	kind, ok := noticeOf(n.Kind)
	if !ok {
		return fmt.Errorf("tell a customer: there is no notice of kind %q", n.Kind)
	}
	merchant := s.app.Setting(tx, "messaging.merchant")
	on := s.app.Setting(tx, "messaging.on_"+n.Kind) == "1"
	if !on && (n.Kind != ordertype.NoticePlaced || merchant == "") {
		return nil
	}
	l := n.Letter
	if l == nil {
		read, err := s.orders.Letter(ctx, tx, n.OrderID, n.Ref)
		if err != nil {
			return fmt.Errorf("tell a customer: %w", err)
		}
		l = &read
	}
	if on {
		m, v := s.compose(tx, kind, *l, n.Amount)
		if err := queue(ctx, tx, m, v); err != nil {
			return err
		}
	}
	if n.Kind == ordertype.NoticePlaced && merchant != "" {
		m, v := s.newOrder(tx, *l, merchant)
		return queue(ctx, tx, m, v)
	}
	return nil
}

// queue leaves the writing of the mail to the job that sends it: others wait for what happens to an order.
func queue(ctx context.Context, tx *tenant.Store, m framework.Message, v *sheet) (err error) {
	if m.Draft, err = v.draft(); err == nil {
		_, err = framework.Queue(ctx, tx.DB, m)
	}
	return err
}

// compose is the customer's mail, and what it says.
func (s *Service) compose(st *tenant.Store, n notice, l ordertype.Letter, amount money.Amount) (framework.Message, *sheet) {
	v := s.sheet(st, l, l.Locale)
	money := ""
	if amount.Currency != "" {
		money = amount.Format(v.locale)
	}
	text := func(key string) string { return v.T(key, l.Number, money, v.Look.Name) } // all use an index, so what is not used is left out
	v.Title, v.Intro = v.T(n.Title), []string{text(n.Intro)}
	if own := strings.TrimSpace(s.app.Setting(st, "messaging.intro_"+n.Kind)); own != "" {
		v.Intro = paragraphs(own)
	}
	v.ShowLines, v.Pay = n.Lines, n.Pay && l.PaymentHelp != ""
	v.Button, v.URL = v.T("See your order"), v.Look.URL+"/orders/"+l.Token
	return framework.Message{
		Kind: "order." + n.Kind, Ref: l.OrderID, To: mail.Address{Name: l.Name, Address: l.Email}, From: s.sender(st, v),
		ReplyTo: s.app.Setting(st, "messaging.reply_to"), BCC: s.app.Setting(st, "messaging.bcc"), Subject: text(n.Subject),
	}, v
}

// sender is the name that the shop's mails come from.
func (s *Service) sender(st *tenant.Store, v *sheet) string {
	return cmp.Or(s.app.Setting(st, "messaging.sender"), v.Look.Name)
}

// newOrder tells the merchant.
func (s *Service) newOrder(st *tenant.Store, l ordertype.Letter, to string) (framework.Message, *sheet) {
	v := s.sheet(st, l, st.Info().Locale)
	v.Title = v.T("New order %s", l.Number)
	v.Intro = []string{v.T("%s has ordered for %s.", l.Name, l.Total.Format(v.locale))}
	v.ShowLines, v.Button = true, v.T("See the order")
	v.URL = s.app.Config.URL(st.Info().Base, "/store/"+st.Info().Code+"/orders/"+l.OrderID)
	return framework.Message{Kind: "order.new", Ref: l.OrderID, To: mail.Address{Address: to}, From: v.Look.Name, ReplyTo: l.Email, Subject: v.T("New order %s: %s", l.Number, l.Total.Format(v.locale))}, v
}

func paragraphs(text string) []string {
	var out []string
	for p := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n") {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}
