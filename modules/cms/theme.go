package cms

import (
	"net/url"
	"strings"
	"unicode/utf8"

	"wizamart/framework/problem"
	"wizamart/framework/web"
	"wizamart/tenant"
)

// Theme is all that a merchant decides about the look of a shop. Texts are plain text. Pictures are URL paths below
// the shop's prefix. Links are such paths too, or https addresses.
type Theme struct {
	Preset          string `json:"preset"`
	Accent          string `json:"accent"` // #rrggbb, or "" for the preset's
	Logo            string `json:"logo"`
	Tagline         string `json:"tagline"`
	Announcement    string `json:"announcement"`
	AnnouncementURL string `json:"announcement_url"`
	HeroTitle       string `json:"hero_title"`
	HeroText        string `json:"hero_text"`
	HeroButton      string `json:"hero_button"`
	HeroURL         string `json:"hero_url"`
	HeroPicture     string `json:"hero_picture"`
	HeroLayout      string `json:"hero_layout"` // over: the text on the picture; beside
	Promises        string `json:"promises"`    // one a line, at most four
	StoryTitle      string `json:"story_title"`
	StoryText       string `json:"story_text"`
	StoryButton     string `json:"story_button"`
	StoryURL        string `json:"story_url"`
	StoryPicture    string `json:"story_picture"`
	FooterText      string `json:"footer_text"`
	Social          string `json:"social"` // one https address a line
}

// themeField ties a setting to its place in a Theme and to its field in the form.
type themeField struct {
	key, name string
	at        *string
	limit     int // characters
	kind      string
}

func (t *Theme) fields() []themeField {
	return []themeField{
		{"cms.theme", "preset", &t.Preset, 20, "preset"},
		{"cms.accent", "accent", &t.Accent, 7, "color"},
		{"cms.logo", "logo", &t.Logo, 200, "picture"},
		{"cms.tagline", "tagline", &t.Tagline, 120, "text"},
		{"cms.announcement", "announcement", &t.Announcement, 160, "text"},
		{"cms.announcement_url", "announcement_url", &t.AnnouncementURL, 500, "link"},
		{"cms.hero_title", "hero_title", &t.HeroTitle, 80, "text"},
		{"cms.hero_text", "hero_text", &t.HeroText, 300, "text"},
		{"cms.hero_button", "hero_button", &t.HeroButton, 40, "text"},
		{"cms.hero_url", "hero_url", &t.HeroURL, 500, "link"},
		{"cms.hero_picture", "hero_picture", &t.HeroPicture, 200, "picture"},
		{"cms.hero_layout", "hero_layout", &t.HeroLayout, 10, "layout"},
		{"cms.promises", "promises", &t.Promises, 400, "text"},
		{"cms.story_title", "story_title", &t.StoryTitle, 80, "text"},
		{"cms.story_text", "story_text", &t.StoryText, 1000, "text"},
		{"cms.story_button", "story_button", &t.StoryButton, 40, "text"},
		{"cms.story_url", "story_url", &t.StoryURL, 500, "link"},
		{"cms.story_picture", "story_picture", &t.StoryPicture, 200, "picture"},
		{"cms.footer_text", "footer_text", &t.FooterText, 400, "text"},
		{"cms.social", "social", &t.Social, 800, "social"},
	}
}

// ThemeOf reads a store's theme. What was never set is the plain preset and empty.
func ThemeOf(settings *tenant.Settings) Theme {
	var t Theme
	for _, f := range t.fields() {
		*f.at, _ = settings.Get(f.key)
		if f.kind == "color" && !ValidColor(*f.at) {
			*f.at = ""
		}
	}
	if t.Preset == "" {
		t.Preset = Presets[0].Value
	}
	if t.HeroLayout == "" {
		t.HeroLayout = "over"
	}
	return t
}

// Validate trims the theme's texts and checks them.
func (t *Theme) Validate() error {
	var bad problem.Fields
	for _, f := range t.fields() {
		*f.at = strings.TrimSpace(strings.ReplaceAll(*f.at, "\r\n", "\n"))
		v := *f.at
		bad.Check(utf8.RuneCountInString(v) <= f.limit, f.name, "Use at most %d characters.", f.limit)
		if v == "" {
			continue
		}
		switch f.kind {
		case "color":
			*f.at = strings.ToLower(v)
			bad.Check(ValidColor(v), f.name, "Enter a colour such as #1f6f5c.")
		case "preset":
			bad.Check(preset(v).Value == v, f.name, "Choose one of the looks.")
		case "layout":
			bad.Check(v == "over" || v == "beside", f.name, "Choose where the text stands.")
		case "link":
			bad.Check(validLink(v), f.name, "Enter an address in your shop, such as /products, or one that begins with https://.")
		case "picture":
			bad.Check(web.LocalPath(v) && !strings.Contains(v, ".."), f.name, "Choose a picture.")
		case "social":
			for _, line := range lines(v) {
				bad.Check(strings.HasPrefix(line, "https://") && validLink(line), f.name, "“%s” is not an address that begins with https://.", line)
			}
		}
	}
	bad.Check(len(lines(t.Promises)) <= 4, "promises", "Use at most four lines.")
	bad.Check(len(lines(t.Social)) <= 8, "social", "Use at most eight lines.")
	return bad.Err()
}

func validLink(v string) bool {
	if web.LocalPath(v) {
		return true
	}
	u, err := url.Parse(v)
	return err == nil && u.Scheme == "https" && u.Host != "" && u.User == nil && !strings.ContainsAny(v, " \"'<>\\\n\t")
}

// lines are the lines of a text that are not blank, trimmed.
func lines(text string) []string {
	var out []string
	for line := range strings.SplitSeq(text, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// socialNames are networks that are known by their host.
var socialNames = map[string]string{
	"instagram.com": "Instagram", "facebook.com": "Facebook", "tiktok.com": "TikTok", "youtube.com": "YouTube", "pinterest.com": "Pinterest",
	"linkedin.com": "LinkedIn", "x.com": "X", "threads.net": "Threads", "bsky.app": "Bluesky", "vimeo.com": "Vimeo",
}

// social are the theme's links to other places, named for the place.
func (t Theme) social() []web.Link {
	var out []web.Link
	for _, address := range lines(t.Social) {
		u, err := url.Parse(address)
		if err != nil || u.Scheme != "https" {
			continue
		}
		host := strings.TrimPrefix(u.Host, "www.")
		label := socialNames[host]
		if label == "" {
			label = host
		}
		out = append(out, web.Link{Label: label, URL: address})
	}
	return out
}
