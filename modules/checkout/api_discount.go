package checkout

import (
	"context"
	"net/http"

	"wizamart/framework/app"
	"wizamart/framework/web"
)

type discountInput struct {
	Store string `path:"store" doc:"The store's code."`
	ID    string `path:"id" doc:"The discount's id."`
}

type discountsOutput struct {
	Body struct {
		Discounts []DiscountRow `json:"discounts"`
	}
}

type discountOutput struct{ Body DiscountRow }

// DiscountBody is what may be said of a discount.
type DiscountBody struct {
	Title     string `json:"title" maxLength:"80"`
	Automatic bool   `json:"automatic,omitempty" doc:"Every cart that it fits gets it, without a code."`
	Active    bool   `json:"active"`
	Code      string `json:"code,omitempty" maxLength:"40"`
	DiscountRules
}

func (b DiscountBody) discount(id string) Discount {
	return Discount{ID: id, Title: b.Title, Automatic: b.Automatic, Active: b.Active, Code: b.Code, DiscountRules: b.DiscountRules}
}

type createDiscountInput struct {
	Store string `path:"store" doc:"The store's code."`
	Body  DiscountBody
}

type putDiscountInput struct {
	Store string `path:"store" doc:"The store's code."`
	ID    string `path:"id" doc:"The discount's id."`
	Body  DiscountBody
}

type makeCodesInput struct {
	Store string `path:"store" doc:"The store's code."`
	ID    string `path:"id" doc:"The discount's id."`
	Body  struct {
		Count  int    `json:"count" minimum:"1" maximum:"10000"`
		Prefix string `json:"prefix,omitempty" maxLength:"16"`
	}
}

type codesOutput struct {
	Body struct {
		Codes []Code `json:"codes"`
	}
}

func (s *Service) discountAPI(r *app.Router) {
	const path, read, write = "/stores/{store}/discounts", "checkout.discount.read", "checkout.discount.write"
	one := func(ctx context.Context, c *web.Context, id string, err error) (*discountOutput, error) {
		if err != nil {
			return nil, err
		}
		d, err := discount(ctx, c.Store, id)
		return &discountOutput{d}, err
	}
	op := func(method, path, permission, id, summary string, status int) app.Operation {
		return app.Operation{Method: method, Path: path, Permission: permission, ID: id, Summary: summary, Tag: "Discounts", Status: status}
	}
	app.API(r, op(http.MethodGet, path, read, "list-discounts", "List the discounts, the newest first", 0), func(ctx context.Context, c *web.Context, _ *struct {
		Store string `path:"store" doc:"The store's code."`
	}) (*discountsOutput, error) {
		list, err := s.Discounts(ctx, c.Store)
		out := &discountsOutput{}
		out.Body.Discounts = append([]DiscountRow{}, list...)
		return out, err
	})
	app.API(r, op(http.MethodGet, path+"/{id}", read, "get-discount", "Read a discount", 0), func(ctx context.Context, c *web.Context, in *discountInput) (*discountOutput, error) {
		d, err := s.Discount(ctx, c.Store, in.ID)
		return &discountOutput{d}, err
	})
	app.API(r, op(http.MethodPost, path, write, "create-discount", "Make a discount", http.StatusCreated), func(ctx context.Context, c *web.Context, in *createDiscountInput) (*discountOutput, error) {
		check := in.Body.discount("")
		if err := check.Validate(); err != nil {
			return nil, err
		}
		d, err := s.CreateDiscount(ctx, c.Store, check.Title)
		if err != nil {
			return nil, err
		}
		want := in.Body.discount(d.ID)
		if want.Code == "" && !want.Automatic {
			want.Code = d.Code
		}
		if _, err = s.SaveDiscount(ctx, c.Store, want); err != nil {
			_, _ = s.DeleteDiscount(ctx, c.Store, d.ID) // the refusal is what the caller has to know
			return nil, err
		}
		return one(ctx, c, d.ID, nil)
	})
	app.API(r, op(http.MethodPut, path+"/{id}", write, "put-discount", "Change a discount", 0), func(ctx context.Context, c *web.Context, in *putDiscountInput) (*discountOutput, error) {
		_, err := s.SaveDiscount(ctx, c.Store, in.Body.discount(in.ID))
		return one(ctx, c, in.ID, err)
	})
	app.API(r, op(http.MethodDelete, path+"/{id}", write, "delete-discount", "Delete a discount", 0), func(ctx context.Context, c *web.Context, in *discountInput) (*discountOutput, error) {
		_, err := s.Discount(ctx, c.Store, in.ID)
		if err == nil {
			_, err = s.DeleteDiscount(ctx, c.Store, in.ID)
		}
		return one(ctx, c, in.ID, err)
	})
	app.API(r, op(http.MethodGet, path+"/{id}/codes", write, "list-discount-codes", "List the codes that are good for one order each", 0), func(ctx context.Context, c *web.Context, in *discountInput) (*codesOutput, error) {
		list, err := s.Codes(ctx, c.Store, in.ID)
		out := &codesOutput{}
		out.Body.Codes = append([]Code{}, list...)
		return out, err
	})
	app.API(r, op(http.MethodPost, path+"/{id}/codes", write, "make-discount-codes", "Make random codes, each good for one order", http.StatusCreated), func(ctx context.Context, c *web.Context, in *makeCodesInput) (*discountOutput, error) {
		_, err := s.MakeCodes(ctx, c.Store, in.ID, in.Body.Prefix, in.Body.Count)
		return one(ctx, c, in.ID, err)
	})
}
