package tax

import (
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"wizamart/framework/money"
	"wizamart/modules/orders/ordertype"
)

func day(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return t
}

// Cases after the articles of Directive 2006/112/EC that they name, and for sales across borders to consumers after the rules that the Commission's
// "Explanatory Notes on VAT e-commerce rules" (September 2020) explain. The combinations are ours.
func TestWhereAndHow(t *testing.T) {
	de := Seller{Country: "DE", PostalCode: "10115", VATID: "DE136695976"}
	oss, below, small := de, de, de
	oss.OSS, below.BelowThreshold, small.SmallBusiness, small.BelowThreshold = true, true, true, true
	to := func(country, postal string) Buyer { return Buyer{Country: country, PostalCode: postal} }
	firm := func(country, postal, vat string) Buyer {
		return Buyer{Country: country, PostalCode: postal, VATID: vat, VATChecked: true}
	}
	unchecked := firm("FR", "75001", "FR40303265045")
	unchecked.VATChecked = false
	for _, tt := range []struct {
		name    string
		seller  Seller
		buyer   Buyer
		class   string
		digital bool
		want    string // category and percent
		note    string
	}{
		{"at home", oss, to("DE", "20095"), "", false, "S 19", ""},
		{"at home, reduced", oss, to("DE", "20095"), "reduced", false, "S 7", ""},
		{"distance sale with OSS: destination's rate, Article 33(a)", oss, to("FR", "75001"), "", false, "S 20", ""},
		{"second reduced rate where there are two", oss, to("FR", "75001"), "second_reduced", false, "S 5.5", ""},
		{"a country without reduced rates", oss, to("DK", "1050"), "super_reduced", false, "S 25", ""},
		{"below 10,000 euros a year: home's rate, Article 59c", below, to("FR", "75001"), "", false, "S 19", ""},
		{"neither: destination's rate", de, to("FR", "75001"), "", false, "S 20", ""},
		{"goods to a business in another state, Article 138", oss, firm("FR", "75001", "FR40303265045"), "", false, "K 0", NoteIntraCommunity},
		{"a number that nobody confirmed", oss, unchecked, "", false, "S 20", ""},
		{"a business at home", oss, firm("DE", "20095", "DE129273398"), "", false, "S 19", ""},
		{"a foreign business that has goods sent to an address at home", oss, firm("DE", "20095", "FR40303265045"), "", false, "S 19", ""},
		{"a business at home that has goods sent abroad: Article 138 asks for a number of another state", oss, firm("FR", "75001", "DE129273398"), "", false, "S 20", ""},
		{"services to a business abroad, Articles 44 and 196", oss, firm("FR", "75001", "FR40303265045"), "", true, "AE 0", NoteReverseCharge},
		{"electronic services to a consumer, Article 58", oss, to("AT", "1010"), "", true, "S 20", ""},
		{"electronic services to Switzerland", oss, to("CH", "8001"), "", true, "O 0", NoteService},
		{"goods to Norway, Article 146", oss, to("NO", "0150"), "", false, "G 0", NoteExport},
		{"a small enterprise at home, Article 284", small, to("DE", "20095"), "", false, "E 0", NoteSmallBusiness},
		{"a small enterprise to a business abroad, Article 139", small, firm("FR", "75001", "FR40303265045"), "", false, "E 0", NoteSmallBusiness},
		{"an exempt class", oss, to("DE", "20095"), "exempt", false, "E 0", NoteExempt},
		{"a gift card", oss, to("DE", "20095"), Voucher, true, "O 0", NoteVoucher},
		{"a gift card for a business abroad", oss, firm("FR", "75001", "FR40303265045"), Voucher, true, "O 0", NoteVoucher},
		{"zero rate at home", Seller{Country: "IE"}, to("IE", "D02AF30"), "zero", false, "Z 0", ""},
		{"zero rate elsewhere is the standard rate", Seller{Country: "IE", OSS: true}, to("FR", "75001"), "zero", false, "S 20", ""},
		{"Canary Islands", oss, to("ES", "35001"), "", false, "G 0", NoteExport},
		{"Balearic Islands", oss, to("ES", "07001"), "", false, "S 21", ""},
		{"Ceuta", oss, to("ES", "51001"), "", false, "G 0", NoteExport},
		{"Melilla", oss, to("ES", "52001"), "", false, "G 0", NoteExport},
		{"Livigno", oss, to("IT", "23041"), "", false, "G 0", NoteExport},
		{"Bormio, beside it", oss, to("IT", "23032"), "", false, "S 22", ""},
		{"Campione d’Italia", oss, to("IT", "22061"), "", false, "G 0", NoteExport},
		{"Büsingen", oss, to("DE", "78266"), "", false, "G 0", NoteExport},
		{"Heligoland", oss, to("DE", "27498"), "", false, "G 0", NoteExport},
		{"Åland by its code", oss, to("AX", "22100"), "", false, "G 0", NoteExport},
		{"Åland by its postal code", oss, to("FI", "22 100"), "", false, "G 0", NoteExport},
		{"Mount Athos", oss, to("GR", "630 86"), "", false, "G 0", NoteExport},
		{"Martinique, written as France", oss, to("FR", "97200"), "", false, "G 0", NoteExport},
		{"Réunion by its code", oss, to("RE", "97400"), "", false, "G 0", NoteExport},
		{"Corsica", oss, to("FR", "20000"), "", false, "S 20", ""},
		{"Corsica, what bears 5.5 % on the mainland", oss, to("FR", "20200"), "second_reduced", false, "S 2.1", ""},
		{"Monaco is France, Article 7", oss, to("MC", "98000"), "", false, "S 20", ""},
		{"Madeira", oss, to("PT", "9000-001"), "", false, "S 22", ""},
		{"Azores", oss, to("PT", "9500-150"), "", false, "S 16", ""},
		{"Mittelberg", oss, to("AT", "6991"), "", false, "S 19", ""},
		{"Northern Ireland: goods are in the Union", oss, to("GB", "BT1 5GS"), "", false, "S 20", ""},
		{"Northern Ireland: a business there", oss, firm("GB", "BT1 5GS", "XI366303068"), "", false, "K 0", NoteIntraCommunity},
		{"Northern Ireland: services are not", oss, to("GB", "BT1 5GS"), "", true, "O 0", NoteService},
		{"Great Britain", oss, to("GB", "SW1A 1AA"), "", false, "G 0", NoteExport},
		{"Isle of Man", oss, to("IM", "IM1 1AA"), "", false, "G 0", NoteExport},
		{"United Kingdom, from Belfast to London", Seller{Country: "GB", PostalCode: "BT1 5GS"}, to("GB", "SW1A 1AA"), "", false, "S 20", ""},
		{"Norway at home", Seller{Country: "NO"}, to("NO", "0150"), "", false, "S 25", ""},
		{"Norway, from there", Seller{Country: "NO"}, to("DE", "10115"), "", false, "G 0", NoteExportElse},
		{"Japan at home, food", Seller{Country: "JP"}, to("JP", "100-0001"), "reduced", false, "S 8", ""},
		{"United States without a rule", Seller{Country: "US"}, to("US", "10001"), "", false, "O 0", NoteOutOfScope},
		{"from Las Palmas to Madrid", Seller{Country: "ES", PostalCode: "35001"}, to("ES", "28001"), "", false, "O 0", NoteOutOfScope},
	} {
		r := Request{Seller: tt.seller, Buyer: tt.buyer, Date: day("2026-11-25")}
		got := r.Treat(tt.class, tt.digital)
		if s := got.Category + " " + got.Rate.Percent(); s != tt.want || got.Note != tt.note {
			t.Errorf("%s: %s %q, want %s %q", tt.name, s, got.Note, tt.want, tt.note)
		}
	}
}

func TestRatesHoldFromADay(t *testing.T) {
	for _, tt := range []struct{ key, day, want string }{
		{"FI", "2024-08-31", "24"}, {"FI", "2024-09-01", "25.5"}, {"EE", "2023-12-31", "20"}, {"EE", "2024-01-01", "22"}, {"EE", "2025-07-01", "24"},
		{"RO", "2025-07-31", "19"}, {"RO", "2025-08-01", "21"}, {"SK", "2024-12-31", "20"}, {"SK", "2025-01-01", "23"}, {"LU", "2023-06-01", "16"},
	} {
		if r, ok := RatesOf(tt.key, day(tt.day)); !ok || r.Standard.Percent() != tt.want {
			t.Errorf("%s on %s: %s, want %s", tt.key, tt.day, r.Standard.Percent(), tt.want)
		}
	}
	for _, c := range MemberStates { // Articles 97 and 98: at least 15 %, reduced ones at least 5 %
		r, ok := RatesOf(c, day("2026-11-25"))
		if !ok || r.Standard < money.BasisPoints(1500) || r.Reduced != 0 && r.Reduced < money.BasisPoints(500) || r.Second > r.Reduced || r.Super >= money.BasisPoints(500) {
			t.Errorf("%s: %+v", c, r)
		}
	}
}

func TestRules(t *testing.T) {
	r := Request{
		Seller: Seller{Country: "US"}, Date: day("2026-11-25"), Classes: []Class{{"books", "Books", LevelReduced}},
		Rules: []Rule{
			{ID: "1", Country: "US", Region: "NY", Rate: money.BasisPoints(400)}, {ID: "2", Country: "US", Region: "NY", PostFrom: "10001", PostTo: "10299", Rate: 88_750_000},
			{ID: "3", Country: "US", Region: "ny", Class: "books", Rate: 0}, {ID: "4", Country: "ES", Rate: money.BasisPoints(2000)}, {ID: "5", Country: "ES", PostFrom: "35", PostTo: "38", Rate: money.BasisPoints(700)},
			{ID: "6", Country: "AU", Rate: money.BasisPoints(1000)},
		},
	}
	for _, tt := range []struct{ country, region, postal, class, want string }{
		{"US", "NY", "12207", "", "S 4"}, {"US", "NY", "10001", "", "S 8.875"}, {"US", "ny", "10299-1234", "", "S 8.875"}, {"US", "NY", "12207", "books", "Z 0"}, {"US", "NY", "12207", "exempt", "E 0"},
		{"US", "NJ", "07001", "", "O 0"}, {"ES", "", "28001", "", "S 20"}, {"ES", "", "38500", "", "S 7"}, {"ES", "", "51001", "", "O 0"}, {"AU", "NSW", "2000", "books", "S 10"},
	} {
		r.Buyer = Buyer{Country: tt.country, Region: tt.region, PostalCode: tt.postal}
		got := r.Treat(tt.class, false)
		if s := got.Category + " " + got.Rate.Percent(); s != tt.want {
			t.Errorf("%+v: %s", tt, s)
		}
	}
}

// The invoices are the examples of CEN/TC 434 for EN 16931, as the Commission publishes them with its validation artefacts (eInvoicing-EN16931,
// ubl/examples/ubl-tc434-example1.xml and 2), and the base example of Peppol BIS Billing 3.0. Amounts that are not said to be theirs are ours.
func TestWorkedExamples(t *testing.T) {
	de := Seller{Country: "DE", OSS: true}
	at := day("2026-11-25")
	home := Buyer{Country: "DE", PostalCode: "10115"}
	for name, tt := range map[string]struct {
		in   Request
		want []ordertype.Tax
	}{
		"CEN/TC 434 example 1: 183.23 at 6 % and 46.37 at 21 % are 250.33": {
			Request{
				Currency: "EUR", Seller: Seller{Country: "NL"}, Buyer: Buyer{Country: "NL"}, Date: day("2015-01-09"), Lines: []Line{{Amount: 18_323, Class: "reduced"}, {Amount: 4_637}},
				Rules: []Rule{{Country: "NL", Class: "reduced", Rate: money.BasisPoints(600)}}, // until 2018
			},
			[]ordertype.Tax{
				{Category: Standard, Rate: money.BasisPoints(2100), Base: 4_637, Tax: 974, Gross: 5_611},
				{Category: Standard, Rate: money.BasisPoints(600), Base: 18_323, Tax: 1_099, Gross: 19_422},
			},
		},
		"CEN/TC 434 example 2: 1,460.50 at 25 % are 365.13, 1.00 at 15 % are 0.15": {
			Request{Currency: "NOK", Seller: Seller{Country: "NO"}, Buyer: Buyer{Country: "NO"}, Date: at, Lines: []Line{{Amount: 127_300}, {Amount: 18_750}, {Amount: 100, Class: "reduced"}}},
			[]ordertype.Tax{
				{Category: Standard, Rate: money.BasisPoints(2500), Base: 146_050, Tax: 36_513, Gross: 182_563},
				{Category: Standard, Rate: money.BasisPoints(1500), Base: 100, Tax: 15, Gross: 115},
			},
		},
		"Peppol BIS Billing 3.0 base example: goods for 1,300 and a charge of 25 at 25 % are 1,656.25": {
			Request{Currency: "EUR", Seller: Seller{Country: "SE"}, Buyer: Buyer{Country: "SE"}, Date: at, Lines: []Line{{Amount: 130_000}}, Fee: 2_500},
			[]ordertype.Tax{{Category: Standard, Rate: money.BasisPoints(2500), Base: 132_500, Tax: 33_125, Gross: 165_625}},
		},
		"OSS, net price, the destination’s rate": {
			Request{Currency: "EUR", Seller: de, Buyer: Buyer{Country: "HU"}, Date: at, Lines: []Line{{Amount: 10_000}}},
			[]ordertype.Tax{{Category: Standard, Rate: money.BasisPoints(2700), Base: 10_000, Tax: 2_700, Gross: 12_700}},
		},
		"two rates, the delivery in proportion (Article 78)": {
			Request{Currency: "EUR", Inclusive: true, Seller: de, Buyer: home, Date: at, Shipping: 600, Lines: []Line{{Amount: 11_900}, {Amount: 5_950, Class: "reduced"}}},
			[]ordertype.Tax{
				{Category: Standard, Rate: money.BasisPoints(1900), Base: 10_336, Tax: 1_964, Gross: 12_300},
				{Category: Standard, Rate: money.BasisPoints(700), Base: 5_748, Tax: 402, Gross: 6_150},
			},
		},
		"a price that no base has: BT-114": {
			Request{Currency: "EUR", Inclusive: true, Seller: de, Buyer: home, Date: at, Lines: []Line{{Amount: 3}}},
			[]ordertype.Tax{{Category: Standard, Rate: money.BasisPoints(1900), Base: 2, Tax: 0, Gross: 3, Rounding: 1}},
		},
		"nothing to pay": {
			Request{Currency: "EUR", Inclusive: true, Seller: de, Buyer: home, Date: at, Lines: []Line{{Amount: 0}}},
			[]ordertype.Tax{{Category: Standard, Rate: money.BasisPoints(1900)}},
		},
	} {
		got, err := Count(tt.in)
		if err != nil || !reflect.DeepEqual(got.Taxes, tt.want) {
			t.Errorf("%s: %+v, %v", name, got.Taxes, err)
		}
	}
	if _, err := Count(Request{Currency: "EUR", Lines: []Line{{Amount: -1}}}); err == nil {
		t.Error("a negative line is taxed")
	}
}

// For any cart, with prices either way and currencies of 0, 2 and 3 decimals: what the shopper pays is the sum of the parts, each part's tax is
// within it, and by category and rate tax = base × rate. A rounding amount appears only where no base gives the price, and is one minor unit.
func TestCartsAddUp(t *testing.T) {
	rng := rand.New(rand.NewPCG(16, 931))
	classes := []string{"", "reduced", "second_reduced", "super_reduced", "zero", "exempt", "books", Voucher}
	currencies, rounded := []string{"JPY", "EUR", "KWD"}, 0
	for n := range 60_000 {
		r := Request{
			Currency: currencies[n%3], Inclusive: n%2 == 0, Date: day("2026-11-25"), Classes: []Class{{"books", "Books", LevelReduced}},
			Seller: Seller{Country: MemberStates[rng.IntN(len(MemberStates))], OSS: rng.IntN(2) == 0, BelowThreshold: rng.IntN(3) == 0, SmallBusiness: rng.IntN(12) == 0},
			Buyer:  Buyer{Country: append([]string{"NO", "US", "CH"}, MemberStates...)[rng.IntN(30)], VATID: "FR40303265045", VATChecked: rng.IntN(5) == 0},
			Rules:  []Rule{{Country: "US", Rate: 88_750_000}},
		}
		size := []int64{10, 1_000, 100_000, 10_000_000}[rng.IntN(4)]
		for range 1 + rng.IntN(6) {
			r.Lines = append(r.Lines, Line{Amount: rng.Int64N(size), Class: classes[rng.IntN(len(classes))], Digital: rng.IntN(4) == 0})
		}
		if rng.IntN(2) == 0 {
			r.Shipping = rng.Int64N(size)
		}
		if rng.IntN(4) == 0 {
			r.Fee = rng.Int64N(500)
		}
		got, err := Count(r)
		if err != nil {
			t.Fatal(err)
		}
		rounded += holds(t, r, got)
		if t.Failed() {
			t.Fatalf("%+v\n%+v", r, got)
		}
	}
	if rounded == 0 {
		t.Error("no cart needed a rounding amount: the test is blind for it")
	}
}

func holds(t *testing.T, r Request, got Result) (rounded int) {
	type sum struct{ price, tax int64 }
	sums := map[Treatment]sum{}
	add := func(l ordertype.LineTax, price int64) {
		key := Treatment{Category: l.Category, Rate: l.Rate}
		s := sums[key]
		sums[key] = sum{s.price + price, s.tax + l.Amount}
		if l.Amount < 0 || r.Inclusive && l.Amount > price {
			t.Errorf("a tax of %d on %d", l.Amount, price)
		}
	}
	total := r.Shipping + r.Fee
	for i, l := range got.Lines {
		add(l, r.Lines[i].Amount)
		total += r.Lines[i].Amount
	}
	for _, list := range []struct {
		parts []ordertype.LineTax
		price int64
	}{{got.Shipping, r.Shipping}, {got.Fee, r.Fee}} {
		left := list.price
		for _, p := range list.parts {
			add(p, p.Of)
			left -= p.Of
		}
		if left != 0 {
			t.Errorf("parts of %d leave %d", list.price, left)
		}
	}
	gross := int64(0)
	for _, x := range got.Taxes {
		s := sums[Treatment{Category: x.Category, Rate: x.Rate}]
		want := s.price
		if !r.Inclusive {
			want, total = want+x.Tax, total+x.Tax
		}
		of, _ := money.New(x.Base, r.Currency).MulRate(x.Rate)
		if x.Gross != want || x.Tax != s.tax || x.Base+x.Tax+x.Rounding != x.Gross || of.Minor != x.Tax {
			t.Errorf("%+v, parts %+v, base × rate %d", x, s, of.Minor)
		}
		if (x.Category == Standard) != (x.Rate > 0) {
			t.Errorf("category and rate: %+v", x)
		}
		if x.Rounding != 0 {
			rounded++
			for base := x.Base - 2; base <= x.Base+2; base++ {
				if of, _ := money.New(base, r.Currency).MulRate(x.Rate); base+of.Minor == x.Gross || !r.Inclusive || max(x.Rounding, -x.Rounding) > 1 {
					t.Errorf("needless rounding: %+v", x)
				}
			}
		}
		gross += x.Gross
	}
	if gross != total {
		t.Errorf("the parts are %d, the total is %d", gross, total)
	}
	return rounded
}
