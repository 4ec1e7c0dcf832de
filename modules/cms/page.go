package cms

import (
	"strings"
	"unicode/utf8"

	"github.com/gosimple/slug"

	"wizamart/framework/database"
	"wizamart/framework/problem"
)

// Page is a content page of a shop, shown at /<slug>.
type Page struct {
	ID          string        `json:"id"`
	Slug        string        `json:"slug"`
	Title       string        `json:"title"`
	Body        string        `json:"body"` // Markdown (CommonMark), as typed
	HTML        string        `json:"-"`    // the body, rendered and sanitised
	Description string        `json:"description"`
	Published   bool          `json:"published"`
	InFooter    bool          `json:"in_footer"`
	Position    int64         `json:"-"`
	CreatedAt   database.Time `json:"created_at"`
	UpdatedAt   database.Time `json:"updated_at"`
	DeletedAt   database.Time `json:"-"`
}

// PageInput is what a person gives of a page. An empty slug is made of the title.
type PageInput struct {
	Slug        string
	Title       string
	Body        string
	Description string
	Published   bool
	InFooter    bool
}

// Limits of a page, in characters.
const (
	maxTitle       = 120
	maxSlug        = 80
	maxBody        = 100_000
	maxDescription = 300
)

// taken are first segments of the shop's addresses that belong to others.
var taken = map[string]bool{
	"products": true, "categories": true, "search": true, "search-suggestions": true, "cart": true, "checkout": true, "account": true, "track": true, "orders": true,
	"media": true, "site-media": true, "assets": true, "theme.css": true, "health": true, "metrics": true, "api": true, "robots.txt": true,
	"sitemap.xml": true, "sitemaps": true, "order-status": true, "favicon.ico": true, "favicon.svg": true, "sign-in": true, "sign-out": true,
}

func (in *PageInput) validate() error {
	var bad problem.Fields
	in.Title, in.Slug, in.Description = strings.TrimSpace(in.Title), strings.ToLower(strings.Trim(in.Slug, " /\t\n")), strings.TrimSpace(in.Description)
	in.Body = strings.TrimSpace(strings.ReplaceAll(in.Body, "\r\n", "\n"))
	bad.Check(in.Title != "", "title", "Give the page a title.")
	for _, f := range []struct {
		name, value string
		limit       int
	}{{"title", in.Title, maxTitle}, {"slug", in.Slug, maxSlug}, {"body", in.Body, maxBody}, {"description", in.Description, maxDescription}} {
		bad.Check(utf8.RuneCountInString(f.value) <= f.limit, f.name, "Use at most %d characters.", f.limit)
	}
	if in.Slug == "" {
		in.Slug = slugOf(in.Title)
	}
	switch {
	case slug.Make(in.Slug) != in.Slug || strings.Contains(in.Slug, "_"):
		bad.Add("slug", "Use lower-case letters, digits and hyphens, such as about-us.")
	case taken[in.Slug]:
		bad.Add("slug", "“%s” is an address that the shop itself uses. Choose another.", in.Slug)
	}
	return bad.Err()
}

func slugOf(title string) string {
	s := slug.Make(title)
	if len(s) > maxSlug {
		s = strings.Trim(s[:maxSlug], "-")
	}
	if s == "" {
		s = "page"
	}
	return strings.ReplaceAll(s, "_", "-")
}
