package web

import (
	"net/url"

	"wizamart/framework/problem"
)

// View is the dot of every template.
type View struct {
	Title       string
	Description string
	D           any // the page's own data
	Form        *Form
	Flash       []Flash
	Banners     []Banner // what everybody who works here has to know, above the page
	User        *User
	Store       *StoreView
	Menu        []MenuGroup
	Nav         []Link // the shop's categories
	Footer      []Link
	Crumbs      []Link
	CartCount   int
	Path        string
	Query       url.Values
	Lang        string
	Dir         string // ltr or rtl
	Scheme      string // auto, light or dark
	NoIndex     bool
	Canonical   string
	Picture     string         // whole address of the picture that stands for the page where it is shared
	Kind        string         // of Open Graph: website, product
	LinkedData  map[string]any // schema.org: what the page is about
	Breadcrumbs map[string]any // schema.org
	Wide        bool           // the page wants the layout's full width

	c     *Context
	shell string // tells apart what a layout shows around the page: see keptParts
}

// LogoHeight is how tall logos are shown, in pixels.
const LogoHeight = 36

// StoreView is what pages show of the store.
type StoreView struct {
	Code, Name, Currency, Locale, Logo, Tagline, Theme string

	LogoWidth                     int    // at LogoHeight, pixels; 0 where the file does not say
	ThemeVersion                  string // of /theme.css; "" when the store has none of its own
	Announcement, AnnouncementURL string
	FooterText                    string
	PriceNote                     string // beside prices of what is sent: "incl. VAT, plus delivery"
	UnsentNote                    string // beside prices of what is not: "incl. VAT"
	Social                        []Link
}

// Banner is a notice above a page of dashboard or admin.
type Banner struct {
	Kind        string // error, warning or info
	Title, Text string
	Action, URL string // a link; may be empty
}

// Link is a label that leads somewhere.
type Link struct {
	Label  string
	URL    string
	Active bool
}

// MenuGroup is a titled part of the sidebar.
type MenuGroup struct {
	Title string
	Items []MenuItem
}

// MenuItem is one entry of the sidebar.
type MenuItem struct {
	Label  string
	URL    string
	Icon   string
	Active bool
	Badge  string
}

// Can tells whether the user may.
func (v *View) Can(name string) bool { return v.c != nil && v.c.Can(name) }

// Prefix is what the surface's paths begin with.
func (v *View) Prefix() string {
	if v.c == nil {
		return ""
	}
	return v.c.Prefix
}

// Host is the request's host.
func (v *View) Host() string {
	if v.c == nil {
		return ""
	}
	return v.c.R.Host
}

// Page is what a handler hands to Render.
type Page struct {
	View        string // "catalog/dashboard/products"
	Layout      string // "" is the surface's own
	Title       string // already translated
	Description string
	Status      int // 0 is 200, or 422 when the form has complaints
	D           any
	Form        *Form
	Crumbs      []Link
	NoIndex     bool
	Canonical   string
	Picture     string         // whole address of the picture that stands for the page where it is shared
	Kind        string         // of Open Graph; "" is website
	LinkedData  map[string]any // schema.org: what the page is about
	Wide        bool
}

// Render answers with a page.
func (c *Context) Render(p Page) error { return c.Site.render(c, p) }

// ErrorPage is the data of the error view.
type ErrorPage struct {
	Status    int
	Heading   string
	Message   string
	RequestID string
	Fields    []problem.Field
}
