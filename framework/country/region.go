package country

import (
	"fmt"
	"strings"
	"sync"
	"unicode"

	"github.com/biter777/countries"
	"golang.org/x/text/unicode/norm"
)

// SameRegion tells whether two ways to write a state, province or prefecture of a country (ISO 3166-1 alpha-2) mean the same one: "CA", "us-ca", "California"
// and "CALIFORNIA"; "Québec" and "Quebec"; "東京都" and "Tokyo". Codes and names are those of ISO 3166-2; what is none of them is compared by its letters.
func SameRegion(country, a, b string) bool {
	return region(country, a) == region(country, b)
}

// region is the code of ISO 3166-2 without its country, or else the bare letters of what was written.
func region(country, written string) string {
	country = strings.ToUpper(country)
	bare := letters(written)
	if code, ok := strings.CutPrefix(bare, strings.ToLower(country)); ok && strings.Contains(written, "-") {
		if _, known := regions(country)[code]; known {
			bare = code
		}
	}
	known := regions(country)
	if code := known[bare]; code != "" {
		return code
	}
	if code := known[letters(withoutKind(written))]; code != "" {
		return code
	}
	return bare
}

// kinds are words that people write beside a region's name, or leave out.
var kinds = map[string]bool{
	"prefecture": true, "province": true, "state": true, "of": true, "provincia": true, "di": true, "sheng": true, "shi": true, "to": true, "fu": true, "ken": true, "estado": true, "do": true, "de": true,
}

func withoutKind(name string) string {
	words := strings.FieldsFunc(name, func(r rune) bool { return unicode.IsSpace(r) || r == '-' })
	var out []string
	for _, w := range words {
		if !kinds[letters(w)] {
			out = append(out, w)
		}
	}
	return strings.Join(out, " ")
}

// letters of a name in lower case, without accents and whatever stands between them.
func letters(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, norm.NFKD.String(name))
}

// prefectures of Japan in the order of their codes, 01 to 47.
var prefectures = strings.Fields("北海道 青森県 岩手県 宮城県 秋田県 山形県 福島県 茨城県 栃木県 群馬県 埼玉県 千葉県 東京都 神奈川県 新潟県 富山県 石川県 福井県 山梨県 長野県 岐阜県 静岡県 愛知県 三重県 滋賀県 京都府 大阪府 兵庫県 奈良県 " +
	"和歌山県 鳥取県 島根県 岡山県 広島県 山口県 徳島県 香川県 愛媛県 高知県 福岡県 佐賀県 長崎県 熊本県 大分県 宮崎県 鹿児島県 沖縄県")

var regionCodes sync.Map // country → map[string]string

// regions of a country: names and codes, by their letters, to codes.
func regions(country string) map[string]string {
	if m, ok := regionCodes.Load(country); ok {
		return m.(map[string]string)
	}
	c := countries.ByName(country)
	if c == countries.Unknown || c.Alpha2() != country {
		return nil // nothing is kept of what is no country: anybody can write it
	}
	out := map[string]string{}
	for _, s := range c.Subdivisions() {
		code := letters(strings.TrimPrefix(string(s), country))
		out[code], out[letters(s.String())], out[letters(withoutKind(s.String()))] = code, code, code
	}
	if country == "JP" {
		for i, name := range prefectures {
			code := fmt.Sprintf("%02d", i+1)
			out[name], out[strings.TrimRight(name, "都府県")] = code, code
		}
		out["京都"] = "26"
	}
	regionCodes.Store(country, out)
	return out
}
