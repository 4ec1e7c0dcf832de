package payments

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/stripe/stripe-go/v85"
	"github.com/stripe/stripe-go/v85/webhook"

	"wizamart/framework/app"
	"wizamart/framework/money"
	"wizamart/framework/observe"
)

// Names of what we note on Stripe's objects.
const (
	metaAttempt = "wizamart_attempt"
	metaStore   = "wizamart_store"
	metaOrder   = "wizamart_order"
	metaToken   = "wizamart_token"
	metaNumber  = "wizamart_number"
	metaRefund  = "wizamart_refund"
)

// stripeProvider speaks to Stripe. Payments are authorised first and captured apart from that, so they are card payments (with the
// wallets that carry cards): other means cannot be authorised.
type stripeProvider struct{ http *http.Client }

// toolStripe is its name among the platform's tools.
const toolStripe = "stripe"

func newStripe(a *app.App) *stripeProvider {
	client := a.OutsideClient(toolStripe, 20*time.Second)
	address := stripe.APIURL
	a.Tools.Add(observe.Tool{
		Name: toolStripe, Title: "Stripe", Address: func() string { return address },
		Probe: func(ctx context.Context) error { return observe.Answers(ctx, client, address) },
	})
	return &stripeProvider{client}
}

func (p *stripeProvider) client(acc Account) *stripe.Client {
	client := p.http
	if acc.received != nil {
		own := *p.http
		own.Transport = keyWatch{own.Transport, acc.received}
		client = &own
	}
	cfg := &stripe.BackendConfig{HTTPClient: client, MaxNetworkRetries: stripe.Int64(1), EnableTelemetry: stripe.Bool(false), LeveledLogger: &stripe.LeveledLogger{Level: stripe.LevelNull}}
	if acc.URL != "" {
		cfg.URL = stripe.String(acc.URL)
	}
	return stripe.NewClient(acc.SecretKey, stripe.WithBackends(stripe.NewBackendsWithConfig(cfg)))
}

// refused tells a definite no from a failure that leaves open what was done.
func refused(err error) error {
	var e *stripe.Error
	if !errors.As(err, &e) {
		return err
	}
	switch {
	case e.HTTPStatusCode == http.StatusConflict, e.HTTPStatusCode == http.StatusTooManyRequests, e.HTTPStatusCode >= 500:
		return fmt.Errorf("stripe: %s", e.Msg)
	case e.HTTPStatusCode == http.StatusUnauthorized:
		return &Refusal{Message: "Stripe does not accept the secret key.", Code: "key"}
	case e.HTTPStatusCode >= 400:
		return &Refusal{Message: e.Msg, Code: string(e.Code)}
	}
	return err
}

func metadata(acc Account, a Attempt) map[string]string {
	return map[string]string{metaAttempt: a.ID, metaStore: acc.StoreID, metaOrder: a.Order.ID, metaToken: a.Order.Token, metaNumber: a.Order.Number}
}

func (p *stripeProvider) Start(ctx context.Context, acc Account, a Attempt, in Start) (View, error) {
	amount, err := toStripe(a.Amount)
	if err != nil {
		return View{}, err
	}
	c, currency := p.client(acc), strings.ToLower(a.Amount.Currency)
	if a.Kind == Element {
		params := &stripe.PaymentIntentCreateParams{
			Amount: &amount, Currency: &currency, CaptureMethod: stripe.String("manual"), PaymentMethodTypes: stripe.StringSlice([]string{"card"}),
			Description: &in.Title, Metadata: metadata(acc, a),
		}
		params.SetIdempotencyKey(a.ID)
		pi, err := c.V1PaymentIntents.Create(ctx, params)
		if err != nil {
			return View{}, refused(err)
		}
		return intentView(pi)
	}
	params := &stripe.CheckoutSessionCreateParams{
		Mode: stripe.String("payment"), PaymentMethodTypes: stripe.StringSlice([]string{"card"}), ClientReferenceID: &a.ID, ExpiresAt: stripe.Int64(a.Until.Unix()),
		SuccessURL: &in.Success, CancelURL: &in.Back, Metadata: metadata(acc, a), Locale: stripe.String(stripeLocale(in.Locale)),
		LineItems: []*stripe.CheckoutSessionCreateLineItemParams{{
			Quantity: stripe.Int64(1), PriceData: &stripe.CheckoutSessionCreateLineItemPriceDataParams{
				Currency: &currency, UnitAmount: &amount, ProductData: &stripe.CheckoutSessionCreateLineItemPriceDataProductDataParams{Name: &in.Title},
			},
		}},
		PaymentIntentData: &stripe.CheckoutSessionCreatePaymentIntentDataParams{CaptureMethod: stripe.String("manual"), Description: &in.Title, Metadata: metadata(acc, a)},
	}
	if in.Email != "" {
		params.CustomerEmail = &in.Email
	}
	params.SetIdempotencyKey(a.ID)
	session, err := c.V1CheckoutSessions.Create(ctx, params)
	if err != nil {
		return View{}, refused(err)
	}
	return View{Status: Waiting, SessionID: session.ID, URL: session.URL, Amount: a.Amount, AttemptID: a.ID}, nil
}

// stripeLocale is a language of Stripe's pages: the shopper's, or the browser's where Stripe does not have it.
func stripeLocale(tag string) string {
	language, _, _ := strings.Cut(strings.ToLower(tag), "-")
	if strings.Contains(" bg cs da de el en es et fi fr hr hu id it ja ko lt lv ms mt nb nl pl pt ro ru sk sl sv th tr vi zh ", " "+language+" ") {
		return language
	}
	return "auto"
}

func (p *stripeProvider) Look(ctx context.Context, acc Account, a Attempt) (View, error) {
	c := p.client(acc)
	if a.ExternalID == "" && a.SessionID != "" {
		params := &stripe.CheckoutSessionRetrieveParams{}
		params.AddExpand("payment_intent.latest_charge")
		session, err := c.V1CheckoutSessions.Retrieve(ctx, a.SessionID, params)
		if err != nil {
			return View{}, refused(err)
		}
		v := View{Status: Waiting, Amount: a.Amount, AttemptID: a.ID}
		if session.PaymentIntent != nil && session.PaymentIntent.ID != "" {
			if v, err = intentView(session.PaymentIntent); err != nil {
				return View{}, err
			}
		}
		if session.Status == stripe.CheckoutSessionStatusExpired && v.Status == Waiting {
			v.Status = Gone
		}
		v.SessionID, v.URL, v.Secret = session.ID, session.URL, ""
		return v, nil
	}
	params := &stripe.PaymentIntentRetrieveParams{}
	params.AddExpand("latest_charge")
	pi, err := c.V1PaymentIntents.Retrieve(ctx, a.ExternalID, params)
	if err != nil {
		return View{}, refused(err)
	}
	v, err := intentView(pi)
	if err != nil || a.SessionID == "" || v.Status != Waiting {
		return v, err
	}
	session, err := c.V1CheckoutSessions.Retrieve(ctx, a.SessionID, nil)
	if err != nil {
		return View{}, refused(err)
	}
	if session.Status == stripe.CheckoutSessionStatusExpired {
		v.Status = Gone
	}
	v.SessionID, v.URL, v.Secret = session.ID, session.URL, ""
	return v, nil
}

// intentView reads a payment of Stripe's.
func intentView(pi *stripe.PaymentIntent) (View, error) {
	v := View{
		ExternalID: pi.ID, Secret: pi.ClientSecret, AttemptID: pi.Metadata[metaAttempt], StoreID: pi.Metadata[metaStore], CreatedAt: time.Unix(pi.Created, 0),
		Order: Order{ID: pi.Metadata[metaOrder], Token: pi.Metadata[metaToken], Number: pi.Metadata[metaNumber]},
	}
	units := pi.Amount
	switch pi.Status {
	case stripe.PaymentIntentStatusRequiresCapture:
		v.Status, units = Promised, pi.AmountCapturable
	case stripe.PaymentIntentStatusSucceeded:
		v.Status, units = Collected, pi.AmountReceived
	case stripe.PaymentIntentStatusCanceled:
		v.Status = Gone
	case stripe.PaymentIntentStatusProcessing:
		v.Status = InProgress
	default:
		v.Status = Waiting
	}
	var err error
	if v.Amount, err = fromStripe(units, string(pi.Currency)); err != nil {
		return v, err
	}
	if ch := pi.LatestCharge; ch != nil {
		if ch.PaymentMethodDetails != nil && ch.PaymentMethodDetails.Card != nil {
			card := ch.PaymentMethodDetails.Card
			v.Reference = brand(string(card.Brand)) + " ···· " + card.Last4
		}
		back, err := fromStripe(ch.AmountRefunded, string(pi.Currency))
		if err != nil {
			return v, err
		}
		v.Refunded = back.Minor
	}
	if e := pi.LastPaymentError; e != nil && v.Status == Waiting {
		v.Fault, v.FaultRef = e.Msg, e.ChargeID
		if v.FaultRef == "" {
			v.FaultRef = string(e.Code) + " " + string(e.DeclineCode)
		}
	}
	return v, nil
}

func brand(s string) string {
	if s == "" {
		return "Card"
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

func (p *stripeProvider) Capture(ctx context.Context, acc Account, a Attempt) error {
	params := &stripe.PaymentIntentCaptureParams{}
	params.SetIdempotencyKey("capture-" + a.ID)
	_, err := p.client(acc).V1PaymentIntents.Capture(ctx, a.ExternalID, params)
	return refused(err)
}

func (p *stripeProvider) Cancel(ctx context.Context, acc Account, a Attempt) error {
	c := p.client(acc)
	if a.SessionID != "" && a.State != Authorised {
		// It also ends the payment behind the page, unless that has succeeded.
		if _, err := c.V1CheckoutSessions.Expire(ctx, a.SessionID, nil); err != nil {
			if err = refused(err); !isRefusal(err) || a.ExternalID == "" {
				return err
			}
		}
	}
	if a.ExternalID == "" {
		return nil
	}
	_, err := c.V1PaymentIntents.Cancel(ctx, a.ExternalID, nil)
	return refused(err)
}

func isRefusal(err error) bool {
	var r *Refusal
	return errors.As(err, &r)
}

func (p *stripeProvider) Refund(ctx context.Context, acc Account, a Attempt, id string, amount money.Amount, again bool) (RefundView, error) {
	c := p.client(acc)
	if again { // Stripe forgets idempotency keys after a day: what was heard then is found by its note
		list := c.V1Refunds.List(ctx, &stripe.RefundListParams{PaymentIntent: &a.ExternalID})
		for r, err := range list.All(ctx) {
			if err != nil {
				return RefundView{}, refused(err)
			}
			if r.Metadata[metaRefund] == id {
				return refundView(r)
			}
		}
	}
	units, err := toStripe(amount)
	if err != nil {
		return RefundView{}, err
	}
	params := &stripe.RefundCreateParams{PaymentIntent: &a.ExternalID, Amount: &units, Metadata: map[string]string{metaRefund: id, metaAttempt: a.ID}}
	params.SetIdempotencyKey("refund-" + id)
	r, err := c.V1Refunds.Create(ctx, params)
	if err != nil {
		return RefundView{}, refused(err)
	}
	return refundView(r)
}

func (p *stripeProvider) LookRefund(ctx context.Context, acc Account, externalID string) (RefundView, error) {
	r, err := p.client(acc).V1Refunds.Retrieve(ctx, externalID, nil)
	if err != nil {
		return RefundView{}, refused(err)
	}
	return refundView(r)
}

func (p *stripeProvider) Refunds(ctx context.Context, acc Account, a Attempt) (out []RefundView, err error) {
	list := p.client(acc).V1Refunds.List(ctx, &stripe.RefundListParams{PaymentIntent: &a.ExternalID})
	for r, err := range list.All(ctx) {
		if err != nil {
			return nil, refused(err)
		}
		v, err := refundView(r)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

func refundView(r *stripe.Refund) (RefundView, error) {
	v := RefundView{ExternalID: r.ID, ID: r.Metadata[metaRefund]}
	amount, err := fromStripe(r.Amount, string(r.Currency))
	if err != nil {
		return v, err
	}
	v.Amount = amount.Minor
	switch r.Status {
	case stripe.RefundStatusSucceeded:
		v.Done = true
	case stripe.RefundStatusFailed, stripe.RefundStatusCanceled:
		if v.Failed = string(r.FailureReason); v.Failed == "" {
			v.Failed = string(r.Status)
		}
	}
	return v, nil
}

func (p *stripeProvider) Since(ctx context.Context, acc Account, from time.Time) ([]View, error) {
	params := &stripe.PaymentIntentListParams{CreatedRange: &stripe.RangeQueryParams{GreaterThanOrEqual: from.Unix()}}
	params.AddExpand("data.latest_charge")
	params.Limit = stripe.Int64(100)
	var out []View
	list := p.client(acc).V1PaymentIntents.List(ctx, params)
	for pi, err := range list.All(ctx) {
		if err != nil {
			return nil, refused(err)
		}
		if pi.Metadata[metaStore] != acc.StoreID {
			continue // the account is used for other things too
		}
		v, err := intentView(pi)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

func (p *stripeProvider) Test(ctx context.Context, acc Account) error {
	params := &stripe.PaymentIntentListParams{}
	params.Limit, params.Single = stripe.Int64(1), true
	for _, err := range p.client(acc).V1PaymentIntents.List(ctx, params).All(ctx) {
		if err != nil {
			return refused(err)
		}
		break
	}
	return nil
}

// Event reads what a message is about. Its version may be another than the library's: the state is asked for, never taken from it.
func (p *stripeProvider) Event(acc Account, header string, body []byte) (Event, error) {
	e, err := webhook.ConstructEventWithOptions(body, header, acc.WebhookSecret, webhook.ConstructEventOptions{IgnoreAPIVersionMismatch: true})
	if err != nil {
		return Event{}, ErrSignature
	}
	var o struct {
		Object            string            `json:"object"`
		ID                string            `json:"id"`
		PaymentIntent     json.RawMessage   `json:"payment_intent"`
		ClientReferenceID string            `json:"client_reference_id"`
		Metadata          map[string]string `json:"metadata"`
	}
	if e.Data == nil || json.Unmarshal(e.Data.Raw, &o) != nil {
		return Event{}, nil
	}
	out := Event{AttemptID: o.Metadata[metaAttempt]}
	switch o.Object {
	case "payment_intent":
		out.ExternalID = o.ID
	case "checkout.session":
		out.SessionID = o.ID
		if out.AttemptID == "" {
			out.AttemptID = o.ClientReferenceID
		}
	default: // refund, charge
		out.Refund = true
		json.Unmarshal(o.PaymentIntent, &out.ExternalID) //nolint:errcheck // an expanded one has another shape, and the note
	}
	return out, nil
}
