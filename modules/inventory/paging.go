package inventory

import (
	"strconv"

	"wizamart/framework/web"
	"wizamart/ui"
)

// paging is what the pagination component shows.
type paging struct {
	From, To, Total int
	Prev, Next      string
	Pages           []ui.Link
}

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

func newPaging(c *web.Context, page, total int) paging {
	last := max(1, (total+pageSize-1)/pageSize)
	p := paging{From: min((page-1)*pageSize+1, total), To: min(page*pageSize, total), Total: total}
	to := func(n int) string { return c.URL(pagePath(c, n)) }
	if page > 1 {
		p.Prev = to(page - 1)
	}
	if page < last {
		p.Next = to(page + 1)
	}
	gap := false
	for n := 1; n <= last; n++ {
		if n != 1 && n != last && (n < page-2 || n > page+2) {
			if !gap {
				p.Pages = append(p.Pages, ui.Link{})
			}
			gap = true
			continue
		}
		gap = false
		p.Pages = append(p.Pages, ui.Link{Label: strconv.Itoa(n), URL: to(n), Active: n == page})
	}
	return p
}
