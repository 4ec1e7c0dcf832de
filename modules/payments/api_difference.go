package payments

import (
	"context"
	"net/http"
	"time"

	"wizamart/framework/app"
	"wizamart/framework/money"
	"wizamart/framework/web"
)

// APIDifference is what the provider says otherwise than the shop.
type APIDifference struct {
	ID         string       `json:"id"`
	Kind       string       `json:"kind" enum:"unknown,paid,missing,amount,refunded"`
	PaymentID  string       `json:"payment_id,omitempty"`
	OrderID    string       `json:"order_id,omitempty"`
	ExternalID string       `json:"external_id" doc:"At the provider."`
	Ours       money.Amount `json:"ours" doc:"Written here: paid, or given back where kind is refunded."`
	Theirs     money.Amount `json:"theirs" doc:"At the provider."`
	CanBook    bool         `json:"can_book" doc:"A booking mends it."`
	FoundAt    time.Time    `json:"found_at"`
}

type differencesInput struct {
	Store string `path:"store" doc:"The store's code."`
}

type differenceInput struct {
	Store string `path:"store" doc:"The store's code."`
	ID    string `path:"id" doc:"The difference's id."`
}

type differencesOutput struct {
	Body struct {
		Differences []APIDifference `json:"differences"`
	}
}

// apiDifferences are those that are left.
func (s *Service) apiDifferences(ctx context.Context, c *web.Context) (*differencesOutput, error) {
	list, err := s.Differences(ctx, c.Store)
	out := &differencesOutput{}
	out.Body.Differences = []APIDifference{}
	for _, d := range list {
		out.Body.Differences = append(out.Body.Differences, APIDifference{d.ID, d.Kind, d.AttemptID, d.Order.ID, d.ExternalID, d.Ours, d.Theirs, d.CanBook(), d.FoundAt.Time})
	}
	return out, err
}

func (s *Service) differenceAPI(r *app.Router) {
	const path = "/stores/{store}/payment-differences"
	app.API(r, app.Operation{
		Method: http.MethodGet, Path: path, Permission: "payments.read", ID: "list-payment-differences", Tag: "Payments",
		Summary: "List what the provider says otherwise than the shop, as the last review found it",
	}, func(ctx context.Context, c *web.Context, _ *differencesInput) (*differencesOutput, error) {
		return s.apiDifferences(ctx, c)
	})
	app.API(r, app.Operation{
		Method: http.MethodPost, Path: "/stores/{store}/payment-reviews", Permission: "payments.write", ID: "review-payments", Tag: "Payments", Status: http.StatusCreated, Errors: []int{503},
		Summary: "Compare all payments of the last 35 days with the provider", Description: "It answers with the differences that are left.",
	}, func(ctx context.Context, c *web.Context, _ *differencesInput) (*differencesOutput, error) {
		if _, err := s.Review(ctx, c.Store); err != nil {
			return nil, s.unavailable(err)
		}
		return s.apiDifferences(ctx, c)
	})
	for _, end := range []struct {
		path, id, summary string
		do                func(ctx context.Context, c *web.Context, id string) error
	}{
		{"/bookings", "book-payment-difference", "Write down what the provider says: a payment, or a refund with its taxes", func(ctx context.Context, c *web.Context, id string) error { return s.Book(ctx, c.Store, id) }},
		{"/dismissals", "dismiss-payment-difference", "Mark a difference as seen", func(ctx context.Context, c *web.Context, id string) error { return s.Dismiss(ctx, c.Store, id) }},
	} {
		app.API(r, app.Operation{
			Method: http.MethodPost, Path: path + "/{id}" + end.path, Permission: "payments.write", ID: end.id, Summary: end.summary, Tag: "Payments", Status: http.StatusCreated, Errors: []int{409, 503},
		}, func(ctx context.Context, c *web.Context, in *differenceInput) (*differencesOutput, error) {
			if err := end.do(ctx, c, in.ID); err != nil {
				return nil, err
			}
			return s.apiDifferences(ctx, c)
		})
	}
}
