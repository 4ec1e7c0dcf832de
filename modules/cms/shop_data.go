package cms

import "wizamart/framework/web"

// Organization is who stands behind a shop, as far as the merchant has said it.
type Organization struct {
	LegalName, Email, Phone, VATID    string
	Street, PostalCode, City, Country string
}

// describe tells machines whose shop it is (schema.org Organization and WebSite), and which picture to share.
func (s *Service) describe(c *web.Context, t Theme, page *web.Page) {
	home := c.Absolute("/")
	org := map[string]any{"@type": "OnlineStore", "@id": home + "#store", "name": c.Store.Info().Name, "url": home}
	said := func(data map[string]any, key, value string) {
		if value != "" {
			data[key] = value
		}
	}
	if t.HeroPicture != "" {
		page.Picture = c.Absolute(t.HeroPicture)
	}
	if t.Logo != "" {
		org["logo"] = c.Absolute(t.Logo)
		if page.Picture == "" {
			page.Picture = c.Absolute(t.Logo)
		}
	}
	said(org, "description", t.Tagline)
	var elsewhere []string
	for _, l := range t.social() {
		elsewhere = append(elsewhere, l.URL)
	}
	if len(elsewhere) > 0 {
		org["sameAs"] = elsewhere
	}
	if s.Organization != nil {
		o := s.Organization(c.Store)
		said(org, "legalName", o.LegalName)
		said(org, "email", o.Email)
		said(org, "telephone", o.Phone)
		said(org, "vatID", o.VATID)
		if o.Country != "" {
			address := map[string]any{"@type": "PostalAddress", "addressCountry": o.Country}
			said(address, "streetAddress", o.Street)
			said(address, "postalCode", o.PostalCode)
			said(address, "addressLocality", o.City)
			org["address"] = address
		}
	}
	page.LinkedData = map[string]any{"@context": "https://schema.org", "@graph": []any{org, map[string]any{
		"@type": "WebSite", "@id": home + "#site", "name": c.Store.Info().Name, "url": home, "publisher": map[string]any{"@id": home + "#store"},
		"potentialAction": map[string]any{
			"@type": "SearchAction", "target": map[string]any{"@type": "EntryPoint", "urlTemplate": c.Absolute("/search") + "?q={query}"}, "query-input": "required name=query",
		},
	}}}
}
