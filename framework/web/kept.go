package web

import (
	"bytes"
	"fmt"
	"html/template"
	"sync"

	"wizamart/tenant"
)

// keptParts are the parts of a shop's layout around its pages, as they were made for other visitors of the same version of the store (see
// tenant.Version): most pages of a checkout differ from others in neither header nor footer.
type keptParts struct {
	mu    sync.RWMutex
	parts map[string]template.HTML // at most maxParts
}

const maxParts = 4000 // of some 3 KiB

// part is the layout's part of that name.
func (s *templateSet) part(name string, v *View) (template.HTML, error) {
	k, key := &s.all.kept, name+" "+v.shell
	keeps := v.shell != "" && !s.all.live
	if keeps {
		k.mu.RLock()
		html, ok := k.parts[key]
		k.mu.RUnlock()
		if ok {
			return html, nil
		}
	}
	var buf bytes.Buffer
	if err := s.root.ExecuteTemplate(&buf, name, v); err != nil {
		return "", err
	}
	html := template.HTML(buf.String()) // escaped by the template
	if keeps {
		k.mu.Lock()
		defer k.mu.Unlock()
		if k.parts == nil || len(k.parts) >= maxParts {
			k.parts = map[string]template.HTML{}
		}
		k.parts[key] = html
	}
	return html, nil
}

// shell is what parts of a layout are made of: the version is read before them, so that they are at least as new as it says.
type shell struct {
	c       *Context
	version tenant.Version
}

func shellOf(c *Context) shell {
	if c.Store == nil || c.Surface != Storefront {
		return shell{}
	}
	return shell{c, c.Store.Version()}
}

// with is the key for a view: everything that header and footer show which is not the store's. "" keeps nothing.
func (s shell) with(v *View) string {
	if s.c == nil {
		return ""
	}
	active := ""
	for _, l := range v.Nav {
		if l.Active {
			active += l.URL + " "
		}
	}
	return fmt.Sprintf("%s %d %d %s %s %q %t %d %q", s.c.Store.ID(), s.version.Store, s.version.Platform, s.c.Lang, s.c.R.Host, s.c.Prefix, v.User != nil, v.CartCount, active)
}
