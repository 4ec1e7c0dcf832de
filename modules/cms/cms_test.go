package cms_test

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"wizamart/framework/problem"
	"wizamart/modules/cms"
	"wizamart/tests/harness"
)

func TestThemeTakesNothingButThemes(t *testing.T) {
	for _, c := range []struct {
		name, field string
		theme       cms.Theme
	}{
		{"a colour's name", "accent", cms.Theme{Accent: "red"}},
		{"three digits", "accent", cms.Theme{Accent: "#f00"}},
		{"a way out of the rule", "accent", cms.Theme{Accent: "#f00;}"}},
		{"an import", "accent", cms.Theme{Accent: "}@import url(//evil.example/x.css);"}},
		{"an expression", "accent", cms.Theme{Accent: "url(//evil.example)"}},
		{"letters beyond f", "accent", cms.Theme{Accent: "#gggggg"}},
		{"an unknown preset", "preset", cms.Theme{Preset: "../plain"}},
		{"a script as link", "hero_url", cms.Theme{HeroURL: "javascript:alert(1)"}},
		{"another host without a scheme", "hero_url", cms.Theme{HeroURL: "//evil.example"}},
		{"an address that is not safe", "story_url", cms.Theme{StoryURL: "http://shop.example"}},
		{"a picture elsewhere", "logo", cms.Theme{Logo: "https://evil.example/x.png"}},
		{"a picture above", "logo", cms.Theme{Logo: "/../../etc/passwd"}},
		{"a script among the networks", "social", cms.Theme{Social: "https://ok.example\njavascript:alert(1)"}},
		{"too long", "hero_title", cms.Theme{HeroTitle: strings.Repeat("ü", 81)}},
		{"five promises", "promises", cms.Theme{Promises: "a\nb\nc\nd\ne"}},
	} {
		err := c.theme.Validate()
		if !problem.Is(err, problem.Invalid) || !strings.Contains(err.Error(), c.field+":") {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	good := cms.Theme{Preset: "fjord", Accent: " #A1B2C3 ", HeroURL: "/products", Social: "https://instagram.com/shop", Promises: "a\r\n\r\nb", Announcement: "</style><script>alert(1)</script>"}
	if err := good.Validate(); err != nil || good.Accent != "#a1b2c3" {
		t.Errorf("%v, accent %q", err, good.Accent)
	}
}

func TestStylesheetOfAStore(t *testing.T) {
	p := harness.Start(t, harness.WithoutBackground())
	p.Store(t, "shop", "EUR")
	st, service, guest := p.Open(t, "shop"), harness.Service[*cms.Service](p), p.Guest(t)
	home := p.ShopURL("shop", "/")
	if guest.Get(t, home).Want(t, 200).Doc(t).Find("link[href*='theme.css']").Length() != 0 {
		t.Error("a shop with the preset's colours asks for a stylesheet of its own")
	}
	if err := service.SaveTheme(context.Background(), st, cms.Theme{Preset: "kaffe", Accent: "#ffcc00"}); err != nil {
		t.Fatal(err)
	}
	doc := guest.Get(t, home).Want(t, 200).Doc(t)
	if theme, _ := doc.Find("html").Attr("data-theme"); theme != "kaffe" {
		t.Errorf("the page's theme is %q", theme)
	}
	href, _ := doc.Find("link[href*='theme.css']").Attr("href")
	sheet := guest.Get(t, p.ShopURL("shop", href)).Want(t, 200)
	if !strings.Contains(sheet.Header.Get("Cache-Control"), "immutable") || !strings.HasPrefix(sheet.Header.Get("Content-Type"), "text/css") {
		t.Errorf("headers: %v", sheet.Header)
	}
	if !strings.Contains(sheet.Body, "--accent: light-dark(#ffcc00, ") || !strings.Contains(sheet.Body, "--accent-ink: light-dark(#000000, ") {
		t.Errorf("black reads on yellow, and the stylesheet is\n%s", sheet.Body)
	}
	if strings.Contains(sheet.Body, "--accent-text: light-dark(#ffcc00") {
		t.Error("yellow cannot be read as text on a light page, and links have it")
	}
	// Whatever got into the settings by another way does not get into the stylesheet.
	if err := st.SetSettings(context.Background(), map[string]string{"cms.accent": "red;}*{display:none"}); err != nil {
		t.Fatal(err)
	}
	if body := guest.Get(t, p.ShopURL("shop", "/theme.css")).Want(t, 200).Body; strings.Contains(body, "display") {
		t.Errorf("%s", body)
	}
	guest.Get(t, home).Want(t, 200)
}

func TestHome(t *testing.T) {
	p := harness.Start(t, harness.WithoutBackground())
	p.Store(t, "shop", "EUR")
	st, service, guest := p.Open(t, "shop"), harness.Service[*cms.Service](p), p.Guest(t)
	get := func() *harness.Page { return guest.Get(t, p.ShopURL("shop", "/")).Want(t, 200) }
	get().Has(t, ".opening", "setting up the shelves")

	theme := cms.Theme{
		Preset: "hoshi", Tagline: "Paper <b>things</b>", Announcement: "Closed on Monday", AnnouncementURL: "/opening-hours", FooterText: "Kyoto", Social: "https://www.instagram.com/x",
		HeroTitle: "A letter takes ten minutes", HeroText: "Good paper.", Promises: "By hand\nBy post", StoryTitle: "Since 1931", StoryText: "A family.",
	}
	if err := service.SaveTheme(context.Background(), st, theme); err != nil {
		t.Fatal(err)
	}
	page := get().Has(t, ".announcement a[href='/opening-hours']", "Closed on Monday").Has(t, ".opening h1", "A letter takes ten minutes").
		Has(t, ".usps", "By post").Has(t, ".story", "Since 1931").Has(t, ".shop-footer", "Kyoto").Has(t, ".shop-social a[href='https://www.instagram.com/x']", "Instagram")
	if strings.Contains(page.Body, "<b>things") || page.Doc(t).Find("[style], script:not([src]):not([type='application/ld+json'])").Length() > 0 {
		t.Error("a text came out as HTML, or the page has inline script or style")
	}
	if icon := guest.Get(t, p.ShopURL("shop", "/favicon.svg")).Want(t, 200); !strings.Contains(icon.Body, ">S</text>") {
		t.Errorf("%s", icon.Body)
	}
	if err := service.ResetTheme(context.Background(), st, true); err != nil {
		t.Fatal(err)
	}
	get().Has(t, "h1", "Shop")
}

func TestPages(t *testing.T) {
	p := harness.Start(t, harness.WithoutBackground())
	p.Store(t, "shop", "EUR")
	owner, guest := p.Staff(t, "owner", "shop"), p.Guest(t)
	dash := func(path string) string { return p.DashboardURL("shop", path) }
	shop := func(path string) *harness.Page { return guest.Get(t, p.ShopURL("shop", path)) }

	owner.Get(t, dash("/pages")).Want(t, 200).Has(t, ".empty", "No pages yet")
	owner.Post(t, dash("/pages"), url.Values{"title": {" "}}).Want(t, 422).Has(t, ".error", "Give the page a title.")
	edit := owner.Post(t, dash("/pages"), url.Values{"title": {"About us & you"}}).Want(t, 303).Header.Get("Location")
	edit = "http://" + p.Base + edit
	shop("/about-us-and-you").Want(t, 404)

	body := "We make **few** things.\n\n<script>alert(1)</script><img src=x onerror=alert(2)>\n\n[shop](/products) [bad](javascript:alert(3))\n\n| a | b |\n|--|--:|\n| 1 | 2 |"
	values := func(slug string) url.Values {
		return url.Values{"title": {"About us"}, "slug": {slug}, "body": {body}, "published": {"on"}, "in_footer": {"on"}}
	}
	for _, slug := range []string{"products", "theme.css", "a/b", "ÄÖ x", "../x", strings.Repeat("a", 81)} {
		owner.Post(t, edit, values(slug)).Want(t, 422).Has(t, "textarea[name=body]", "We make **few** things.")
	}
	owner.Post(t, edit, values("about")).Want(t, 303)
	page := shop("/about").Want(t, 200).Has(t, "h1", "About us").Has(t, ".prose strong", "few").Has(t, ".prose table", "1").Has(t, ".prose a[href='/products']", "shop")
	for _, bad := range []string{"alert(1)", "onerror", "javascript:"} {
		if strings.Contains(page.Body, bad) {
			t.Errorf("the page has %q", bad)
		}
	}
	shop("/").Has(t, ".shop-footer a[href='/about']", "About us")
	if _, err := harness.Service[*cms.Service](p).CreatePage(context.Background(), p.Open(t, "shop"), cms.PageInput{Title: "Else", Slug: "about"}); !problem.Is(err, problem.Invalid) {
		t.Errorf("the same address twice: %v", err)
	}

	owner.Post(t, edit+"/deletions", nil).Want(t, 303)
	shop("/about").Want(t, 404)
	if shop("/").Doc(t).Find(".shop-footer a[href='/about']").Length() != 0 {
		t.Error("the footer still leads to a deleted page")
	}
	owner.Get(t, dash("/pages")).Has(t, ".toast form button", "Undo")
	owner.Post(t, edit+"/restorations", nil).Want(t, 303)
	shop("/about").Want(t, 200)
}

func TestThemePage(t *testing.T) {
	p := harness.Start(t, harness.WithoutBackground())
	p.Store(t, "shop", "EUR")
	owner, address := p.Staff(t, "owner", "shop"), p.DashboardURL("shop", "/theme")
	owner.Get(t, address).Want(t, 200).Has(t, "h1", "Theme").Has(t, ".theme-checks", "meet WCAG AA")

	send := func(fields map[string]string, file []byte) *harness.Page {
		t.Helper()
		var buf bytes.Buffer
		w := multipart.NewWriter(&buf)
		for k, v := range fields {
			w.WriteField(k, v) //nolint:errcheck // a buffer takes everything
		}
		if file != nil {
			part, err := w.CreateFormFile("logo_file", "x.png")
			if err != nil {
				t.Fatal(err)
			}
			part.Write(file) //nolint:errcheck // as above
		}
		w.Close()
		r, err := http.NewRequest(http.MethodPost, address, &buf)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", w.FormDataContentType())
		return owner.Do(t, r)
	}
	send(map[string]string{"preset": "fjord", "accent": "#zzz", "hero_title": "Typed"}, nil).Want(t, 422).Has(t, ".error", "Enter a colour such as #1f6f5c.")
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 900, 300))); err != nil {
		t.Fatal(err)
	}
	send(map[string]string{"preset": "fjord", "accent": "#fff5cc"}, picture.Bytes()).Want(t, 303)
	owner.Get(t, address).Want(t, 200).Has(t, ".theme-checks", "too pale to read as text").Has(t, ".theme-checks", "set in black")
	src, _ := p.Guest(t).Get(t, p.ShopURL("shop", "/")).Doc(t).Find(".shop-logo img").Attr("src")
	if logo := p.Guest(t).Get(t, p.ShopURL("shop", src)).Want(t, 200); logo.Header.Get("Content-Type") != "image/webp" {
		t.Errorf("the logo %s is %s", src, logo.Header.Get("Content-Type"))
	}
	for name, file := range map[string]string{
		"text": "hello", "a script": `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`, "an event": `<svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>`,
		"a link":    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"><use xlink:href="https://evil.example/#a"/></svg>`,
		"an entity": `<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg"><text>&a;</text></svg>`,
		"a style":   `<svg xmlns="http://www.w3.org/2000/svg"><style>@import url(//evil.example)</style></svg>`,
	} {
		if page := send(map[string]string{"preset": "fjord"}, []byte(file)); page.Status != 422 {
			t.Errorf("%s as a logo: %d", name, page.Status)
		}
	}
	send(map[string]string{"preset": "fjord"}, []byte(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z" fill="url(#a)"/></svg>`)).Want(t, 303)

	preview := owner.Get(t, p.DashboardURL("shop", "/theme-preview?preset=kaffe&accent=red%22%3E%3Cscript%3E&hero_title=%3C/text%3E%3Cscript%3E")).Want(t, 200)
	if strings.Contains(preview.Body, "<script") {
		t.Error("the preview has a script")
	}
	p.Guest(t).Get(t, p.ShopURL("shop", "/site-media/..%2f..%2fstore.db")).Want(t, 404)
	staff := p.Staff(t, "viewer", "shop")
	if got := staff.Post(t, p.DashboardURL("shop", "/theme/resets"), url.Values{"what": {"all"}}).Status; got != 403 {
		t.Errorf("somebody who may only look resets the theme: %d", got)
	}
}
