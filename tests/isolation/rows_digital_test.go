package isolation

import (
	"context"
	"maps"
	"net/url"
	"strings"

	"wizamart/framework/money"
	"wizamart/modules/catalog"
	"wizamart/modules/orders"
	"wizamart/modules/orders/ordertype"
	"wizamart/tenant"
)

// withFile is a product of the store with a file for its buyers.
func (s *side) withFile() (p *catalog.Product, file string) {
	s.w.t.Helper()
	p = s.newProduct("active")
	f, err := s.w.catalog.AddFile(context.Background(), s.st, p.ID, "", s.pub+".pdf", strings.NewReader(s.unused(s.priv)))
	s.w.must(err)
	return p, f.ID
}

// sold is a paid order of the customer's that has a file.
func (s *side) sold() (order string, d orders.Download) {
	s.w.t.Helper()
	p, _ := s.withFile()
	ctx := s.w.asCustomer(s)
	var placed ordertype.Placed
	s.w.must(s.st.Write(ctx, func(tx *tenant.Store) (err error) {
		placed, err = s.w.orders.Place(ctx, tx, ordertype.Place{
			ExternalID: s.unused("file"), Channel: "storefront", CustomerID: s.customerID, Email: s.customerMail, Locale: "en", PaymentMethod: "bank_transfer", PaymentLabel: "Bank transfer",
			Shipping: ordertype.Address{Name: s.priv + " Shopper", Line1: "Street 1", City: "Berlin", Country: "DE"},
			Lines:    []ordertype.PlaceLine{{VariantID: p.Variants[0].ID, ProductID: p.ID, Title: s.pub + " thing", Quantity: 1, UnitPrice: money.New(1000, "EUR")}},
		})
		return err
	}))
	_, err := s.w.orders.MarkPaid(context.Background(), s.st, placed.ID, orders.MarkPaid{})
	s.w.must(err)
	list, err := s.w.orders.Downloads(context.Background(), s.st, placed.ID)
	s.w.must(err)
	return placed.ID, list[0]
}

// onDownload posts to what an order's line gives.
func onDownload(path string) row {
	return post(func(s *side) (string, url.Values) {
		order, d := s.sold()
		return "/orders/" + order + "/downloads/" + d.LineID + path, nil
	})
}

func onDownloadAPI(path string) row {
	return apiPost(func(s *side) (string, object) {
		order, d := s.sold()
		return "/orders/" + order + "/downloads/" + d.LineID + path, object{}
	})
}

func init() {
	maps.Copy(rows, map[string]row{
		"dashboard GET /products/:id/files": get(func(s *side) string { p, _ := s.withFile(); return "/products/" + p.ID + "/files" }),
		"dashboard POST /products/:id/files": {call: func(s *side) call {
			return call{path: "/products/" + s.newProduct("active").ID + "/files", form: url.Values{}, file: &file{"file", "a.pdf", s.unused(s.priv)}}
		}},
		"dashboard GET /products/:id/files/:file": get(func(s *side) string { p, id := s.withFile(); return "/products/" + p.ID + "/files/" + id }),
		"dashboard POST /products/:id/files/:file/deletions": post(func(s *side) (string, url.Values) {
			p, id := s.withFile()
			return "/products/" + p.ID + "/files/" + id + "/deletions", nil
		}),
		"dashboard POST /orders/:id/downloads/:line/renewals":    onDownload("/renewals"),
		"dashboard POST /orders/:id/downloads/:line/revocations": onDownload("/revocations"),

		"storefront GET /downloads/:token":       {secret: true, call: get(func(s *side) string { _, d := s.sold(); return "/downloads/" + d.Token }).call},
		"storefront GET /downloads/:token/:file": {secret: true, saves: true, call: get(func(s *side) string { _, d := s.sold(); return "/downloads/" + d.Token + "/1" }).call},
		"storefront GET /account/downloads":      get(func(s *side) string { s.sold(); return "/account/downloads" }),

		"api GET /stores/:store/products/:product/files": get(func(s *side) string { p, _ := s.withFile(); return "/products/" + p.ID + "/files" }),
		"api POST /stores/:store/products/:product/files": {call: func(s *side) call {
			return call{path: "/products/" + s.newProduct("active").ID + "/files", form: url.Values{}, file: &file{"file", s.pub + ".pdf", s.unused(s.priv)}}
		}},
		"api DELETE /stores/:store/products/:product/files/:file": get(func(s *side) string {
			p, id := s.withFile()
			return "/products/" + p.ID + "/files/" + id
		}),
		"api GET /stores/:store/orders/:order/downloads":                    get(func(s *side) string { order, _ := s.sold(); return "/orders/" + order + "/downloads" }),
		"api POST /stores/:store/orders/:order/downloads/:line/renewals":    onDownloadAPI("/renewals"),
		"api POST /stores/:store/orders/:order/downloads/:line/revocations": onDownloadAPI("/revocations"),
	})
}
