package isolation

import (
	"context"
	"net/url"

	"wizamart/modules/orders/ordertype"
	"wizamart/tenant"
)

// newCustomer is one who has ordered as a guest.
func (s *side) newCustomer() (id string) {
	ctx := context.Background()
	s.w.must(s.st.Write(ctx, func(tx *tenant.Store) (err error) {
		id, err = s.w.customers.Ensure(ctx, tx, s.unused("guest")+"@shopper.test", s.priv+" Guest", "", ordertype.Address{}, "en")
		return err
	}))
	return id
}

func onCustomer(path string, values ...string) row {
	return post(func(s *side) (string, url.Values) { return "/customers/" + s.newCustomer() + path, form(values...) })
}

var customerRows = map[string]row{
	"dashboard GET /customers":     at("/customers"),
	"dashboard GET /customers/:id": get(func(s *side) string { return "/customers/" + s.customerID }),
	"dashboard POST /customers/:id": post(func(s *side) (string, url.Values) {
		return "/customers/" + s.newCustomer(), form("email", s.unused("renamed")+"@shopper.test", "name", "New Name")
	}),
	"dashboard POST /customers/:id/deletion": onCustomer("/deletion"),
	"dashboard POST /customers/:id/restoration": post(func(s *side) (string, url.Values) {
		id := s.newCustomer()
		s.w.must(s.w.customers.Delete(context.Background(), s.st, id))
		return "/customers/" + id + "/restoration", nil
	}),
	"dashboard POST /customers/:id/erasure": post(func(s *side) (string, url.Values) {
		id := s.newCustomer()
		s.w.must(s.w.customers.Delete(context.Background(), s.st, id))
		return "/customers/" + id + "/erasure", nil
	}),
}
