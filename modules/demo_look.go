package modules

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"wizamart/modules/cms"
	"wizamart/modules/devtools"
	"wizamart/tenant"
)

// demoLook is what devtools/demo/look.json says of a store.
type demoLook struct {
	Announcement    string
	AnnouncementURL string `json:"announcement_url"`
	HeroLayout      string `json:"hero_layout"`
	Promises        []string
	StoryTitle      string `json:"story_title"`
	StoryText       string `json:"story_text"`
	StoryButton     string `json:"story_button"`
	StoryURL        string `json:"story_url"`
	StoryPicture    string `json:"story_picture"`
	FooterText      string `json:"footer_text"`
	Social          []string
}

// theme gives a store its look.
func (d *demo) theme(st *tenant.Store, s demoStore) error {
	data, err := fs.ReadFile(devtools.Demo, "demo/look.json")
	if err != nil {
		return err
	}
	looks := map[string]demoLook{}
	if err := json.Unmarshal(data, &looks); err != nil {
		return fmt.Errorf("read demo/look.json: %w", err)
	}
	l := looks[s.Code]
	theme := cms.Theme{
		Preset: s.Theme.Preset, Tagline: s.Tagline, Announcement: l.Announcement, AnnouncementURL: l.AnnouncementURL,
		HeroTitle: s.Hero.Title, HeroText: s.Hero.Text, HeroButton: s.Hero.Cta, HeroURL: "/categories/" + s.Hero.Href, HeroLayout: l.HeroLayout,
		Promises: strings.Join(l.Promises, "\n"), StoryTitle: l.StoryTitle, StoryText: l.StoryText, StoryButton: l.StoryButton, StoryURL: l.StoryURL,
		FooterText: l.FooterText, Social: strings.Join(l.Social, "\n"),
	}
	if l.StoryPicture == "" && len(s.Categories) > 1 {
		l.StoryPicture = s.Categories[1].Picture
	}
	for at, name := range map[*string]string{&theme.HeroPicture: s.Hero.Picture, &theme.Logo: s.Logo, &theme.StoryPicture: l.StoryPicture} {
		if name == "" {
			continue
		}
		data, err := fs.ReadFile(pictures(s), name)
		if err != nil {
			return err
		}
		if *at, err = d.shop.AddPicture(d.rt.Ctx, st, bytes.NewReader(data), 1600); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return d.shop.SaveTheme(d.rt.Ctx, st, theme)
}

// pages are the Markdown files of demo/pages/<store>: the first line is the title, the name behind the number the address.
func (d *demo) pages(st *tenant.Store, s demoStore) error {
	names, err := fs.Glob(devtools.Demo, path.Join("demo", "pages", s.Code, "*.md"))
	if err != nil {
		return err
	}
	for _, name := range names {
		text, err := fs.ReadFile(devtools.Demo, name)
		if err != nil {
			return err
		}
		title, body, _ := strings.Cut(string(text), "\n")
		_, slug, _ := strings.Cut(strings.TrimSuffix(path.Base(name), ".md"), "-")
		_, err = d.shop.CreatePage(d.rt.Ctx, st, cms.PageInput{Title: strings.TrimPrefix(title, "# "), Slug: slug, Body: body, Published: true, InFooter: true})
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}
