package catalog

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"wizamart/framework/problem"
	"wizamart/tenant"
)

// maxFolder is how many files a folder of pictures may have.
const maxFolder = 200_000

// folder finds pictures by their base names, in letter case as given, else in any. What lies outside of the
// fs.FS is out of reach: the command line gives an os.Root.
type folder struct {
	files fs.FS
	exact map[string]string
	loose map[string]string
}

func newFolder(files fs.FS) (*folder, error) {
	f := &folder{files: files, exact: map[string]string{}, loose: map[string]string{}}
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		if len(f.exact) >= maxFolder {
			return problem.On("images", "The folder has more than %d files.", maxFolder)
		}
		base := path.Base(name)
		if _, twice := f.exact[base]; !twice {
			f.exact[base] = name
		}
		if _, twice := f.loose[strings.ToLower(base)]; !twice {
			f.loose[strings.ToLower(base)] = name
		}
		return nil
	})
	return f, wrap("read the folder of pictures", err)
}

// find gives the path of the picture for an address, or "".
func (f *folder) find(src string) string {
	base := baseName(src)
	if name, ok := f.exact[base]; ok {
		return name
	}
	return f.loose[strings.ToLower(base)]
}

// linkFolder gives the store's pending images their pictures from the folder.
func (m *importing) linkFolder(ctx context.Context) error {
	linked := map[string]Media{}
	return m.eachPending(ctx, m.st, func(im Image) error {
		name := m.folder.find(im.SourceURL)
		if name == "" {
			return nil
		}
		media, ok := linked[name]
		if !ok {
			var err error
			if media, err = m.storeFile(ctx, name); problem.Is(err, problem.Invalid) {
				m.report.warn(ImportIssue{0, "Image Src", CodeImageUnreadable, fmt.Sprintf("%s: %s", name, sentence(err))})
				m.state.Images.Linked--
				m.state.Images.Pending++
				return nil
			} else if err != nil {
				return err
			}
			if len(linked) < 10_000 {
				linked[name] = media
			}
		}
		return m.FillImage(ctx, m.st, im.ProductID, im.ID, media, "")
	})
}

func (m *importing) storeFile(ctx context.Context, name string) (Media, error) {
	f, err := m.folder.files.Open(name)
	if err != nil {
		return Media{}, problem.On("images", "It cannot be opened.")
	}
	defer f.Close()
	return m.StoreMedia(ctx, m.st, f)
}

// sentence is what a refusal says to a person.
func sentence(err error) string {
	var p *problem.Error
	if !errors.As(err, &p) {
		return "It could not be read."
	}
	if len(p.Fields) > 0 {
		return p.Fields[0].Message
	}
	return p.Message
}

// eachPending calls fn for each image without a picture, those that failed before included, each once.
func (s *Service) eachPending(ctx context.Context, st *tenant.Store, fn func(Image) error) error {
	for after := ""; ; {
		rows, err := st.QueryContext(ctx, `SELECT `+imageColumns+` FROM catalog_image i LEFT JOIN catalog_media m ON m.hash = i.media_hash
			JOIN catalog_product p ON p.id = i.product_id AND p.deleted_at IS NULL
			WHERE i.media_hash IS NULL AND i.deleted_at IS NULL AND i.source_url <> '' AND i.id > ? ORDER BY i.id LIMIT 100`, after)
		list, err := collect(rows, err, scanImage)
		if err != nil {
			return wrap("read pending images", err)
		}
		for _, im := range list {
			if err := context.Cause(ctx); err != nil {
				return err
			}
			if err := fn(im); err != nil && !problem.Is(err, problem.NotFound) {
				return err
			}
			after = im.ID
		}
		if len(list) < 100 {
			return nil
		}
	}
}
