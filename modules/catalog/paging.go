package catalog

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

// newPaging keeps the other parameters of the current address. Pages count from 1.
func newPaging(c *web.Context, page, size, total int) paging {
	address := func(n int) string {
		q := c.R.URL.Query()
		q.Del("page")
		if n > 1 {
			q.Set("page", strconv.Itoa(n))
		}
		if len(q) == 0 {
			return c.R.URL.Path
		}
		return c.R.URL.Path + "?" + q.Encode()
	}
	last := max(1, (total+size-1)/size)
	p := paging{From: min((page-1)*size+1, total), To: min(page*size, total), Total: total}
	if page > 1 {
		p.Prev = address(page - 1)
	}
	if page < last {
		p.Next = address(page + 1)
	}
	for n := 1; n <= last; n++ {
		if n == 1 || n == last || n >= page-1 && n <= page+1 {
			p.Pages = append(p.Pages, ui.Link{Label: strconv.Itoa(n), URL: address(n), Active: n == page})
		} else if len(p.Pages) > 0 && p.Pages[len(p.Pages)-1].URL != "" {
			p.Pages = append(p.Pages, ui.Link{Label: "…"})
		}
	}
	return p
}

// pageNumber is the page that the address asks for, at least 1.
func pageNumber(c *web.Context) int {
	n, err := strconv.Atoi(c.Query("page"))
	if err != nil {
		return 1
	}
	return min(max(n, 1), 100_000)
}
