package isolation

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"testing"
	"time"

	"wizamart/framework/app"
	"wizamart/framework/auth"
	"wizamart/framework/money"
	"wizamart/framework/permission"
	"wizamart/modules/catalog"
	"wizamart/modules/checkout"
	"wizamart/modules/cms"
	"wizamart/modules/customers"
	"wizamart/modules/inventory"
	"wizamart/modules/orders"
	"wizamart/modules/orders/ordertype"
	"wizamart/modules/tenancy"
	"wizamart/tenant"
	"wizamart/tests/harness"
)

// world is a platform with two merchants, each with one store full of things, and everybody who might ask for them.
type world struct {
	*harness.Platform
	handler http.Handler
	t       testing.TB
	a, b    *side // what is asked for is a's
	admin   *actor
	adminID string
	grants  *directory
	clock   int // of addresses, so that no throttle joins in

	catalog   *catalog.Service
	inventory *inventory.Service
	orders    *orders.Service
	cms       *cms.Service
	checkout  *checkout.Service
	customers *customers.Service
	tenancy   *tenancy.Service
}

// side is a store and its people.
type side struct {
	w    *world
	info *tenant.Info
	st   *tenant.Store
	host string
	// Words that stand in the store's things, and in no address: name in the store's name, pub in what its shop shows, priv in
	// all the rest.
	name, pub, priv string

	product, variant, slug   string // active
	draft                    string // id of a product that the shop does not show
	category, categorySlug   string
	media                    string // hash of the product's picture
	page, pageSlug           string
	draftPageSlug            string
	shipping                 string
	picture                  string // name of a site picture
	order, number, token     string
	customerID, customerMail string
	merchant, staffID        string
	png                      string // a picture that nobody has uploaded yet

	owner, without, customer, other *actor
	n                               int
}

func newWorld(t testing.TB) *world {
	t.Helper()
	p := harness.Start(t, harness.WithoutBackground())
	w := &world{
		Platform: p, t: t, handler: p.App.Handler(),
		catalog: harness.Service[*catalog.Service](p), inventory: harness.Service[*inventory.Service](p), orders: harness.Service[*orders.Service](p),
		cms: harness.Service[*cms.Service](p), checkout: harness.Service[*checkout.Service](p), customers: harness.Service[*customers.Service](p),
		tenancy: harness.Service[*tenancy.Service](p),
	}
	w.grants = &directory{Directory: p.App.Directory, without: map[string]bool{}}
	for _, m := range p.App.Registry.Modules() {
		for _, perm := range m.Permissions {
			w.grants.all = append(w.grants.all, perm.Name)
		}
	}
	p.App.Directory = w.grants
	w.must(p.App.Platform.SetSettings(context.Background(), map[string]string{"fairuse.quota_staff": "0"})) // rows make members by the hundred
	w.a = w.side("ask", "quokka", color.RGBA{200, 40, 40, 255})
	w.b = w.side("elm", "narwhal", color.RGBA{40, 40, 200, 255})
	admin := p.User(t, "admin", "ask")
	w.admin, w.adminID = w.staff("admin", admin.ID), admin.ID
	p.App.Jobs.Start()
	t.Cleanup(func() {
		if err := p.App.Jobs.Stop(context.Background(), time.Minute); err != nil {
			t.Error(err)
		}
	})
	w.a.fill()
	w.b.fill()
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// directory gives the members "without" every permission but the one that the request needs.
type directory struct {
	app.Directory
	all     permission.Set
	without map[string]bool // user ids
	missing string          // the permission that they lack
}

func (d *directory) Grants(userID string, store *tenant.Info) permission.Set {
	set := d.Directory.Grants(userID, store)
	if set == nil || !d.without[userID] {
		return set
	}
	most := permission.Set{}
	for _, p := range d.all {
		if p != d.missing {
			most = append(most, p)
		}
	}
	return most
}

func (w *world) side(code, word string, c color.Color) *side {
	ctx, t := context.Background(), w.t
	m, err := w.tenancy.CreateMerchant(ctx, tenant.NewMerchant{Code: code + "-merchant", Name: word + "priv Trading", Email: code + "@merchant.test"})
	w.must(err)
	info, err := w.tenancy.CreateStore(ctx, tenant.NewStore{MerchantID: m.ID, Code: code, Name: word + "name Store", Currency: "EUR", Locale: "en", Launched: true})
	w.must(err)
	s := &side{w: w, info: info, st: w.Open(t, code), host: code + "." + w.Base, name: word + "name", pub: word + "pub", priv: word + "priv", merchant: m.ID}

	user := func(name string) string {
		u, err := w.tenancy.CreateUser(ctx, auth.NewUser{Email: name + "@" + code + ".test", Name: "Pat " + name, Password: harness.Password})
		w.must(err)
		member := tenancy.Membership{UserID: u.ID, MerchantID: m.ID, StoreID: info.ID, Role: "owner"}
		if name == "owner" {
			member.StoreID = "" // of all the merchant's stores: roles count for all
		}
		w.must(w.tenancy.AddMembership(ctx, member))
		return u.ID
	}
	s.staffID = user("owner")
	s.owner = w.staff("owner of "+code, s.staffID)
	id := user("clerk")
	w.grants.without[id] = true
	s.without = w.staff("staff of "+code+" without the permission", id)

	var png1 bytes.Buffer
	img := image.NewRGBA(image.Rect(0, 0, 900, 900))
	for i := range 900 * 900 {
		img.Set(i%900, i/900, c)
	}
	w.must(png.Encode(&png1, img))
	s.picture, err = w.cms.AddPicture(ctx, s.st, bytes.NewReader(png1.Bytes()), 300)
	w.must(err)
	var small bytes.Buffer
	w.must(png.Encode(&small, img.SubImage(image.Rect(0, 0, 40, 30))))
	s.png = small.String()
	p := s.newProduct("active")
	_, err = w.catalog.AddImage(ctx, s.st, p.ID, bytes.NewReader(png1.Bytes()), s.pub)
	w.must(err)
	p, err = w.catalog.Product(ctx, s.st, p.ID)
	w.must(err)
	s.product, s.slug, s.variant, s.media = p.ID, p.Slug, p.Variants[0].ID, p.Images[0].Hash
	s.draft = s.newProduct("draft").ID
	return s
}

// fill makes what needs the whole world.
func (s *side) fill() {
	w, ctx := s.w, context.Background()
	s.customerMail = "shopper@" + s.info.Code + ".test"
	id := w.Customer(w.t, s.st, customers.SignUp{Email: s.customerMail, Name: s.priv + " Shopper", Password: harness.Password, Locale: "en"})
	s.customerID = id
	s.customer = w.customerOf("customer of "+s.info.Code, s, id)
	id = w.Customer(w.t, s.st, customers.SignUp{Email: "second@shopper.test", Name: "Second Shopper", Password: harness.Password, Locale: "en"})
	s.other = w.customerOf("another customer of "+s.info.Code, s, id)

	page, err := w.cms.CreatePage(ctx, s.st, cms.PageInput{Title: s.pub + " story", Slug: s.info.Code + "-story", Body: s.pub + " text", Published: true, InFooter: true})
	w.must(err)
	s.page, s.pageSlug = page.ID, page.Slug
	page, err = w.cms.CreatePage(ctx, s.st, cms.PageInput{Title: s.priv + " plan", Slug: s.info.Code + "-plan", Body: s.priv + " text"})
	w.must(err)
	s.draftPageSlug = page.Slug
	m, err := w.checkout.CreateShippingMethod(ctx, s.st, s.pub+" post")
	w.must(err)
	m.Price, m.Active = 500, true
	_, err = w.checkout.SaveShippingMethod(ctx, s.st, m)
	w.must(err)
	s.shipping = m.ID
	if s == w.a { // a's order has a number that b has not come to
		for range 3 {
			s.newOrder()
		}
	}
	s.category, s.categorySlug = s.newCategory()
	o := s.newOrder()
	s.order, s.number, s.token = o.ID, o.Number, o.Token
}

// newProduct makes one with ten pieces in stock.
func (s *side) newProduct(status catalog.Status) *catalog.Product {
	s.w.t.Helper()
	word := s.pub
	if status != catalog.Active {
		word = s.priv
	}
	s.n++
	v := catalog.NewVariant()
	ten := 10
	v.Price, v.SKU, v.Stock = 1000, word+"-sku", &catalog.StockChange{Tracked: true, OnHand: &ten, Reason: "initial"}
	p, err := s.w.catalog.Create(context.Background(), s.st, catalog.Product{
		Title: fmt.Sprintf("%s thing %d", word, s.n), Slug: fmt.Sprintf("%s-thing-%d", s.info.Code, s.n), Handle: fmt.Sprintf("%s-thing-%d", s.info.Code, s.n), BodySource: "<p>" + word + "</p>",
		Brand: word, Status: status, Variants: []catalog.Variant{v},
	})
	s.w.must(err)
	return p
}

// newOrder places an order of the signed-in customer.
func (s *side) newOrder() ordertype.Placed {
	s.w.t.Helper()
	s.n++
	address := ordertype.Address{Name: s.priv + " Shopper", Line1: s.priv + " Street 1", PostalCode: "10115", City: "Berlin", Country: "DE"}
	var out ordertype.Placed
	err := s.st.Write(s.w.asCustomer(s), func(tx *tenant.Store) error {
		var err error
		out, err = s.w.orders.Place(s.w.asCustomer(s), tx, ordertype.Place{
			ExternalID: fmt.Sprintf("external-%d", s.n), Channel: "storefront", CustomerID: s.customerID, Email: s.customerMail, Locale: "en",
			Shipping: address, Billing: address, ShippingMethod: s.pub + " post", ShippingPrice: money.New(500, "EUR"), PaymentMethod: "bank_transfer",
			PaymentLabel: "Bank transfer", PaymentFee: money.New(0, "EUR"), Note: s.priv + " note",
			Lines: []ordertype.PlaceLine{{VariantID: s.variant, ProductID: s.product, Title: s.pub + " thing", SKU: s.pub + "-sku", Quantity: 2, UnitPrice: money.New(1000, "EUR"), RequiresShipping: true}},
		})
		return err
	})
	s.w.must(err)
	return out
}
