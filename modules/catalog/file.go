package catalog

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/framework/web"
	"wizamart/modules/catalog/catalogtype"
	"wizamart/tenant"
)

// Limits of files that are sold.
const (
	MaxFile     = 512 << 20 // bytes of one
	maxFiles    = 50        // of one product
	maxFileName = 120       // characters
)

// ProductFile is a file that a product, or one of its variants, gives to its buyers.
type ProductFile struct {
	ID        string
	ProductID string
	VariantID string // "" is every variant
	catalogtype.File
	CreatedAt database.Time
}

// KeepFile keeps a file as it is, whatever it holds: it is never shown, only downloaded. It lies in the store's media directory, named for its content, and
// in the replica, before its row is written; the same content twice is one file. A crash in between leaves a file that nobody names. Errors: TooLarge, Quota,
// Full, Invalid on "file" for one that is empty.
func (s *Service) KeepFile(ctx context.Context, st *tenant.Store, r io.Reader) (hash string, bytes int64, err error) {
	if st.InTransaction() {
		return "", 0, errors.New("catalog: files are kept outside transactions")
	}
	temp, hash, bytes, err := receiveFile(st, r)
	if err != nil {
		return "", 0, err
	}
	defer os.Remove(temp) //nolint:errcheck // it is in its place, or of no use
	known, err := fileKnown(ctx, st, hash)
	if err != nil || known {
		return hash, bytes, err
	}
	if err := s.roomForBytes(st, bytes); err != nil {
		return "", 0, err
	}
	name := catalogtype.FileName(hash)
	if err := placeFile(temp, filepath.Join(st.MediaDir(), name)); err != nil {
		return "", 0, err
	}
	if err := st.KeepMedia(ctx, name); err != nil {
		return "", 0, err
	}
	err = st.Write(ctx, func(tx *tenant.Store) error {
		_, err := tx.ExecContext(ctx, "INSERT INTO catalog_file (hash, bytes, created_at) VALUES (?, ?, ?) ON CONFLICT (hash) DO NOTHING", hash, bytes, database.Now())
		return err
	})
	return hash, bytes, wrap("note the file", err)
}

// receiveFile writes what comes to a temporary file, a buffer at a time, durably.
func receiveFile(st *tenant.Store, r io.Reader) (path, hash string, bytes int64, err error) {
	if err := os.MkdirAll(st.TempDir(), 0o700); err != nil {
		return "", "", 0, wrap("create the directory of uploads", err)
	}
	f, err := os.CreateTemp(st.TempDir(), "file-*")
	if err != nil {
		return "", "", 0, wrap("receive a file", err)
	}
	sum := sha256.New()
	bytes, err = io.Copy(io.MultiWriter(f, sum), io.LimitReader(r, MaxFile+1))
	if err == nil {
		err = f.Sync()
	}
	err = errors.Join(err, f.Close())
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge) || err == nil && bytes > MaxFile:
		err = problem.New(problem.TooLarge, "The file is larger than %d MB.", MaxFile>>20)
	case err == nil && bytes == 0:
		err = problem.On("file", "Choose a file that is not empty.")
	}
	if err != nil {
		return "", "", 0, errors.Join(err, os.Remove(f.Name()))
	}
	return f.Name(), hex.EncodeToString(sum.Sum(nil)), bytes, nil
}

func placeFile(temp, target string) error {
	if err := os.MkdirAll(filepath.Dir(target), 0o700); err != nil {
		return wrap("create the directory of files", err)
	}
	if err := os.Rename(temp, target); err != nil {
		return wrap("keep the file", err)
	}
	d, err := os.Open(filepath.Dir(target))
	if err != nil {
		return nil //nolint:nilerr // the file is in its place; only its name's durability is unknown
	}
	defer d.Close()
	return wrap("sync the directory of files", d.Sync())
}

// AddFile has a product, or one of its variants, give a file to its buyers. Who has bought it before is not given it: see the order's page. The same file
// under the same name twice is once. Errors: as KeepFile; NotFound; Invalid on "variant", or on "file" where the product has too many.
func (s *Service) AddFile(ctx context.Context, st *tenant.Store, productID, variantID, name string, r io.Reader) (*ProductFile, error) {
	if err := s.mayAddFile(ctx, st, productID, variantID); err != nil {
		return nil, err
	}
	hash, bytes, err := s.KeepFile(ctx, st, r)
	if err != nil {
		return nil, err
	}
	f := &ProductFile{ID: database.NewID(), ProductID: productID, VariantID: variantID, File: catalogtype.File{Hash: hash, Name: soldName(name), Bytes: bytes}, CreatedAt: database.Now()}
	err = st.Write(ctx, func(tx *tenant.Store) error {
		if err := s.mayAddFile(ctx, tx, productID, variantID); err != nil {
			return err
		}
		p, err := s.Product(ctx, tx, productID)
		if err != nil {
			return err
		}
		files, err := s.ProductFiles(ctx, tx, productID)
		if err != nil {
			return err
		}
		for i := range files {
			if old := files[i]; old.Hash == f.Hash && old.Name == f.Name && old.VariantID == f.VariantID {
				f = &old
				return nil
			}
		}
		_, err = tx.ExecContext(ctx, "INSERT INTO catalog_product_file (id, product_id, variant_id, hash, name, created_at) VALUES (?, ?, ?, ?, ?, ?)",
			f.ID, f.ProductID, f.VariantID, f.Hash, f.Name, f.CreatedAt)
		if err != nil {
			return wrap("add a file", err)
		}
		return record(ctx, tx, "catalog.product.file_added", "product", p.ID, p.Title, nil, map[string]any{"file": f.Name, "hash": f.Hash, "variant": f.VariantID})
	})
	if err != nil {
		return nil, err
	}
	return f, nil
}

// mayAddFile is nil when the product may have one file more.
func (s *Service) mayAddFile(ctx context.Context, st *tenant.Store, productID, variantID string) error {
	p, err := s.Product(ctx, st, productID)
	if err != nil {
		return err
	}
	if variantID != "" && p.Variant(variantID) == nil {
		return problem.On("variant", "Choose one of the product's variants.")
	}
	files, err := s.ProductFiles(ctx, st, productID)
	if err == nil && len(files) >= maxFiles {
		return problem.On("file", "A product has at most %d files.", maxFiles)
	}
	return err
}

// RemoveFile has a product give a file to nobody any more; those who have bought it keep it. Errors: NotFound.
func (s *Service) RemoveFile(ctx context.Context, st *tenant.Store, productID, fileID string) error {
	return st.Write(ctx, func(tx *tenant.Store) error {
		p, err := s.Product(ctx, tx, productID)
		if err != nil {
			return err
		}
		files, err := s.ProductFiles(ctx, tx, productID)
		if err != nil {
			return err
		}
		for _, f := range files {
			if f.ID != fileID {
				continue
			}
			if _, err := tx.ExecContext(ctx, "DELETE FROM catalog_product_file WHERE id = ?", f.ID); err != nil {
				return wrap("remove a file", err)
			}
			return record(ctx, tx, "catalog.product.file_removed", "product", p.ID, p.Title, map[string]any{"file": f.Name, "hash": f.Hash, "variant": f.VariantID}, nil)
		}
		return problem.New(problem.NotFound, "This file does not exist.")
	})
}

// OpenFile opens a file of the product for who manages it. Errors: NotFound.
func (s *Service) OpenFile(ctx context.Context, st *tenant.Store, productID, fileID string) (*ProductFile, *os.File, error) {
	files, err := s.ProductFiles(ctx, st, productID)
	if err != nil {
		return nil, nil, err
	}
	for i := range files {
		if files[i].ID == fileID {
			f, err := st.OpenLargeMedia(ctx, catalogtype.FileName(files[i].Hash))
			if err != nil {
				return nil, nil, fmt.Errorf("open the file %s: %w", files[i].Hash, err)
			}
			return &files[i], f, nil
		}
	}
	return nil, nil, problem.New(problem.NotFound, "This file does not exist.")
}

// copyFiles has the copy of a product give the files of the original: a variant's go to the variant at the same place.
func (s *Service) copyFiles(ctx context.Context, tx *tenant.Store, from, to *Product) error {
	files, err := s.ProductFiles(ctx, tx, from.ID)
	if err != nil {
		return err
	}
	for _, f := range files {
		variant := ""
		for i := range from.Variants {
			if from.Variants[i].ID == f.VariantID && i < len(to.Variants) {
				variant = to.Variants[i].ID
			}
		}
		if variant == "" && f.VariantID != "" {
			continue
		}
		_, err := tx.ExecContext(ctx, "INSERT INTO catalog_product_file (id, product_id, variant_id, hash, name, created_at) VALUES (?, ?, ?, ?, ?, ?)",
			database.NewID(), to.ID, variant, f.Hash, f.Name, database.Now())
		if err != nil {
			return wrap("copy a file", err)
		}
	}
	return nil
}

// fileFacts tell on the product's page what is downloaded.
func fileFacts(c *web.Context, files []catalogtype.File) []fact {
	var out []fact
	for _, f := range files {
		out = append(out, fact{c.T("Download"), f.Name + " (" + c.Size(f.Bytes) + ")"})
	}
	return out
}

// soldName is what a browser calls a file, fit to be a file's name anywhere: its end stays, because it says what the file is.
func soldName(name string) string {
	name = strings.ToValidUTF8(name, "")
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || strings.ContainsRune(`<>:"|?*`, r) {
			return -1 // what file systems refuse, and what turns the reading direction to hide an ending
		}
		return r
	}, name))
	name = strings.TrimLeft(name, ".")
	if utf8.RuneCountInString(name) > maxFileName {
		ext := filepath.Ext(name)
		if utf8.RuneCountInString(ext) > 20 {
			ext = ""
		}
		r := []rune(strings.TrimSuffix(name, ext))
		name = string(r[:maxFileName-utf8.RuneCountInString(ext)]) + ext
	}
	if name == "" {
		return "download"
	}
	return name
}
