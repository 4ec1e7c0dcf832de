package payments

import (
	"context"
	"net/http"
	"time"

	"wizamart/framework/app"
	"wizamart/framework/money"
	"wizamart/framework/web"
)

type paymentsInput struct {
	Store string `path:"store" doc:"The store's code."`
	Order string `query:"order" doc:"Id of an order: its payments alone."`
}

// APIPayment is a try to pay an order.
type APIPayment struct {
	ID         string       `json:"id"`
	OrderID    string       `json:"order_id"`
	State      string       `json:"state" enum:"created,open,processing,authorised,captured,cancelled"`
	Outcome    string       `json:"outcome,omitempty" doc:"What the order said to the money."`
	Mode       string       `json:"mode" doc:"live moves money."`
	Amount     money.Amount `json:"amount"`
	Captured   int64        `json:"captured" doc:"Collected, in minor units."`
	ExternalID string       `json:"external_id,omitempty" doc:"At the provider."`
	Reference  string       `json:"reference,omitempty"`
	Fault      string       `json:"fault,omitempty" doc:"Why the last try failed, for people."`
	CreatedAt  time.Time    `json:"created_at"`
	UpdatedAt  time.Time    `json:"updated_at"`
}

type paymentsOutput struct {
	Body struct {
		Payments []APIPayment `json:"payments"`
	}
}

type paymentInput struct {
	Store string `path:"store" doc:"The store's code."`
	ID    string `path:"id" doc:"The payment's id."`
}

type paymentOutput struct{ Body APIPayment }

func apiPayment(a Attempt) APIPayment {
	return APIPayment{
		ID: a.ID, OrderID: a.Order.ID, State: string(a.State), Outcome: string(a.Outcome), Mode: a.Mode, Amount: a.Amount, Captured: a.Captured, ExternalID: a.ExternalID,
		Reference: a.Reference, Fault: a.Fault, CreatedAt: a.CreatedAt.Time, UpdatedAt: a.UpdatedAt.Time,
	}
}

func (s *Service) api(r *app.Router) {
	s.differenceAPI(r)
	app.API(r, app.Operation{
		Method: http.MethodGet, Path: "/stores/{store}/payments", Permission: "payments.read",
		ID: "list-payments", Summary: "List the latest card payments, the newest first, at most 100", Tag: "Payments",
	}, func(ctx context.Context, c *web.Context, in *paymentsInput) (*paymentsOutput, error) {
		list, err := attempts(ctx, c.Store, "?1 = '' OR order_id = ?1 ORDER BY id DESC LIMIT 100", in.Order)
		out := &paymentsOutput{}
		out.Body.Payments = []APIPayment{}
		for _, a := range list {
			out.Body.Payments = append(out.Body.Payments, apiPayment(a))
		}
		return out, err
	})
	app.API(r, app.Operation{
		Method: http.MethodPost, Path: "/stores/{store}/payments/{id}/reconciliations", Permission: "payments.write",
		ID: "reconcile-payment", Summary: "Ask the provider how a payment stands, and book it", Tag: "Payments", Errors: []int{503},
	}, func(ctx context.Context, c *web.Context, in *paymentInput) (*paymentOutput, error) {
		a, err := s.Reconcile(ctx, c.Store, in.ID)
		if err != nil {
			return nil, s.unavailable(err)
		}
		return &paymentOutput{Body: apiPayment(a)}, nil
	})
}
