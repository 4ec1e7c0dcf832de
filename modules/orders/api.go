package orders

import (
	"context"
	"strconv"
	"time"

	"wizamart/framework/app"
	"wizamart/framework/money"
	"wizamart/framework/problem"
	"wizamart/framework/web"
	"wizamart/modules/orders/ordertype"
)

func (s *Service) apiRoutes(r *app.Router) {
	const base = "/stores/{store}/orders"
	app.API(r, app.Operation{Method: "GET", Path: base, Permission: "orders.read", ID: "list-orders", Tag: "Orders", Summary: "List orders",
		Description: "Newest first. Pages are cut by limit and offset; total is how many there are in all."}, s.apiList)
	app.API(r, app.Operation{Method: "GET", Path: base + "/{order}", Permission: "orders.read", ID: "get-order", Tag: "Orders", Summary: "Get an order"}, s.apiGet)
	app.API(r, app.Operation{Method: "POST", Path: base + "/{order}/fulfilments", Permission: "orders.fulfil", ID: "fulfil-order", Tag: "Orders", Status: 201, Errors: []int{409},
		Summary: "Note that goods have left", Description: "Without lines, all that is left has left."}, s.apiFulfil)
	app.API(r, app.Operation{Method: "POST", Path: base + "/{order}/payments", Permission: "orders.payment", ID: "record-payment", Tag: "Orders", Status: 201, Errors: []int{409},
		Summary: "Record a payment that has come", Description: "Without an amount, all that is outstanding. The same external_id twice is one payment."}, s.apiPay)
	app.API(r, app.Operation{Method: "POST", Path: base + "/{order}/cancellations", Permission: "orders.cancel", ID: "cancel-order", Tag: "Orders", Status: 201, Errors: []int{409}, Summary: "Cancel an order"}, s.apiCancel)
	s.apiMoneyRoutes(r)
}

type OrderSummary struct {
	ID              string       `json:"id" doc:"UUIDv7"`
	Number          string       `json:"number" example:"1001"`
	PlacedAt        time.Time    `json:"placed_at"`
	Email           string       `json:"email"`
	Name            string       `json:"name"`
	CustomerID      string       `json:"customer_id,omitempty"`
	Quantity        int          `json:"quantity" doc:"Pieces in the order"`
	Total           money.Amount `json:"total"`
	PaymentState    string       `json:"payment_state" enum:"pending,authorised,partially_paid,paid,partially_refunded,refunded,voided"`
	FulfilmentState string       `json:"fulfilment_state" enum:"unfulfilled,partially_fulfilled,fulfilled"`
	Cancelled       bool         `json:"cancelled"`
}

type orderResource struct {
	OrderSummary
	Channel        string            `json:"channel"`
	ExternalID     string            `json:"external_id"`
	Locale         string            `json:"locale"`
	Shipping       ordertype.Address `json:"shipping_address"`
	Billing        ordertype.Address `json:"billing_address"`
	ShippingMethod string            `json:"shipping_method"`
	Estimate       string            `json:"delivery_estimate,omitempty" doc:"When it arrives, as the shopper was told" example:"arrives Tue 2 – Thu 4 Dec"`
	PaymentMethod  string            `json:"payment_method" example:"bank_transfer"`
	Subtotal       money.Amount      `json:"subtotal"`
	ShippingTotal  money.Amount      `json:"shipping_total"`
	FeeTotal       money.Amount      `json:"fee_total"`
	DiscountTotal  money.Amount      `json:"discount_total"`
	TaxTotal       money.Amount      `json:"tax_total"`
	PaidTotal      money.Amount      `json:"paid_total"`
	RefundedTotal  money.Amount      `json:"refunded_total"`
	Outstanding    money.Amount      `json:"outstanding"`
	Note           string            `json:"note"`
	StaffNote      string            `json:"staff_note"`
	CancelledAt    *time.Time        `json:"cancelled_at,omitempty"`
	CancelReason   string            `json:"cancel_reason,omitempty" enum:"customer,stock,payment,fraud,other"`
	Lines          []orderLine       `json:"lines"`
	Fulfilments    []orderFulfilment `json:"fulfilments"`
	Payments       []orderPayment    `json:"payments"`

	PricesIncludeTax bool                   `json:"prices_include_tax"`
	AuthorisedTotal  money.Amount           `json:"authorised_total"`
	CreditedTotal    money.Amount           `json:"credited_total" doc:"All refunds, those on their way too"`
	Taxes            []orderTax             `json:"taxes"`
	Adjustments      []ordertype.Adjustment `json:"adjustments" doc:"Discounts, and what gift cards pay"`
	Authorisations   []orderAuthorisation   `json:"authorisations"`
	Refunds          []orderRefund          `json:"refunds"`
	StockState       string                 `json:"stock_state" enum:"reserved,released,taken,backordered"`
	BuyerVATID       string                 `json:"buyer_vat_id,omitempty"`
}

type orderLine struct {
	ID           string       `json:"id"`
	VariantID    string       `json:"variant_id"`
	ProductID    string       `json:"product_id"`
	Title        string       `json:"title"`
	VariantTitle string       `json:"variant_title"`
	SKU          string       `json:"sku"`
	Quantity     int          `json:"quantity"`
	Fulfilled    int          `json:"fulfilled" doc:"Pieces that have left"`
	UnitPrice    money.Amount `json:"unit_price"`
	Total        money.Amount `json:"total" doc:"Before its discount"`
	Discount     money.Amount `json:"discount"`
	Tax          money.Amount `json:"tax"`
	Refunded     int          `json:"refunded" doc:"Pieces that were paid back"`
}

type orderFulfilment struct {
	ID             string                `json:"id"`
	Carrier        string                `json:"carrier"`
	TrackingNumber string                `json:"tracking_number"`
	TrackingURL    string                `json:"tracking_url"`
	CreatedAt      time.Time             `json:"created_at"`
	Undone         bool                  `json:"undone" doc:"It was a mistake: nothing left"`
	Lines          []orderFulfilmentLine `json:"lines"`
}

type orderFulfilmentLine struct {
	LineID   string `json:"line_id"`
	Quantity int    `json:"quantity" minimum:"1"`
}

type orderPayment struct {
	ID         string       `json:"id"`
	Amount     money.Amount `json:"amount"`
	Reference  string       `json:"reference"`
	Method     string       `json:"method"`
	Provider   string       `json:"provider,omitempty" doc:"Empty: recorded by hand"`
	Repaid     money.Amount `json:"repaid" doc:"Given back, or on its way"`
	ReceivedAt time.Time    `json:"received_at"`
	Voided     bool         `json:"voided" doc:"It was a mistake: no money came"`
}

type listOrdersInput struct {
	Store      string    `path:"store" doc:"Code of the store"`
	View       string    `query:"view" enum:"unfulfilled,unpaid,cancelled" doc:"Open orders with something left to send or to pay, or cancelled ones"`
	Search     string    `query:"q" maxLength:"200" doc:"Number, e-mail address, name or SKU"`
	Payment    string    `query:"payment_state" enum:"pending,authorised,partially_paid,paid,partially_refunded,refunded,voided"`
	Fulfilment string    `query:"fulfilment_state" enum:"unfulfilled,partially_fulfilled,fulfilled"`
	Customer   string    `query:"customer_id"`
	From       time.Time `query:"from" doc:"Placed at or after"`
	To         time.Time `query:"to" doc:"Placed before"`
	Limit      int       `query:"limit" minimum:"1" maximum:"100" default:"25"`
	Offset     int       `query:"offset" minimum:"0"`
}

type listOrdersOutput struct {
	Body struct {
		Orders []OrderSummary `json:"orders"`
		Total  int            `json:"total"`
	}
}

func (s *Service) apiList(ctx context.Context, c *web.Context, in *listOrdersInput) (*listOrdersOutput, error) {
	p, err := s.List(ctx, c.Store, Filter{
		View: in.View, Search: in.Search, Payment: in.Payment, Fulfilment: in.Fulfilment, Customer: in.Customer, From: in.From, To: in.To, Limit: in.Limit, Offset: in.Offset,
	})
	if err != nil {
		return nil, err
	}
	out := &listOrdersOutput{}
	out.Body.Total, out.Body.Orders = p.Total, []OrderSummary{}
	for _, b := range p.Orders {
		out.Body.Orders = append(out.Body.Orders, OrderSummary{
			b.ID, b.Number, b.PlacedAt.Time, b.Email, b.Name, b.CustomerID, b.Quantity, b.Total, b.PaymentState, b.FulfilmentState, b.Cancelled,
		})
	}
	return out, nil
}

type OrderInput struct {
	Store string `path:"store" doc:"Code of the store"`
	Order string `path:"order" doc:"Id of the order"`
}

type orderOutput struct{ Body orderResource }

func (s *Service) apiGet(ctx context.Context, c *web.Context, in *OrderInput) (*orderOutput, error) {
	o, err := s.Get(ctx, c.Store, in.Order)
	if err != nil {
		return nil, err
	}
	return &orderOutput{newResource(o)}, nil
}

type fulfilOrderInput struct {
	OrderInput
	Body struct {
		Lines          []orderFulfilmentLine `json:"lines,omitempty" maxItems:"150"`
		Carrier        string                `json:"carrier,omitempty" maxLength:"60"`
		TrackingNumber string                `json:"tracking_number,omitempty" maxLength:"100"`
		TrackingURL    string                `json:"tracking_url,omitempty" maxLength:"500"`
	}
}

func (s *Service) apiFulfil(ctx context.Context, c *web.Context, in *fulfilOrderInput) (*orderOutput, error) {
	f := Fulfil{Carrier: in.Body.Carrier, TrackingNumber: in.Body.TrackingNumber, TrackingURL: in.Body.TrackingURL}
	for _, l := range in.Body.Lines {
		f.Lines = append(f.Lines, FulfilLine(l))
	}
	if _, err := s.Fulfil(ctx, c.Store, in.Order, f); err != nil {
		return nil, err
	}
	return s.apiGet(ctx, c, &in.OrderInput)
}

type recordPaymentInput struct {
	OrderInput
	Body struct {
		Amount     *money.Amount `json:"amount,omitempty"`
		Reference  string        `json:"reference,omitempty" maxLength:"200"`
		ExternalID string        `json:"external_id,omitempty" maxLength:"100"`
	}
}

func (s *Service) apiPay(ctx context.Context, c *web.Context, in *recordPaymentInput) (*orderOutput, error) {
	if _, err := s.MarkPaid(ctx, c.Store, in.Order, MarkPaid{Amount: in.Body.Amount, Reference: in.Body.Reference, ExternalID: in.Body.ExternalID}); err != nil {
		return nil, err
	}
	return s.apiGet(ctx, c, &in.OrderInput)
}

type cancelOrderInput struct {
	OrderInput
	Body struct {
		Reason  string `json:"reason" enum:"customer,stock,payment,fraud,other"`
		Text    string `json:"text,omitempty" maxLength:"500"`
		Restock bool   `json:"restock" doc:"What was not sent goes back to the stock"`
		Refund  bool   `json:"refund,omitempty" doc:"What was paid is given back; needs the permission orders.refund too"`
	}
}

func (s *Service) apiCancel(ctx context.Context, c *web.Context, in *cancelOrderInput) (*orderOutput, error) {
	if in.Body.Refund && !c.Can("orders.refund") {
		return nil, problem.New(problem.Forbidden, "You may not refund orders.")
	}
	if err := s.Cancel(ctx, c.Store, in.Order, Cancel(in.Body)); err != nil {
		return nil, err
	}
	return s.apiGet(ctx, c, &in.OrderInput)
}

func newResource(o *Order) orderResource {
	out := orderResource{
		OrderSummary: OrderSummary{o.ID, strconv.FormatInt(o.Number, 10), o.PlacedAt.Time, o.Email, o.Name, o.CustomerID, o.Quantity, o.Total, o.PaymentState, o.FulfilmentState, o.Cancelled()},
		Channel:      o.Channel, ExternalID: o.ExternalID, Locale: o.Locale, Shipping: o.Shipping, Billing: o.Billing, ShippingMethod: o.ShippingMethod, Estimate: o.Estimate, PaymentMethod: o.PaymentMethod,
		Subtotal: o.Subtotal, ShippingTotal: o.ShippingTotal, FeeTotal: o.FeeTotal, DiscountTotal: o.DiscountTotal, TaxTotal: o.TaxTotal,
		PaidTotal: o.PaidTotal, RefundedTotal: o.RefundedTotal, Outstanding: o.Outstanding(), Note: o.Note, StaffNote: o.StaffNote, CancelReason: o.CancelReason,
		Lines: []orderLine{}, Fulfilments: []orderFulfilment{}, Payments: []orderPayment{},
		PricesIncludeTax: o.PricesIncludeTax, AuthorisedTotal: o.AuthorisedTotal, CreditedTotal: o.CreditedTotal, StockState: o.StockState, BuyerVATID: o.BuyerVATID,
		Taxes: []orderTax{}, Adjustments: notNil(o.Adjustments), Authorisations: []orderAuthorisation{}, Refunds: []orderRefund{},
	}
	for _, t := range o.Taxes {
		out.Taxes = append(out.Taxes, newTax(o.Currency, t))
	}
	for _, a := range o.Promises {
		out.Authorisations = append(out.Authorisations, orderAuthorisation{a.ID, a.ExternalID, a.Provider, a.Amount, a.State, a.Asked, a.CreatedAt.Time})
	}
	for _, r := range o.Refunds {
		out.Refunds = append(out.Refunds, newRefund(r))
	}
	if o.Cancelled() {
		out.CancelledAt = &o.CancelledAt.Time
	}
	for _, l := range o.Lines {
		out.Lines = append(out.Lines, orderLine{l.ID, l.VariantID, l.ProductID, l.Title, l.VariantTitle, l.SKU, l.Quantity, l.Fulfilled, l.UnitPrice, l.Total, l.Discount, money.New(l.Tax.Amount, o.Currency), l.Refunded})
	}
	for _, f := range o.Fulfilments {
		a := orderFulfilment{f.ID, f.Carrier, f.TrackingNumber, f.TrackingURL, f.CreatedAt.Time, f.Undone(), []orderFulfilmentLine{}}
		for _, l := range f.Lines {
			a.Lines = append(a.Lines, orderFulfilmentLine(l))
		}
		out.Fulfilments = append(out.Fulfilments, a)
	}
	for _, p := range o.Payments {
		out.Payments = append(out.Payments, orderPayment{p.ID, p.Amount, p.Reference, p.Method, p.Provider, p.Repaid, p.ReceivedAt.Time, p.Voided()})
	}
	return out
}
