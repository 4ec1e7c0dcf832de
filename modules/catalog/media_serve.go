package catalog

import (
	"errors"
	"io/fs"
	"net/http"
	"regexp"
	"strconv"
	"time"

	"wizamart/framework/problem"
	"wizamart/framework/web"
)

var mediaName = regexp.MustCompile(`^([0-9a-f]{64})(?:-(200|400|800|1200))?\.webp$`)

// serveMedia answers with a picture of this store. The name is the content's hash, so it may be kept for ever; a name that is no hash
// never reaches the file system, and a hash that is not in the store's own database is not found.
func (s *Service) serveMedia(c *web.Context) error {
	missing := problem.New(problem.NotFound, "This picture does not exist.")
	name := c.Param("file")
	parts := mediaName.FindStringSubmatch(name)
	if parts == nil {
		return missing
	}
	m, err := s.Media(c.Ctx(), c.Store, parts[1])
	if err != nil {
		return err
	}
	width, _ := strconv.Atoi(parts[2]) // 0 for the whole
	if m.Hash == "" || width != 0 && !m.Sizes.Has(width) {
		return missing
	}
	f, err := c.Store.OpenMedia(c.Ctx(), name)
	if errors.Is(err, fs.ErrNotExist) {
		return missing
	}
	if err != nil {
		return wrap("open a picture", err)
	}
	defer f.Close()
	h := c.W.Header()
	h.Set("Content-Type", "image/webp")
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("ETag", `"`+parts[1][:32]+parts[2]+`"`)
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("X-Content-Type-Options", "nosniff")
	http.ServeContent(c.W, c.R, "", time.Time{}, f)
	return nil
}
