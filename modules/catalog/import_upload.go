package catalog

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/modules/catalog/shopifycsv"
	"wizamart/tenant"
)

// MaxImportFile is how large an uploaded file may be, in bytes.
const MaxImportFile = shopifycsv.DefaultMaxBytes

// keepUpload is how long an uploaded file waits to be imported, and keepUploads how many bytes of a store's do.
const (
	keepUpload  = 7 * 24 * time.Hour
	keepUploads = 4 * MaxImportFile
)

var stagedName = regexp.MustCompile(`^[0-9a-f-]{36}$`)

func importsDir(st *tenant.Store) string { return filepath.Join(st.TempDir(), "imports") }

// stagedPath is the file of an upload.
func stagedPath(st *tenant.Store, id string) (string, error) {
	if !stagedName.MatchString(id) {
		return "", problem.New(problem.NotFound, "This import does not exist.")
	}
	return filepath.Join(importsDir(st), id+".csv"), nil
}

// stage keeps an upload in the store's directory until it is imported, a buffer at a time.
func stage(st *tenant.Store, r io.Reader) (id string, err error) {
	if err := os.MkdirAll(importsDir(st), 0o700); err != nil {
		return "", wrap("create the directory of uploads", err)
	}
	removeStale(st)
	id = database.NewID()
	path, err := stagedPath(st, id)
	if err != nil {
		return "", err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return "", wrap("keep the upload", err)
	}
	n, err := io.Copy(f, io.LimitReader(r, MaxImportFile+1))
	if err == nil {
		err = f.Sync()
	}
	err = errors.Join(err, f.Close())
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge) || err == nil && n > MaxImportFile:
		err = problem.New(problem.TooLarge, "The file is larger than %d MB. Split it into several files.", MaxImportFile>>20)
	case err == nil && n == 0:
		err = problem.On("file", "Choose a file that is not empty.")
	}
	if err != nil {
		os.Remove(path) //nolint:errcheck // it is removed with the stale ones
		return "", err
	}
	return id, nil
}

// removeStale removes uploads that nobody imported: those that have waited long, and the oldest where there are so many
// that a store would fill the disk that it shares with others.
func removeStale(st *tenant.Store) {
	entries, err := os.ReadDir(importsDir(st)) // by name, so by time
	if err != nil {
		return
	}
	room := int64(keepUploads - MaxImportFile) // for the one that comes
	for _, e := range slices.Backward(entries) {
		info, err := e.Info()
		if err != nil {
			continue
		}
		if room -= info.Size(); room < 0 || time.Since(info.ModTime()) > keepUpload {
			os.Remove(filepath.Join(importsDir(st), e.Name())) //nolint:errcheck // next time
		}
	}
}

// fileName is what a browser calls the file, fit to be shown.
func fileName(name string) string {
	name = filepath.Base(strings.ReplaceAll(strings.ToValidUTF8(name, ""), `\`, "/"))
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, name)
	if r := []rune(name); len(r) > 100 {
		name = string(r[:100])
	}
	if name == "" || name == "." || name == "/" {
		return "products.csv"
	}
	return name
}

// upload finds the file in a request: a part called "file" of a multipart form, whose other small fields are given back, or a
// whole body of text/csv. take reads it; what it does not read is left in the connection.
func upload(r *http.Request, take func(name string, file io.Reader) error) (fields map[string]string, err error) {
	fields = map[string]string{}
	if r.ContentLength > maxImportBody { // said before a byte of it is read
		return nil, problem.New(problem.TooLarge, "The file is larger than %d MB. Split it into several files.", MaxImportFile>>20)
	}
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/") {
		return fields, take("products.csv", r.Body)
	}
	parts, err := r.MultipartReader()
	unread := &problem.Error{Code: problem.BadRequest, Message: "The form could not be read. Please go back and try again."}
	if err != nil {
		return nil, unread
	}
	found := false
	for {
		part, err := parts.NextPart()
		if err == io.EOF {
			break
		}
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) {
			return nil, problem.New(problem.TooLarge, "The file is larger than %d MB. Split it into several files.", MaxImportFile>>20)
		}
		if err != nil {
			return nil, unread
		}
		if part.FormName() == "file" && !found && (part.FileName() != "") {
			found = true
			if err := take(fileName(part.FileName()), part); err != nil {
				return nil, err
			}
			continue
		}
		value, err := io.ReadAll(io.LimitReader(part, 1000))
		if err != nil {
			return nil, unread
		}
		if len(fields) < 20 {
			fields[part.FormName()] = string(value)
		}
	}
	if !found {
		return nil, problem.On("file", "Choose a file.")
	}
	return fields, nil
}

// importFile is an upload that waits to be read.
func importFile(_ context.Context, st *tenant.Store, id string) (func() (io.ReadCloser, error), error) {
	path, err := stagedPath(st, id)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(path); err != nil {
		return nil, problem.New(problem.Gone, "The uploaded file is no longer there. Upload it again.")
	}
	return func() (io.ReadCloser, error) { return os.Open(path) }, nil
}
