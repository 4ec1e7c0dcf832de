package messaging

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html/template"
	"io/fs"
	"strings"
	texttemplate "text/template"
	"time"

	"golang.org/x/text/message"

	"wizamart/framework/country"
	"wizamart/framework/money"
	"wizamart/framework/timezone"
	"wizamart/modules/orders/ordertype"
	"wizamart/tenant"
)

// sheet is what a mail's templates show.
type sheet struct {
	Look      Look
	Title     string
	Intro     []string
	Letter    ordertype.Letter
	ShowLines bool
	Pay       bool
	Button    string
	URL       string
	Seller    []string // the legal footer, line by line
	Lang      string
	ShipTo    []string
	BillTo    []string // empty where it is the same

	locale  string
	zone    *time.Location
	printer *message.Printer
}

// T translates; the English text is the key.
func (v *sheet) T(key string, args ...any) string { return v.printer.Sprintf(key, args...) }

// Waived tells whether the mail repeats what was agreed about digital content: the confirmation and the mail that delivers it do (Directive 2011/83/EU, article 8(7)).
func (v *sheet) Waived() bool {
	return v.Letter.Waiver != "" && (v.ShowLines || len(v.Letter.Downloads) > 0)
}

// GiftLine says to whom a line's gift cards go, and when.
func (v *sheet) GiftLine(g *ordertype.Gift) string {
	if g.SendAt.IsZero() {
		return v.T("The code is mailed to %s as soon as it is paid.", g.Email)
	}
	return v.T("The code is mailed to %s on %s.", g.Email, g.SendAt.In(v.zone).Format("2006-01-02"))
}

// Money is an amount in the order's language.
func (v *sheet) Money(a money.Amount) string { return a.Format(v.locale) }

func (s *Service) sheet(st *tenant.Store, l ordertype.Letter, locale string) *sheet {
	if locale == "" {
		locale = st.Info().Locale
	}
	lang := s.app.Site.Texts.Match(locale)
	v := &sheet{zone: timezone.Of(st), Look: s.look(st), Letter: l, Lang: lang, locale: locale, printer: s.app.Site.Texts.Printer(lang)}
	v.Seller = sellerLines(l.Seller)
	if len(v.Seller) == 0 {
		v.Seller = []string{v.Look.Name}
	}
	v.ShipTo = addressLines(l.ShipTo, lang)
	if l.BillTo != l.ShipTo {
		v.BillTo = addressLines(l.BillTo, lang)
	}
	return v
}

func addressLines(a ordertype.Address, lang string) []string {
	var out []string
	for _, line := range []string{a.Name, a.Business, a.Line1, a.Line2, strings.TrimSpace(a.PostalCode + " " + a.City), a.Region} {
		if line != "" {
			out = append(out, line)
		}
	}
	if a.Country != "" {
		out = append(out, country.Name(lang, a.Country))
	}
	return out
}

// sellerLines are the seller's legal identity, as the order keeps it: what of it is text.
func sellerLines(raw json.RawMessage) []string {
	var given map[string]any
	if json.Unmarshal(raw, &given) != nil {
		return nil
	}
	text := func(keys ...string) string {
		var parts []string
		for _, k := range keys {
			if v, ok := given[k].(string); ok && v != "" {
				parts = append(parts, v)
			}
		}
		return strings.Join(parts, " ")
	}
	var out []string
	for _, line := range []string{text("name"), text("line1"), text("line2"), text("postal_code", "city"), text("country"), text("register"), text("vat_id"), text("email"), text("phone")} {
		if line != "" {
			out = append(out, line)
		}
	}
	return out
}

// withStyles puts the rules in where a template names them, {{style "p"}}, so that no mail has to be asked for them: mails are written
// inside the transaction of what they tell of. A name that is unknown stays, and is refused when the template is parsed.
func withStyles(text string) string {
	var pairs []string
	for name, css := range styles {
		pairs = append(pairs, fmt.Sprintf("{{style %q}}", name), css)
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// styles are the rules of mails. Mail programs drop style sheets, so each element carries its own.
var styles = map[string]string{
	"body":   "margin:0;padding:24px 12px;background:#f4f4f2;color:#1c1f24;font:16px/1.55 -apple-system,BlinkMacSystemFont,'Segoe UI',Helvetica,Arial,sans-serif;",
	"sheet":  "max-width:600px;margin:0 auto;background:#ffffff;border-radius:10px;padding:32px 28px;",
	"brand":  "margin:0 0 24px;font-size:18px;font-weight:600;",
	"logo":   "display:block;max-height:44px;max-width:220px;border:0;",
	"title":  "margin:0 0 12px;font-size:24px;line-height:1.25;font-weight:650;",
	"p":      "margin:0 0 16px;",
	"pre":    "margin:0 0 16px;white-space:pre-line;overflow-wrap:anywhere;",
	"h2":     "margin:28px 0 8px;font-size:16px;font-weight:650;",
	"table":  "width:100%;border-collapse:collapse;",
	"cell":   "padding:10px 12px 10px 0;border-bottom:1px solid #e3e3df;text-align:start;vertical-align:top;",
	"end":    "padding:10px 0;border-bottom:1px solid #e3e3df;text-align:end;vertical-align:top;white-space:nowrap;",
	"sum":    "padding:4px 12px 4px 0;text-align:start;font-weight:400;",
	"sumend": "padding:4px 0;text-align:end;white-space:nowrap;",
	"total":  "padding:12px 12px 4px 0;text-align:start;font-weight:700;font-size:18px;",
	"totale": "padding:12px 0 4px;text-align:end;font-weight:700;font-size:18px;white-space:nowrap;",
	"muted":  "color:#5d626b;font-size:14px;",
	"footer": "max-width:600px;margin:16px auto 0;padding:0 28px;color:#5d626b;font-size:13px;line-height:1.5;",
	"link":   "color:inherit;",
}

type sheets struct {
	html *template.Template
	text *texttemplate.Template
}

func parseSheets() (*sheets, error) {
	htmlText, err := fs.ReadFile(files, "letters/letter.html")
	if err != nil {
		return nil, err
	}
	plain, err := fs.ReadFile(files, "letters/letter.txt")
	if err != nil {
		return nil, err
	}
	funcs := map[string]any{
		"button": func(l Look) template.CSS { // both are #rrggbb: see Look
			return template.CSS("display:inline-block;padding:12px 22px;border-radius:8px;text-decoration:none;font-weight:600;background:" + l.Accent + ";color:" + l.AccentInk + ";")
		},
	}
	out := &sheets{}
	if out.html, err = template.New("letter").Funcs(funcs).Parse(withStyles(string(htmlText))); err != nil {
		return nil, err
	}
	out.text, err = texttemplate.New("letter").Parse(string(plain))
	return out, err
}

func (t *sheets) render(v *sheet) (html, text string, err error) {
	var h, p bytes.Buffer
	if err := t.html.Execute(&h, v); err != nil {
		return "", "", fmt.Errorf("write a mail: %w", err)
	}
	if err := t.text.Execute(&p, v); err != nil {
		return "", "", fmt.Errorf("write a mail: %w", err)
	}
	return h.String(), strings.TrimSpace(p.String()) + "\n", nil
}
