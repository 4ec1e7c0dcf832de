package web

// breadcrumbs are the crumbs as schema.org's BreadcrumbList; nil when there is no way that is worth telling.
func breadcrumbs(c *Context, crumbs []Link) map[string]any {
	if c.Surface != Storefront || len(crumbs) < 2 {
		return nil
	}
	var items []map[string]any
	for i, l := range crumbs {
		item := map[string]any{"@type": "ListItem", "position": i + 1, "name": l.Label}
		if l.URL != "" {
			item["item"] = c.origin() + l.URL
		}
		items = append(items, item)
	}
	return map[string]any{"@context": "https://schema.org", "@type": "BreadcrumbList", "itemListElement": items}
}
