package web

import "strconv"

// Paging is what the pagination component shows.
type Paging struct {
	From, To, Total int
	Prev, Next      string // "" at the ends
	Pages           []Link // without URL: a gap
}

// PageNumber is the page that the address asks for, from 1.
func (c *Context) PageNumber() int {
	n, err := strconv.Atoi(c.Query("page"))
	if err != nil {
		return 1
	}
	return min(max(n, 1), 100_000)
}

// Paging links to the pages of a list of total rows, size on a page. The address's other parameters stay.
func (c *Context) Paging(page, size, total int) Paging {
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
	p := Paging{From: min((page-1)*size+1, total), To: min(page*size, total), Total: total}
	if page > 1 {
		p.Prev = address(page - 1)
	}
	if page < last {
		p.Next = address(page + 1)
	}
	for n := range last {
		n++
		if n == 1 || n == last || n >= page-1 && n <= page+1 {
			p.Pages = append(p.Pages, Link{Label: strconv.Itoa(n), URL: address(n), Active: n == page})
		} else if p.Pages[len(p.Pages)-1].URL != "" {
			p.Pages = append(p.Pages, Link{Label: "…"})
		}
	}
	return p
}
