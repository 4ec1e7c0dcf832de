package messaging

import (
	"context"

	"wizamart/framework/app"
	"wizamart/framework/mail"
	"wizamart/framework/web"
)

type listInput struct {
	Store  string `path:"store" doc:"Code of the store"`
	State  string `query:"state" enum:"queued,sent,kept,refused,parked" doc:"Mails in this state alone"`
	Order  string `query:"order" doc:"Mails about this order alone, by id"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	Offset int    `query:"offset" minimum:"0"`
}

type listOutput struct {
	Body struct {
		Mails []mail.Row `json:"mails" doc:"Newest first"`
		Total int        `json:"total"`
	}
}

type resendInput struct {
	Store string `path:"store" doc:"Code of the store"`
	ID    string `path:"id"`
}

func (s *Service) apiRoutes(r *app.Router) {
	app.API(r, app.Operation{Method: "GET", Path: "/stores/{store}/mails", Permission: "messaging.read", ID: "list-mails", Summary: "List mails to customers", Tag: "Mails"},
		func(ctx context.Context, c *web.Context, in *listInput) (*listOutput, error) {
			out := &listOutput{}
			var err error
			out.Body.Mails, out.Body.Total, err = mail.List(ctx, c.Store.DB, mail.Filter{State: in.State, Ref: in.Order, Limit: in.Limit, Offset: in.Offset})
			return out, err
		})
	app.API(r, app.Operation{
		Method: "POST", Path: "/stores/{store}/mails/{id}/resends", Permission: "messaging.send", ID: "resend-mail", Summary: "Send a mail again", Tag: "Mails", Status: 204, Errors: []int{409},
		Description: "With the same Message-ID. A mail that waits already, was erased, or lets its reader in cannot be sent again.",
	}, func(ctx context.Context, c *web.Context, in *resendInput) (*struct{}, error) {
		return nil, s.Resend(ctx, c.Store, in.ID)
	})
}
