package replicate

import (
	"bytes"
	"context"
	"crypto/md5"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

func (s *s3) Get(ctx context.Context, key string) ([]byte, string, error) {
	res, err := s.do(ctx, s3Request{method: http.MethodGet, key: key})
	if err != nil {
		return nil, "", err
	}
	defer res.Body.Close()
	data, err := io.ReadAll(io.LimitReader(res.Body, 16<<20))
	return data, res.Header.Get("Etag"), err
}

func (s *s3) Open(ctx context.Context, key string, offset, size int64) (io.ReadCloser, error) {
	r := s3Request{method: http.MethodGet, key: key, header: http.Header{}}
	if size > 0 {
		r.header.Set("Range", fmt.Sprintf("bytes=%d-%d", offset, offset+size-1))
	} else if offset > 0 {
		r.header.Set("Range", fmt.Sprintf("bytes=%d-", offset))
	}
	res, err := s.do(ctx, r)
	if err != nil {
		return nil, err
	}
	if res.ContentLength < 0 || res.ContentLength > s3Small {
		return res.Body, nil
	}
	// A restore opens every small file before it reads the first: their connections are given back here.
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	return io.NopCloser(bytes.NewReader(data)), err
}

func (s *s3) put(ctx context.Context, key string, body io.ReadSeeker, meta map[string]string, condition, value string) error {
	r := s3Request{method: http.MethodPut, key: key, body: body, header: http.Header{}}
	for k, v := range meta {
		r.header.Set("X-Amz-Meta-"+k, v)
	}
	if condition != "" {
		r.header.Set(condition, value)
	}
	res, err := s.do(ctx, r)
	if err != nil {
		return err
	}
	return res.Body.Close()
}

func (s *s3) Create(ctx context.Context, key string, body io.ReadSeeker, meta map[string]string) error {
	return s.put(ctx, key, body, meta, "If-None-Match", "*")
}

func (s *s3) Put(ctx context.Context, key string, body io.ReadSeeker, meta map[string]string) error {
	return s.put(ctx, key, body, meta, "", "")
}

func (s *s3) Replace(ctx context.Context, key, tag string, data []byte) error {
	err := s.put(ctx, key, bytes.NewReader(data), nil, "If-Match", tag)
	if errors.Is(err, fs.ErrExist) {
		return errChanged
	}
	return err
}

type s3Listing struct {
	IsTruncated           bool
	NextContinuationToken string
	Contents              []struct {
		Key          string
		Size         int64
		LastModified time.Time
	}
	CommonPrefixes []struct{ Prefix string }
}

func (s *s3) list(ctx context.Context, q url.Values, each func(*s3Listing) error) error {
	for {
		res, err := s.do(ctx, s3Request{method: http.MethodGet, query: q})
		if err != nil {
			return err
		}
		var page s3Listing
		err = xml.NewDecoder(res.Body).Decode(&page)
		res.Body.Close()
		if err != nil {
			return fmt.Errorf("s3: read a listing: %w", err)
		}
		if err := each(&page); err != nil || !page.IsTruncated {
			return err
		}
		q.Set("continuation-token", page.NextContinuationToken)
		q.Del("start-after")
	}
}

// full is a key with the target's prefix, and a slash at its end kept.
func (s *s3) full(key string) string {
	if s.t.Prefix == "" {
		return key
	}
	return s.t.Prefix + "/" + key
}

func (s *s3) List(ctx context.Context, prefix, after string, each func(object) error) error {
	q := url.Values{"list-type": {"2"}, "prefix": {s.full(prefix)}}
	if after != "" {
		q.Set("start-after", s.full(after))
	}
	return s.list(ctx, q, func(page *s3Listing) error {
		for _, c := range page.Contents {
			if err := each(object{Key: strings.TrimPrefix(c.Key, s.full("")), Size: c.Size, Modified: c.LastModified}); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *s3) Folders(ctx context.Context, prefix string) ([]string, error) {
	var out []string
	full := s.full(prefix)
	err := s.list(ctx, url.Values{"list-type": {"2"}, "prefix": {full}, "delimiter": {"/"}}, func(page *s3Listing) error {
		for _, c := range page.CommonPrefixes {
			out = append(out, strings.Trim(strings.TrimPrefix(c.Prefix, full), "/"))
		}
		return nil
	})
	return out, err
}

// meta is the metadata of an object.
func (s *s3) meta(ctx context.Context, key, name string) (string, error) {
	res, err := s.do(ctx, s3Request{method: http.MethodHead, key: key})
	if err != nil {
		return "", err
	}
	return res.Header.Get("X-Amz-Meta-" + name), res.Body.Close()
}

// delete removes objects, up to 1,000 a request. One that is gone already is no error.
func (s *s3) delete(ctx context.Context, keys []string) error {
	type entry struct{ Key string }
	for part := range slices.Chunk(keys, 1000) {
		request := struct {
			XMLName xml.Name `xml:"Delete"`
			Quiet   bool
			Object  []entry
		}{Quiet: true}
		for _, k := range part {
			request.Object = append(request.Object, entry{s.full(k)})
		}
		body, err := xml.Marshal(request)
		if err != nil {
			return err
		}
		sum := md5.Sum(body) //nolint:gosec // S3 wants it for this request
		res, err := s.do(ctx, s3Request{
			method: http.MethodPost, query: url.Values{"delete": {""}}, body: bytes.NewReader(body),
			header: http.Header{"Content-Md5": {base64.StdEncoding.EncodeToString(sum[:])}, "Content-Type": {"application/xml"}},
		})
		if err != nil {
			return err
		}
		var answer struct {
			Error []struct{ Key, Code, Message string }
		}
		err = xml.NewDecoder(res.Body).Decode(&answer)
		res.Body.Close()
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("s3: read what was deleted: %w", err)
		}
		if len(answer.Error) > 0 {
			return fmt.Errorf("s3: delete %s: %s %s (and %d others)", answer.Error[0].Key, answer.Error[0].Code, answer.Error[0].Message, len(answer.Error)-1)
		}
	}
	return nil
}
