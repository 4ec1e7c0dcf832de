package catalog

import (
	"encoding/json"
	"net/http"

	"wizamart/framework/problem"
	"wizamart/framework/web"
)

// uploadBody is what one request may bring, in bytes: a handful of large photographs.
const uploadBody = 5*MaxUpload + 1<<20

// uploadedImage is an image as the page's script takes it.
type uploadedImage struct {
	ID    string `json:"id"`
	URL   string `json:"url"`
	Small string `json:"small"`
	Alt   string `json:"alt"`
}

type uploadAnswer struct {
	Images  []uploadedImage `json:"images"`
	Refused []string        `json:"refused"` // "name: why"
	Updated int64           `json:"updated"` // the product's mark after it, Unix milliseconds
}

// take notes what became of one picture; what is not the picture's fault is an error.
func (a *uploadAnswer) take(c *web.Context, name string, im *Image, err error) error {
	if refused(err) {
		a.Refused = append(a.Refused, name+": "+firstMessage(err))
		return nil
	}
	if err == nil {
		a.Images = append(a.Images, uploadedImage{im.ID, c.URL(im.URL()), c.URL(im.SmallURL()), im.Alt})
	}
	return err
}

// refused tells whether a picture is not taken for a reason that its bringer can do something about.
func refused(err error) bool {
	return problem.Is(err, problem.Invalid) || problem.Is(err, problem.Quota) || problem.Is(err, problem.Full)
}

// uploadImages takes pictures of a product, from the page's script one by one or from the plain form together. What can be read is
// kept; each one that cannot is named with the reason.
func (s *Service) uploadImages(c *web.Context) error {
	if _, err := c.Form(); err != nil {
		return err
	}
	id := c.Param("id")
	if _, err := s.Product(c.Ctx(), c.Store, id); err != nil {
		return err
	}
	answer := uploadAnswer{Images: []uploadedImage{}, Refused: []string{}}
	if address := c.R.PostFormValue("address"); address != "" {
		im, err := s.AddImageFrom(c.Ctx(), c.Store, id, address, "")
		if err := answer.take(c, clip(address), im, err); err != nil {
			return err
		}
	}
	if c.R.MultipartForm != nil {
		for _, header := range c.R.MultipartForm.File["images"] {
			f, err := header.Open()
			if err != nil {
				return wrap("open an upload", err)
			}
			im, err := s.AddImage(c.Ctx(), c.Store, id, f, "")
			f.Close()
			if err := answer.take(c, clip(header.Filename), im, err); err != nil {
				return err
			}
		}
	}
	if c.WantsJSON() {
		return s.answerUpload(c, id, answer)
	}
	for _, why := range answer.Refused {
		c.Flash("error", "%s", why)
	}
	switch n := len(answer.Images); {
	case n == 1:
		c.Flash("success", "The picture was added.")
	case n > 1:
		c.Flash("success", "%d pictures were added.", n)
	case len(answer.Refused) == 0:
		c.Flash("info", "Choose a picture first.")
	}
	return c.Redirect("/products/" + id + "#pictures")
}

func (s *Service) answerUpload(c *web.Context, id string, answer uploadAnswer) error {
	p, err := s.Product(c.Ctx(), c.Store, id)
	if err != nil {
		return err
	}
	answer.Updated = p.UpdatedAt.UnixMilli()
	h := c.W.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-store")
	if len(answer.Images) == 0 {
		c.W.WriteHeader(http.StatusUnprocessableEntity)
	}
	return json.NewEncoder(c.W).Encode(answer)
}

// clip shortens a file's name for a message.
func clip(name string) string {
	if r := []rune(name); len(r) > 60 {
		return string(r[:57]) + "…"
	}
	return name
}
