package inventory

import (
	"strconv"

	"wizamart/framework/web"
)

// pagePath is the list's address with its filters; page 0 keeps the page.
func pagePath(c *web.Context, page int) string {
	q := c.R.URL.Query()
	if page > 1 {
		q.Set("page", strconv.Itoa(page))
	} else if page == 1 {
		q.Del("page")
	}
	if len(q) == 0 {
		return "/inventory"
	}
	return "/inventory?" + q.Encode()
}
