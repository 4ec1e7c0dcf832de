package catalog

import (
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"

	"wizamart/framework/database"
)

// ownMedia is the path of a picture in one of our shops: what an export writes for a picture that was uploaded.
var ownMedia = regexp.MustCompile(`^/(?:.*/)?media/([0-9a-f]{64})\.webp$`)

func ownHash(src string) string {
	u, err := url.Parse(src)
	if err != nil {
		return ""
	}
	if m := ownMedia.FindStringSubmatch(u.Path); m != nil {
		return m[1]
	}
	return ""
}

// baseName is the file name that an address ends with, without its query.
func baseName(src string) string {
	p := src
	if u, err := url.Parse(src); err == nil && u.Path != "" {
		p = u.Path
	}
	p = strings.ReplaceAll(p, `\`, "/")
	if p = path.Base(p); p == "." || p == "/" || p == ".." {
		return ""
	}
	return p
}

// findImage finds the product's image that came from an address, or is it.
func (g *merge) findImage(p *Product, src string) int {
	for i := range p.Images {
		if p.Images[i].SourceURL == src {
			return i
		}
	}
	if hash := ownHash(src); hash != "" {
		for i := range p.Images {
			if p.Images[i].Hash == hash {
				return i
			}
		}
	}
	return -1
}

// mergeImages adds the file's images to the product's. Where the file names all of them, its order counts.
func (g *merge) mergeImages(p *Product) error {
	order := make([]int, 0, len(g.file.Images))
	for _, f := range g.file.Images {
		n := g.findImage(p, f.Src)
		fresh := n < 0
		if fresh {
			image, err := g.newImage(f.Src)
			if err != nil {
				return err
			}
			n = len(p.Images)
			p.Images = append(p.Images, image)
		}
		if slices.Contains(order, n) { // two addresses of one picture
			continue
		}
		im := &p.Images[n]
		if fresh || g.columns.has("Image Alt Text") {
			im.Alt = f.Alt
		}
		var data imageData
		if err := im.ImportData.Decode(&data); err != nil {
			return wrap("read what the import kept", err)
		}
		data.Extra = g.columns.extras(data.Extra, f.Extra)
		var err error
		if im.ImportData, err = encodeData(data); err != nil {
			return err
		}
		g.images = append(g.images, imageOf{src: f.Src, line: f.Line, fresh: fresh, at: n})
		order = append(order, n)
	}
	if len(order) == len(p.Images) && !g.lenient {
		sorted := make([]Image, len(order))
		for i, n := range order {
			sorted[i] = p.Images[n]
			g.images[i].at = i
		}
		p.Images = sorted
	}
	return nil
}

// newImage is pending, unless the store has the picture already.
func (g *merge) newImage(src string) (Image, error) {
	image := Image{ID: database.NewID(), SourceURL: src}
	if hash := ownHash(src); hash != "" {
		m, err := g.Media(g.ctx, g.st, hash)
		if err != nil {
			return image, err
		}
		if m.Hash != "" {
			image = m.Image("")
			image.ID = database.NewID()
		}
	}
	return image, nil
}

// countImages counts the file's images of a product, and warns of those that the folder lacks.
func (m *importing) countImages(p *Product, g *merge, c *chunkState) {
	for _, i := range g.images {
		if i.fresh {
			c.state.Images.Added++
		}
		if p.Images[i.at].Hash != "" {
			continue
		}
		switch {
		case m.folder == nil:
			c.state.Images.Pending++
		case m.folder.find(i.src) != "":
			c.state.Images.Linked++
		default:
			c.state.Images.Pending++
			c.warnings = append(c.warnings, ImportIssue{i.line, "Image Src", CodeImageMissing, "the folder has no picture called “" + baseName(i.src) + "”; its address is kept"})
		}
	}
}
