package tax

import (
	"slices"
	"strconv"
	"strings"
)

// Territory is a place as value added tax sees it.
type Territory struct {
	State    string // the member state that it belongs to for VAT, ISO; "" outside the Union. Monaco is FR, Northern Ireland is XI
	Rates    string // key of its rates: the country, or a part with rates of its own
	Country  string // as the address says it
	Services bool   // services are supplied inside the Union too; not in Northern Ireland
	Name     string // of a special territory, English: the key of its translation
}

// InUnion tells whether goods there are inside the VAT territory of the Union.
func (t Territory) InUnion() bool { return t.State != "" }

// special is a part of a country that is taxed another way, by its postal codes.
type special struct {
	country  string
	from, to int    // the first digits of the postal code, as many as to has
	rates    string // rates of its own; "" is outside the Union's VAT territory
	name     string
}

// specials are after Articles 5–7 and 104–105 of Directive 2006/112/EC and the Commission's list "Territorial status of EU countries and certain
// territories". Postal codes are those of the national posts. Mount Athos (Karyes and Dafni) is the least certain among them.
var specials = []special{
	{"ES", 35, 35, "", "Canary Islands"}, {"ES", 38, 38, "", "Canary Islands"}, {"ES", 51, 51, "", "Ceuta"}, {"ES", 52, 52, "", "Melilla"},
	{"IT", 23041, 23041, "", "Livigno"}, {"IT", 22060, 22061, "", "Campione d’Italia"},
	{"DE", 78266, 78266, "", "Büsingen"}, {"DE", 27498, 27498, "", "Heligoland"},
	{"DE", 87491, 87491, "AT-19", "Jungholz"}, {"DE", 87567, 87569, "AT-19", "Mittelberg"},
	{"AT", 6691, 6691, "AT-19", "Jungholz"}, {"AT", 6991, 6993, "AT-19", "Mittelberg"},
	{"CH", 8238, 8238, "", "Büsingen"}, {"CH", 6911, 6911, "", "Campione d’Italia"},
	{"FI", 22, 22, "", "Åland"}, {"GR", 63086, 63087, "", "Mount Athos"},
	{"FR", 971, 978, "", "French overseas departments and territories"}, {"FR", 986, 988, "", "French overseas departments and territories"},
	{"FR", 200, 206, "FR-20", "Corsica"},
	{"PT", 90, 94, "PT-30", "Madeira"}, {"PT", 95, 99, "PT-20", "Azores"},
}

// bare is a postal code without what people write between its characters.
var bare = strings.NewReplacer(" ", "", "-", "")

// Place finds the territory of an address. Goods to Northern Ireland (postal codes BT) are inside the Union, Article 8 of the Windsor Framework;
// services there are not. Monaco counts as France, the Isle of Man as the United Kingdom (Article 7).
func Place(country, postalCode string) Territory {
	country = strings.ToUpper(country)
	t := Territory{Country: country, Rates: country}
	code := strings.ToUpper(bare.Replace(postalCode))
	switch country {
	case "EL":
		country = "GR"
	case "MC":
		country, t.Name = "FR", "Monaco"
		code = ""
	case "IM":
		country, t.Name = "GB", "Isle of Man"
	case "XI":
		country, code = "GB", "BT"
	}
	t.Rates = country
	if country == "GB" && strings.HasPrefix(code, "BT") {
		t.State, t.Name = "XI", "Northern Ireland"
		return t
	}
	if slices.Contains(MemberStates, country) {
		t.State, t.Services = country, true
	}
	for _, s := range specials {
		if s.country != country {
			continue
		}
		width := len(strconv.Itoa(s.to))
		if len(code) < width {
			continue
		}
		if n, err := strconv.Atoi(code[:width]); err != nil || n < s.from || n > s.to {
			continue
		}
		t.Name = s.name
		if s.rates == "" {
			t.State, t.Services, t.Rates = "", false, ""
		} else {
			t.Rates, t.State = s.rates, s.rates[:2]
		}
		break
	}
	return t
}
