package checkout

import (
	"context"
	"net/http"

	"wizamart/framework/app"
	"wizamart/framework/database"
	"wizamart/framework/web"
)

type cardsInput struct {
	Store  string `path:"store" doc:"The store's code."`
	Search string `query:"q" maxLength:"100" doc:"The last four letters of the code, the recipient or the note."`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	Offset int    `query:"offset" minimum:"0"`
}

type cardsOutput struct {
	Body struct {
		GiftCards []GiftCard `json:"gift_cards"`
		Total     int        `json:"total"`
	}
}

type cardInput struct {
	Store string `path:"store" doc:"The store's code."`
	ID    string `path:"id" doc:"The gift card's id."`
}

type cardOutput struct {
	Body struct {
		GiftCard GiftCard `json:"gift_card"`
		Entries  []Entry  `json:"entries"`
	}
}

type issueCardInput struct {
	Store string `path:"store" doc:"The store's code."`
	Body  struct {
		Amount    int64         `json:"amount" minimum:"1" doc:"In minor units of the store's currency."`
		Recipient string        `json:"recipient,omitempty" maxLength:"254" doc:"An e-mail address."`
		Mail      bool          `json:"mail,omitempty" doc:"Mail the code to the recipient."`
		Note      string        `json:"note,omitempty" maxLength:"500"`
		ExpiresAt database.Time `json:"expires_at,omitzero"`
	}
}

type renewCardInput struct {
	Store string `path:"store" doc:"The store's code."`
	ID    string `path:"id" doc:"The gift card's id."`
	Body  struct {
		Recipient string `json:"recipient" minLength:"3" maxLength:"254" doc:"The e-mail address that the code goes to."`
	}
}

type issuedOutput struct {
	Body struct {
		GiftCard GiftCard `json:"gift_card"`
		Code     string   `json:"code" doc:"Shown this once and kept nowhere."`
	}
}

type activateCardInput struct {
	Store string `path:"store" doc:"The store's code."`
	ID    string `path:"id" doc:"The gift card's id."`
	Body  struct {
		Active bool `json:"active"`
	}
}

func (s *Service) giftCardAPI(r *app.Router) {
	const path, read, write = "/stores/{store}/gift-cards", "checkout.giftcard.read", "checkout.giftcard.write"
	one := func(ctx context.Context, c *web.Context, id string) (*cardOutput, error) {
		out := &cardOutput{}
		var err error
		if out.Body.GiftCard, err = s.GiftCard(ctx, c.Store, id); err != nil {
			return nil, err
		}
		entries, err := s.Entries(ctx, c.Store, id)
		out.Body.Entries = append([]Entry{}, entries...)
		return out, err
	}
	app.API(r, app.Operation{Method: http.MethodGet, Path: path, Permission: read, ID: "list-gift-cards", Summary: "List the gift cards, the newest first", Tag: "Gift cards"},
		func(ctx context.Context, c *web.Context, in *cardsInput) (*cardsOutput, error) {
			list, total, err := s.GiftCards(ctx, c.Store, in.Search, in.Limit, in.Offset)
			out := &cardsOutput{}
			out.Body.GiftCards, out.Body.Total = append([]GiftCard{}, list...), total
			return out, err
		})
	app.API(r, app.Operation{Method: http.MethodPost, Path: path, Permission: write, ID: "issue-gift-card", Summary: "Issue a gift card", Tag: "Gift cards", Status: http.StatusCreated},
		func(ctx context.Context, c *web.Context, in *issueCardInput) (*issuedOutput, error) {
			out := &issuedOutput{}
			var err error
			out.Body.GiftCard, out.Body.Code, err = s.IssueGiftCard(ctx, c.Store, IssueGiftCard{Amount: in.Body.Amount, Recipient: in.Body.Recipient, Note: in.Body.Note, ExpiresAt: in.Body.ExpiresAt, Mail: in.Body.Mail})
			if err != nil {
				return nil, err
			}
			return out, nil
		})
	app.API(r, app.Operation{Method: http.MethodPost, Path: path + "/{id}/codes", Permission: write, ID: "renew-gift-card-code", Tag: "Gift cards", Status: http.StatusCreated, Errors: []int{409},
		Summary: "Give a gift card another code and mail it", Description: "The code before pays no more."},
		func(ctx context.Context, c *web.Context, in *renewCardInput) (*issuedOutput, error) {
			out := &issuedOutput{}
			var err error
			if out.Body.GiftCard, out.Body.Code, err = s.RenewCode(ctx, c.Store, in.ID, in.Body.Recipient); err != nil {
				return nil, err
			}
			return out, nil
		})
	app.API(r, app.Operation{Method: http.MethodGet, Path: path + "/{id}", Permission: read, ID: "get-gift-card", Summary: "Read a gift card with its entries", Tag: "Gift cards"},
		func(ctx context.Context, c *web.Context, in *cardInput) (*cardOutput, error) {
			return one(ctx, c, in.ID)
		})
	app.API(r, app.Operation{Method: http.MethodPatch, Path: path + "/{id}", Permission: write, ID: "activate-gift-card", Summary: "Stop a gift card from paying, or let it pay again", Tag: "Gift cards"},
		func(ctx context.Context, c *web.Context, in *activateCardInput) (*cardOutput, error) {
			if _, err := s.SetGiftCardActive(ctx, c.Store, in.ID, in.Body.Active); err != nil {
				return nil, err
			}
			return one(ctx, c, in.ID)
		})
}
