package cms

import (
	"errors"
	"io/fs"
	"net/http"

	"wizamart/framework/problem"
	"wizamart/framework/web"
)

// serveFile answers with a file; its headers are set already.
func serveFile(c *web.Context, name string) error {
	f, err := c.Store.OpenMedia(c.Ctx(), name)
	if errors.Is(err, fs.ErrNotExist) {
		c.W.Header().Del("Cache-Control")
		return problem.New(problem.NotFound, "There is no such picture.")
	}
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	http.ServeContent(c.W, c.R, "", info.ModTime(), f)
	return nil
}
