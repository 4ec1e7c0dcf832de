package checkout_test

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"wizamart/framework/database"
	"wizamart/framework/money"
	"wizamart/modules/catalog"
	"wizamart/modules/orders"
	"wizamart/modules/orders/ordertype"
	"wizamart/tenant"
	"wizamart/tests/harness"
)

// ebook is a product that needs no delivery and gives a file to its buyers.
func (s *shop) ebook(t testing.TB, st *tenant.Store, name, content string) *catalog.Product {
	t.Helper()
	v := catalog.NewVariant()
	v.Price, v.RequiresShipping = 900, false
	p, err := s.products.Create(t.Context(), st, catalog.Product{Title: "Knitted shell", Status: catalog.Active, Variants: []catalog.Variant{v}})
	if err == nil {
		_, err = s.products.AddFile(t.Context(), st, p.ID, "", name, strings.NewReader(content))
	}
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// buy walks to an order that waits for its payment.
func (b *shopper) buy(variant, quantity string) (token string) {
	b.t.Helper()
	b.leads(b.post("/cart/lines", url.Values{"variant": {variant}, "quantity": {quantity}}), "/cart")
	b.leads(b.post("/checkout", nil), "/checkout/address")
	b.leads(b.post("/checkout/address", address()), "/checkout/payment")
	b.leads(b.post("/checkout/payment", url.Values{"payment_method": {"bank_transfer"}}), "/checkout/review")
	seal := b.get("/checkout/review").Want(b.t, 200).Has(b.t, "label[for=waive]", "lose my right of withdrawal").Doc(b.t).Find("input[name=seal]").AttrOr("value", "")
	b.post("/checkout/orders", url.Values{"seal": {seal}}).Want(b.t, 422).Has(b.t, "#waive-error", "agree to this")
	p := b.post("/checkout/orders", url.Values{"seal": {seal}, "waive": {"on"}})
	b.leads(p, "/orders/")
	return strings.TrimPrefix(p.Header.Get("Location"), "/orders/")
}

// fetch asks for a file, with a Range unless it is "".
func (b *shopper) fetch(method, path, ranges string) (int, http.Header, string) {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), method, b.shop.ShopURL(b.code, path), nil)
	if err != nil {
		b.t.Fatal(err)
	}
	if ranges != "" {
		r.Header.Set("Range", ranges)
	}
	p := b.Do(b.t, r)
	return p.Status, p.Header, p.Body
}

// What is bought as a file: agreed to at the checkout, given once it is paid, counted, never shown, for its buyer alone, and gone with the money.
func TestFilesAreSold(t *testing.T) {
	s := open(t)
	s.Store(t, "fjord", "EUR")
	s.Store(t, "kaffe", "EUR")
	st := s.Open(t, "fjord")
	const content = "<script>alert(1)</script> knit one, purl one"
	p := s.ebook(t, st, "../Mønster <1>.html", content)
	b := s.shopper(t, "fjord")
	b.get("/products/"+p.Slug).Want(t, 200).Has(t, "[data-part=facts]", "Mønster 1.html")
	token := b.buy(p.Variants[0].ID, "1")
	o := s.orders(t, st)[0]
	given := func() orders.Download {
		t.Helper()
		list, err := s.sales.Downloads(t.Context(), st, o.ID)
		if err != nil || len(list) != 1 {
			t.Fatalf("%+v %v", list, err)
		}
		return list[0]
	}
	whole, err := s.sales.Get(t.Context(), st, o.ID)
	if err != nil || whole.WaivedAt.IsZero() || !strings.Contains(whole.Waiver, "right of withdrawal") {
		t.Fatalf("%q %v %v", whole.Waiver, whole.WaivedAt, err)
	}
	err = st.Write(t.Context(), func(tx *tenant.Store) error {
		_, err := tx.ExecContext(t.Context(), "UPDATE orders_order SET waiver = '' WHERE id = ?", o.ID)
		return err
	})
	if err == nil || !strings.Contains(err.Error(), "what was agreed does not change") {
		t.Fatalf("what was agreed can be changed: %v", err)
	}
	// unpaid: nothing
	if list, err := s.sales.Downloads(t.Context(), st, o.ID); err != nil || len(list) != 0 {
		t.Fatalf("an unpaid order has %+v %v", list, err)
	}
	pay := func() string {
		t.Helper()
		id, err := s.sales.MarkPaid(t.Context(), st, o.ID, orders.MarkPaid{})
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	// rolled back with its payment
	failed := errors.New("killed")
	err = st.Write(t.Context(), func(tx *tenant.Store) error {
		if _, err := s.sales.MarkPaid(t.Context(), tx, o.ID, orders.MarkPaid{}); err != nil {
			return err
		}
		return failed
	})
	var mails int
	if list, _ := s.sales.Downloads(t.Context(), st, o.ID); !errors.Is(err, failed) || len(list) != 0 {
		t.Fatalf("%v: %+v", err, list)
	}
	payment := pay()
	d := given()
	if d.Allowed != 5 || d.ExpiresAt.Sub(d.CreatedAt.Time) != 30*24*time.Hour || d.Files[0].Name != "Mønster 1.html" {
		t.Fatalf("%+v", d)
	}
	if whole, _ = s.sales.Get(t.Context(), st, o.ID); whole.FulfilmentState != orders.Fulfilled || !whole.Fulfilments[0].Digital {
		t.Fatalf("%s", whole.FulfilmentState)
	}
	if text := s.Mail(t, st, "order.download").Text; !strings.Contains(text, "/downloads/"+d.Token) || !strings.Contains(text, "right of withdrawal") {
		t.Fatal(text)
	}
	if text := s.Mail(t, st, "order.placed").Text; !strings.Contains(text, "right of withdrawal") {
		t.Fatal(text)
	}
	path := "/downloads/" + d.Token + "/1"
	b.get("/orders/"+token).Want(t, 200).Has(t, "#downloads a[href='"+path+"']", "Download").Has(t, "h2.checkout-title", "Delivered")
	b.get("/downloads/"+d.Token).Want(t, 200).Has(t, "a[href='"+path+"']", "Download").Has(t, ".download", "5 downloads left")
	// the file, as it is, never shown
	status, h, body := b.fetch("GET", path, "")
	if status != 200 || body != content || h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Content-Type") != "application/octet-stream" ||
		!strings.HasPrefix(h.Get("Content-Disposition"), "attachment; filename*=utf-8''M%C3%B8nster") || h.Get("Cache-Control") != "private, no-store" || !strings.Contains(h.Get("Content-Security-Policy"), "sandbox") {
		t.Fatalf("%d %v %q", status, h, body)
	}
	if status, h, _ = b.fetch("HEAD", path, ""); status != 200 || h.Get("Content-Length") != "44" || h.Get("Accept-Ranges") != "bytes" {
		t.Fatalf("HEAD %d %v", status, h)
	}
	if status, h, body = b.fetch("GET", path, "bytes=26-"); status != 206 || body != content[26:] || h.Get("Content-Range") != "bytes 26-43/44" {
		t.Fatalf("%d %q %v", status, body, h)
	}
	if n := given().Files[0].Taken; n != 1 {
		t.Fatalf("counted %d times", n)
	}
	for n, ranges := range []string{"", "bytes=0-3", "bytes=-5", "bytes=1-2,4-5"} { // each could be all of it
		if status, _, _ := b.fetch("GET", path, ranges); status/100 != 2 || given().Files[0].Taken != n+2 {
			t.Fatalf("%s: %d, counted %d", ranges, status, given().Files[0].Taken)
		}
	}
	b.get(path).Want(t, 403).Has(t, "body", "as often as the link allows")
	if status, _, _ := b.fetch("GET", path, "bytes=26-"); status != 206 {
		t.Fatalf("a download that was counted cannot be gone on with: %d", status)
	}
	// what is gone on with is the file once more, not as often as anybody likes: what was counted and given since is 18 bytes of 44
	for _, one := range []struct {
		ranges string
		want   int
	}{{"bytes=1-", 403}, {"bytes=10-", 403}, {"bytes=43-43", 206}, {"bytes=44-", 416}, {"bytes=30-", 206}, {"bytes=36-", 206}, {"bytes=40-", 403}, {"bytes=43-", 206}} {
		if status, _, _ := b.fetch("GET", path, one.ranges); status != one.want {
			t.Fatalf("%s: %d after %d bytes, want %d", one.ranges, status, given().Files[0].Rest, one.want)
		}
	}
	// in nobody else's hands
	for _, other := range []string{"/downloads/" + token, "/downloads/x/1", "/downloads/" + d.Token + "/2", "/downloads/" + d.Token + "/0", "/media/" + d.Files[0].Hash + ".webp", "/media/files"} {
		b.get(other).Want(t, 404)
	}
	s.shopper(t, "kaffe").get(path).Want(t, 404)
	s.shopper(t, "kaffe").get("/downloads/"+d.Token).Want(t, 404)
	// the merchant's
	staff := s.Staff(t, "owner", "fjord")
	at := func(path string) string { return s.DashboardURL("fjord", path) }
	staff.Get(t, at("/orders/"+o.ID)).Want(t, 200).Has(t, "#downloads", "downloaded 5 times, 0 left").Has(t, ".timeline", "Download number 5")
	base := at("/orders/" + o.ID + "/downloads/" + d.LineID)
	staff.Post(t, base+"/renewals", nil).Want(t, 303)
	if old := d.Token; given().Token == old || given().Files[0].Taken != 0 {
		t.Fatalf("%+v", given())
	}
	b.get(path).Want(t, 404)
	if err := st.NewQuery("SELECT count(*) FROM mail_message WHERE kind = 'order.download'").Row(&mails); err != nil || mails != 2 {
		t.Fatalf("%d mails, %v", mails, err)
	}
	path = "/downloads/" + given().Token + "/1"
	staff.Post(t, base+"/revocations", nil).Want(t, 303)
	b.get(path).Want(t, 410).Has(t, "body", "has stopped this link")
	staff.Post(t, base+"/revocations", nil).Want(t, 422).Has(t, "body", "stopped already")
	staff.Post(t, base+"/renewals", nil).Want(t, 303)
	path = "/downloads/" + given().Token + "/1"
	if status, _, _ := b.fetch("GET", path, ""); status != 200 {
		t.Fatalf("%d", status)
	}
	// a payment that was recorded by mistake, and again: the link is the same
	if _, err := s.sales.VoidPayment(t.Context(), st, payment, "a mistake"); err != nil {
		t.Fatal(err)
	}
	b.get(path).Want(t, 403).Has(t, "body", "not paid yet")
	pay()
	if status, _, _ := b.fetch("GET", path, ""); status != 200 {
		t.Fatalf("%d", status)
	}
	// expired
	expire := func(at any) {
		t.Helper()
		err := st.Write(t.Context(), func(tx *tenant.Store) error {
			_, err := tx.ExecContext(t.Context(), "UPDATE orders_download SET expires_at = ?", at)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	expire(database.At(time.Now().Add(-time.Second)))
	b.get(path).Want(t, 410).Has(t, "body", "expired")
	expire(nil)
	if status, _, _ := b.fetch("GET", path, ""); status != 200 {
		t.Fatalf("%d", status)
	}
	// removed from the product: who has it keeps it; refunded: gone
	files, err := s.products.ProductFiles(t.Context(), st, p.ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.products.RemoveFile(t.Context(), st, p.ID, files[0].ID); err != nil {
		t.Fatal(err)
	}
	if status, _, body := b.fetch("GET", path, ""); status != 200 || body != content {
		t.Fatalf("%d", status)
	}
	if _, err := s.sales.Refund(t.Context(), st, o.ID, orders.RefundInput{Lines: []orders.RefundLine{{LineID: d.LineID, Quantity: 1}}}); err != nil {
		t.Fatal(err)
	}
	b.get(path).Want(t, 410).Has(t, "body", "given back")
	staff.Post(t, base+"/renewals", nil).Want(t, 422)
	b.get("/orders/"+token).Want(t, 200).Has(t, "#downloads", "given back")
}

// The files of a cancelled order, and of one whose money goes back without its lines, are gone too; one that pays with its placing has them at once.
func TestFilesEndWithTheOrder(t *testing.T) {
	s := open(t)
	s.Store(t, "fjord", "EUR")
	st := s.Open(t, "fjord")
	p := s.ebook(t, st, "a.pdf", "a")
	place := func(shipped bool, id string) *orders.Order {
		t.Helper()
		price := p.Variants[0].Price
		in := ordertype.Place{ExternalID: id, Channel: "storefront", Email: "a@example.com", PaymentMethod: "bank_transfer", Shipping: ordertype.Address{Name: "A", Line1: "B", City: "C", Country: "NO"},
			Lines: []ordertype.PlaceLine{{VariantID: p.Variants[0].ID, ProductID: p.ID, Title: p.Title, Quantity: 2, UnitPrice: money.New(price, "EUR"), RequiresShipping: shipped}}}
		var placed ordertype.Placed
		if err := st.Write(t.Context(), func(tx *tenant.Store) (err error) { placed, err = s.sales.Place(t.Context(), tx, in); return err }); err != nil {
			t.Fatal(err)
		}
		if _, err := s.sales.MarkPaid(t.Context(), st, placed.ID, orders.MarkPaid{}); err != nil {
			t.Fatal(err)
		}
		o, err := s.sales.Get(t.Context(), st, placed.ID)
		if err != nil {
			t.Fatal(err)
		}
		return o
	}
	take := func(o *orders.Order) error {
		t.Helper()
		list, err := s.sales.Downloads(t.Context(), st, o.ID)
		if err != nil || len(list) != 1 || list[0].Allowed != 10 {
			t.Fatalf("%+v %v", list, err)
		}
		_, err = s.sales.TakeFile(t.Context(), st, list[0].Token, 1, orders.FromStart)
		return err
	}
	book := place(true, "book with a file")
	if err := take(book); err != nil || book.FulfilmentState != orders.Unfulfilled {
		t.Fatalf("%v %s", err, book.FulfilmentState)
	}
	if err := s.sales.Cancel(t.Context(), st, book.ID, orders.Cancel{Reason: "customer"}); err != nil {
		t.Fatal(err)
	}
	if err := take(book); err == nil {
		t.Error("a cancelled order gives its files")
	}
	gesture := place(false, "all the money back")
	if err := take(gesture); err != nil {
		t.Fatal(err)
	}
	if _, err := s.sales.Refund(t.Context(), st, gesture.ID, orders.RefundInput{AdHoc: money.New(p.Variants[0].Price, "EUR")}); err != nil {
		t.Fatal(err)
	}
	if err := take(gesture); err != nil {
		t.Errorf("half of the money back: %v", err)
	}
	if _, err := s.sales.Refund(t.Context(), st, gesture.ID, orders.RefundInput{AdHoc: money.New(p.Variants[0].Price, "EUR")}); err != nil {
		t.Fatal(err)
	}
	if err := take(gesture); err == nil {
		t.Error("an order whose money went back gives its files")
	}
}

// Files come by the dashboard's form, of any kind, with what is wrong beside the field.
func TestFilesAreUploaded(t *testing.T) {
	s := open(t)
	s.Store(t, "fjord", "EUR")
	st := s.Open(t, "fjord")
	variant := s.product(t, st, "A pattern", 500, -1)
	sold, err := s.products.Sellables(t.Context(), st, []string{variant})
	if err != nil || sold[variant].Downloads {
		t.Fatalf("%+v %v", sold, err)
	}
	id := sold[variant].ProductID
	staff := s.Staff(t, "owner", "fjord")
	at := s.DashboardURL("fjord", "/products/"+id+"/files")
	form := func() *harness.Form {
		return staff.Get(t, at).Want(t, 200).Form(t, "form[enctype='multipart/form-data']")
	}
	staff.SubmitFiles(t, form(), harness.Upload{Field: "file", Name: "empty.pdf", Data: strings.NewReader("")}).Want(t, 422).Has(t, "#file-error", "not empty")
	staff.SubmitFiles(t, form()).Want(t, 422).Has(t, "#file-error", "Choose a file")
	for range 2 { // twice is once
		staff.SubmitFiles(t, form(), harness.Upload{Field: "file", Name: "a.exe", Data: strings.NewReader("MZ")}).Want(t, 303)
	}
	files, err := s.products.ProductFiles(t.Context(), st, id)
	if err != nil || len(files) != 1 || files[0].Name != "a.exe" || files[0].Bytes != 2 {
		t.Fatalf("%+v %v", files, err)
	}
	page := staff.Get(t, at+"/"+files[0].ID).Want(t, 200)
	if page.Body != "MZ" || !strings.HasPrefix(page.Header.Get("Content-Disposition"), "attachment") {
		t.Fatalf("%v %q", page.Header, page.Body)
	}
	if sold, _ = s.products.Sellables(t.Context(), st, []string{variant}); !sold[variant].Downloads {
		t.Fatal("its buyers get nothing")
	}
	copied, err := s.products.Duplicate(t.Context(), st, id, "Another pattern")
	if err != nil {
		t.Fatal(err)
	}
	if files, err := s.products.ProductFiles(t.Context(), st, copied.ID); err != nil || len(files) != 1 {
		t.Fatalf("the copy has %+v %v", files, err)
	}
	staff.Post(t, at+"/"+files[0].ID+"/deletions", nil).Want(t, 303)
	staff.Post(t, at+"/"+files[0].ID+"/deletions", nil).Want(t, 404)
	staff.Get(t, at).Want(t, 200).Has(t, ".empty", "No files yet")
}
