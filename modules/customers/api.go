package customers

import (
	"context"
	"time"

	"wizamart/framework/app"
	"wizamart/framework/money"
	"wizamart/framework/problem"
	"wizamart/framework/web"
	"wizamart/modules/orders/ordertype"
)

func (s *Service) apiRoutes(r *app.Router) {
	s.sessionRoutes(r)
	const base = "/stores/{store}/customers"
	app.API(r, app.Operation{Method: "GET", Path: base, Permission: "customers.read", ID: "list-customers", Tag: "Customers", Summary: "List customers",
		Description: "Newest first, deleted ones left out. Pages are cut by limit and offset; total is how many there are in all."}, s.apiList)
	app.API(r, app.Operation{Method: "GET", Path: base + "/{customer}", Permission: "customers.read", ID: "get-customer", Tag: "Customers", Summary: "Get a customer"}, s.apiGet)
}

type customerResource struct {
	ID               string             `json:"id" doc:"UUIDv7"`
	Email            string             `json:"email"`
	Name             string             `json:"name"`
	Phone            string             `json:"phone"`
	Address          *ordertype.Address `json:"address,omitempty" doc:"Where the last order went"`
	Locale           string             `json:"locale"`
	Note             string             `json:"note"`
	Tags             []string           `json:"tags"`
	AcceptsMarketing bool               `json:"accepts_marketing"`
	HasAccount       bool               `json:"has_account"`
	OrderCount       int                `json:"order_count" doc:"Orders that were not cancelled"`
	Spent            money.Amount       `json:"spent"`
	LastOrderAt      *time.Time         `json:"last_order_at,omitempty"`
	CreatedAt        time.Time          `json:"created_at"`
}

func newResource(k *Customer) customerResource {
	out := customerResource{
		ID: k.ID, Email: k.Email, Name: k.Name, Phone: k.Phone, Locale: k.Locale, Note: k.Note, Tags: cleanTags(k.Tags), AcceptsMarketing: k.AcceptsMarketing,
		HasAccount: k.HasAccount, OrderCount: k.OrderCount, Spent: k.Spent, CreatedAt: k.CreatedAt.Time,
	}
	if k.Address != (ordertype.Address{}) {
		out.Address = &k.Address
	}
	if !k.LastOrderAt.IsZero() {
		out.LastOrderAt = &k.LastOrderAt.Time
	}
	return out
}

type listCustomersInput struct {
	Store  string `path:"store" doc:"Code of the store"`
	Search string `query:"q" maxLength:"200" doc:"E-mail address, name, phone number or tag"`
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"25"`
	Offset int    `query:"offset" minimum:"0"`
}

type listCustomersOutput struct {
	Body struct {
		Customers []customerResource `json:"customers"`
		Total     int                `json:"total"`
	}
}

func (s *Service) apiList(ctx context.Context, c *web.Context, in *listCustomersInput) (*listCustomersOutput, error) {
	p, err := s.List(ctx, c.Store, Filter{Search: in.Search, Limit: in.Limit, Offset: in.Offset})
	if err != nil {
		return nil, err
	}
	out := &listCustomersOutput{}
	out.Body.Total, out.Body.Customers = p.Total, []customerResource{}
	for _, k := range p.Customers {
		out.Body.Customers = append(out.Body.Customers, newResource(k))
	}
	return out, nil
}

type customerInput struct {
	Store    string `path:"store" doc:"Code of the store"`
	Customer string `path:"customer" doc:"Id of the customer"`
}

type customerOutput struct{ Body customerResource }

func (s *Service) apiGet(ctx context.Context, c *web.Context, in *customerInput) (*customerOutput, error) {
	k, err := s.Get(ctx, c.Store, in.Customer)
	if err != nil {
		return nil, err
	}
	if k.Deleted() {
		return nil, problem.New(problem.NotFound, "There is no such customer.")
	}
	return &customerOutput{newResource(k)}, nil
}
