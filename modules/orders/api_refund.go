package orders

import (
	"context"
	"time"

	"wizamart/framework/app"
	"wizamart/framework/money"
	"wizamart/framework/web"
	"wizamart/modules/orders/ordertype"
)

func (s *Service) apiMoneyRoutes(r *app.Router) {
	const base = "/stores/{store}/orders/{order}"
	app.API(r, app.Operation{Method: "GET", Path: base + "/refunds", Permission: "orders.read", ID: "list-refunds", Tag: "Orders", Summary: "List the refunds of an order"}, s.apiRefunds)
	app.API(r, app.Operation{Method: "POST", Path: base + "/refunds", Permission: "orders.refund", ID: "refund-order", WhileClosed: true, Tag: "Orders", Status: 201, Errors: []int{409}, Summary: "Give money back",
		Description: "Pieces of lines, the delivery, the fee and a gesture, less what is kept back. Pieces that have not been sent are paid back first and will not be sent. " +
			"The money goes back to where it came from: cards first, then gift cards, then by hand. The same external_id twice is one refund."}, s.apiRefund)
	app.API(r, app.Operation{Method: "POST", Path: base + "/captures", Permission: "orders.payment", ID: "capture-payment", Tag: "Orders", Status: 202, Errors: []int{409}, Summary: "Collect an authorised payment",
		Description: "The provider is told to; the payment is among the order's payments once the provider has it."}, s.apiCapture)
	app.API(r, app.Operation{Method: "POST", Path: base + "/voidings", Permission: "orders.payment", ID: "void-authorisation", WhileClosed: true, Tag: "Orders", Status: 202, Errors: []int{409}, Summary: "Void an authorised payment"}, s.apiVoid)
	app.API(r, app.Operation{Method: "POST", Path: base + "/repayments/{repayment}/retries", Permission: "orders.refund", ID: "retry-repayment", WhileClosed: true, Tag: "Orders", Status: 201, Errors: []int{409}, Summary: "Try a failed repayment again",
		Description: "With a reference it is noted as given back by hand instead."}, s.apiRetry)
}

type orderTax struct {
	Category string       `json:"category" enum:"S,Z,E,AE,K,G,O" doc:"UNCL5305"`
	Rate     money.Rate   `json:"rate" example:"0.19"`
	Base     money.Amount `json:"base"`
	Tax      money.Amount `json:"tax"`
	Gross    money.Amount `json:"gross" doc:"base + tax + rounding"`
	Rounding money.Amount `json:"rounding"`
	Note     string       `json:"note,omitempty"`
}

type orderAuthorisation struct {
	ID         string       `json:"id"`
	ExternalID string       `json:"external_id"`
	Provider   string       `json:"provider"`
	Amount     money.Amount `json:"amount"`
	State      string       `json:"state" enum:"open,collected,lapsed"`
	Asked      string       `json:"asked,omitempty" enum:"collect,void" doc:"What the provider was told to do"`
	CreatedAt  time.Time    `json:"created_at"`
}

type orderRefund struct {
	ID         string            `json:"id"`
	ExternalID string            `json:"external_id,omitempty"`
	Amount     money.Amount      `json:"amount" doc:"goods + shipping + fee + ad_hoc − less"`
	Goods      money.Amount      `json:"goods"`
	Shipping   money.Amount      `json:"shipping"`
	Fee        money.Amount      `json:"fee"`
	AdHoc      money.Amount      `json:"ad_hoc"`
	Less       money.Amount      `json:"less" doc:"Kept back"`
	Reason     string            `json:"reason"`
	CreatedAt  time.Time         `json:"created_at"`
	Lines      []orderRefundLine `json:"lines"`
	Taxes      []orderTax        `json:"taxes"`
	Repayments []orderRepayment  `json:"repayments"`
}

type orderRefundLine struct {
	LineID    string       `json:"line_id"`
	Quantity  int          `json:"quantity"`
	Amount    money.Amount `json:"amount" doc:"With its tax"`
	Tax       money.Amount `json:"tax" doc:"In the amount"`
	Restocked bool         `json:"restocked"`
}

type orderRepayment struct {
	ID        string       `json:"id"`
	PaymentID string       `json:"payment_id"`
	Amount    money.Amount `json:"amount"`
	State     string       `json:"state" enum:"pending,done,failed,replaced"`
	Reference string       `json:"reference,omitempty"`
	Reason    string       `json:"reason,omitempty" doc:"Of a failure"`
}

func newRefund(r Refund) orderRefund {
	out := orderRefund{
		ID: r.ID, ExternalID: r.ExternalID, Amount: r.Amount, Goods: r.Goods, Shipping: r.Shipping, Fee: r.Fee, AdHoc: r.AdHoc, Less: r.Less, Reason: r.Reason, CreatedAt: r.CreatedAt.Time,
		Lines: []orderRefundLine{}, Taxes: []orderTax{}, Repayments: []orderRepayment{},
	}
	for _, l := range r.Lines {
		out.Lines = append(out.Lines, orderRefundLine(l))
	}
	for _, t := range r.Taxes {
		out.Taxes = append(out.Taxes, newTax(r.Amount.Currency, ordertype.Tax{Category: t.Category, Rate: t.Rate, Base: t.Base, Tax: t.Tax, Gross: t.Gross, Rounding: t.Rounding}))
	}
	for _, x := range r.Repayments {
		out.Repayments = append(out.Repayments, orderRepayment{x.ID, x.PaymentID, x.Amount, x.State, x.Reference, x.Reason})
	}
	return out
}

func newTax(currency string, t ordertype.Tax) orderTax {
	of := func(n int64) money.Amount { return money.New(n, currency) }
	return orderTax{t.Category, t.Rate, of(t.Base), of(t.Tax), of(t.Gross), of(t.Rounding), t.Note}
}

type listRefundsOutput struct {
	Body struct {
		Refunds []orderRefund `json:"refunds"`
	}
}

func (s *Service) apiRefunds(ctx context.Context, c *web.Context, in *OrderInput) (*listRefundsOutput, error) {
	o, err := s.Get(ctx, c.Store, in.Order)
	if err != nil {
		return nil, err
	}
	out := &listRefundsOutput{}
	out.Body.Refunds = []orderRefund{}
	for _, r := range o.Refunds {
		out.Body.Refunds = append(out.Body.Refunds, newRefund(r))
	}
	return out, nil
}

type refundOrderInput struct {
	OrderInput
	Body struct {
		Lines []struct {
			LineID   string `json:"line_id"`
			Quantity int    `json:"quantity" minimum:"1"`
			Restock  bool   `json:"restock,omitempty" doc:"The pieces go back to the stock"`
		} `json:"lines,omitempty" maxItems:"150"`
		Shipping   money.Amount `json:"shipping,omitempty"`
		Fee        money.Amount `json:"fee,omitempty"`
		AdHoc      money.Amount `json:"ad_hoc,omitempty" doc:"For no piece in particular"`
		Less       money.Amount `json:"less,omitempty" doc:"Kept back"`
		Reason     string       `json:"reason,omitempty" maxLength:"500"`
		ExternalID string       `json:"external_id,omitempty" maxLength:"100"`
	}
}

func (s *Service) apiRefund(ctx context.Context, c *web.Context, in *refundOrderInput) (*orderOutput, error) {
	b := in.Body
	r := RefundInput{Shipping: b.Shipping, Fee: b.Fee, AdHoc: b.AdHoc, Less: b.Less, Reason: b.Reason, ExternalID: b.ExternalID}
	for _, l := range b.Lines {
		r.Lines = append(r.Lines, RefundLine{l.LineID, l.Quantity, l.Restock})
	}
	if _, err := s.Refund(ctx, c.Store, in.Order, r); err != nil {
		return nil, err
	}
	return s.apiGet(ctx, c, &in.OrderInput)
}

type authorisationInput struct {
	OrderInput
	Body struct {
		Authorisation string `json:"authorisation_id"`
	}
}

// apiAsk has a use case tell the provider about an authorisation of the order in the path.
func (s *Service) apiAsk(ctx context.Context, c *web.Context, in *authorisationInput, tell func() error) (*orderOutput, error) {
	o, err := s.Get(ctx, c.Store, in.Order)
	if err != nil {
		return nil, err
	}
	for _, a := range o.Promises {
		if a.ID != in.Body.Authorisation {
			continue
		}
		if err := tell(); err != nil {
			return nil, err
		}
		return s.apiGet(ctx, c, &in.OrderInput)
	}
	return nil, errNoOrder()
}

func (s *Service) apiCapture(ctx context.Context, c *web.Context, in *authorisationInput) (*orderOutput, error) {
	return s.apiAsk(ctx, c, in, func() error { _, err := s.CollectPayment(ctx, c.Store, in.Body.Authorisation); return err })
}

func (s *Service) apiVoid(ctx context.Context, c *web.Context, in *authorisationInput) (*orderOutput, error) {
	return s.apiAsk(ctx, c, in, func() error { _, err := s.ReleasePayment(ctx, c.Store, in.Body.Authorisation); return err })
}

type retryInput struct {
	OrderInput
	Repayment string `path:"repayment" doc:"Id of the repayment"`
	Body      struct {
		Reference string `json:"reference,omitempty" maxLength:"200" doc:"How it was given back by hand"`
	}
}

func (s *Service) apiRetry(ctx context.Context, c *web.Context, in *retryInput) (*orderOutput, error) {
	o, err := s.Get(ctx, c.Store, in.Order)
	if err != nil {
		return nil, err
	}
	if o.repayment(in.Repayment).ID == "" {
		return nil, errNoOrder()
	}
	if _, err := s.RetryRepayment(ctx, c.Store, in.Repayment, in.Body.Reference != "", in.Body.Reference); err != nil {
		return nil, err
	}
	return s.apiGet(ctx, c, &in.OrderInput)
}
