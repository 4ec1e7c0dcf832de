package inventory

import (
	"context"

	"wizamart/framework/app"
	"wizamart/framework/problem"
	"wizamart/framework/web"
)

type StockItem struct {
	VariantID    string `json:"variant_id"`
	ProductID    string `json:"product_id"`
	Title        string `json:"title"`
	VariantTitle string `json:"variant_title,omitempty"`
	SKU          string `json:"sku,omitempty"`
	Tracked      bool   `json:"tracked" doc:"False: nobody counts it and it can always be sold."`
	OnHand       int    `json:"on_hand" doc:"Pieces. Negative when more were sold than there were."`
	Reserved     int    `json:"reserved" doc:"Pieces of them that are kept for orders that are being paid."`
	Available    int    `json:"available" doc:"What the next order can have: on_hand without reserved."`
	Backorder    bool   `json:"backorder" doc:"May be sold below zero."`
	Low          bool   `json:"low"`
}

func (r Row) json() StockItem {
	return StockItem{r.Variant.VariantID, r.Variant.ProductID, r.Variant.Title, r.Variant.VariantTitle, r.Variant.SKU, r.Level.Tracked, r.Level.OnHand, r.Level.Reserved, r.Level.Available(), r.Level.Backorder, r.Low}
}

type stockList struct {
	Body struct {
		Items []StockItem `json:"items"`
		Total int         `json:"total" doc:"All that match, on all pages."`
	}
}

type stockOne struct {
	Body struct {
		StockItem
		Movements []Movement `json:"movements" doc:"The last ones, newest first."`
		More      bool       `json:"more" doc:"There are older movements: ask with before."`
	}
}

func (s *Service) api(r *app.Router) {
	app.API(r, app.Operation{
		Method: "GET", Path: "/stores/{store}/inventory", Permission: Read, ID: "list-stock", Tag: "Inventory", Summary: "List the stock",
	}, func(ctx context.Context, c *web.Context, in *struct {
		Store  string `path:"store"`
		Q      string `query:"q" doc:"In the product's title, the variant's title, SKU and barcode." maxLength:"200"`
		State  string `query:"state" enum:"low,out,untracked" doc:"Low, out of stock, or not tracked."`
		Offset int    `query:"offset" minimum:"0"`
		Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	}) (*stockList, error) {
		rows, total, err := s.Stock(ctx, c.Store, Filter{Search: in.Q, State: in.State, Offset: in.Offset, Limit: in.Limit})
		if err != nil {
			return nil, err
		}
		out := &stockList{}
		out.Body.Items, out.Body.Total = []StockItem{}, total
		for _, row := range rows {
			out.Body.Items = append(out.Body.Items, row.json())
		}
		return out, nil
	})
	app.API(r, app.Operation{
		Method: "GET", Path: "/stores/{store}/inventory/{variant}", Permission: Read, ID: "get-stock", Tag: "Inventory", Summary: "A variant's stock and its movements",
	}, func(ctx context.Context, c *web.Context, in *struct {
		Store   string `path:"store"`
		Variant string `path:"variant"`
		Before  string `query:"before" doc:"Id of the last movement of the page before."`
		Limit   int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	}) (*stockOne, error) {
		return s.oneJSON(ctx, c, in.Variant, in.Before, in.Limit)
	})
	app.API(r, app.Operation{
		Method: "POST", Path: "/stores/{store}/inventory/{variant}/movements", Permission: Write, ID: "create-stock-movement", Tag: "Inventory", Status: 201,
		Summary: "Change a variant's stock", Description: "Give either delta or set_to. A variant that was not tracked is from then on.", Errors: []int{409},
	}, func(ctx context.Context, c *web.Context, in *struct {
		Store   string `path:"store"`
		Variant string `path:"variant"`
		Body    struct {
			Delta  *int   `json:"delta,omitempty" doc:"Pieces to add; negative takes away." minimum:"-1000000000" maximum:"1000000000"`
			SetTo  *int   `json:"set_to,omitempty" doc:"The new stock." minimum:"-1000000000" maximum:"1000000000"`
			Was    *int   `json:"was,omitempty" doc:"Refuse when the stock is not this any more."`
			Reason string `json:"reason" enum:"correction,received,return,damaged"`
			Note   string `json:"note,omitempty" maxLength:"500"`
		}
	}) (*stockOne, error) {
		b := in.Body
		if (b.Delta == nil) == (b.SetTo == nil) {
			return nil, problem.On("delta", "Give either delta or set_to.")
		}
		change := Change{VariantID: in.Variant, Was: b.Was, Set: b.SetTo != nil}
		field := "delta"
		if change.Set {
			change.Quantity, field = *b.SetTo, "set_to"
		} else {
			change.Quantity = *b.Delta
		}
		if err := s.Count(ctx, c.Store, []Change{change}, b.Reason, b.Note); err != nil {
			return nil, renamed(err, "quantity."+in.Variant, field)
		}
		return s.oneJSON(ctx, c, in.Variant, "", 50)
	})
}

func (s *Service) oneJSON(ctx context.Context, c *web.Context, id, before string, limit int) (*stockOne, error) {
	row, list, more, err := s.Variant(ctx, c.Store, id, before, limit)
	if err != nil {
		return nil, err
	}
	out := &stockOne{}
	out.Body.StockItem, out.Body.More = row.json(), more
	out.Body.Movements = append([]Movement{}, list...)
	return out, nil
}
