package replicate

import (
	"bytes"
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"
)

// s3 speaks the five S3 requests that a replica needs, signed with Signature Version 4. It stands here instead of AWS's SDK,
// which adds 9 MB to the binary for its other hundred requests, cannot have its connections shared by the clients of many
// stores, and refuses to start under AWS_CA_BUNDLE together with a connection of one's own.
type s3 struct {
	t    Target
	base url.URL
	http *http.Client
	now  func() time.Time
}

const (
	s3Attempts  = 4
	s3Small     = 1 << 20          // bytes of an object that is read whole at once
	s3Stall     = 30 * time.Second // without a byte, after which a download has failed
	s3Slow      = 64 << 10         // bytes a second that an upload may always count on
	s3PutMax    = 5 << 30          // the largest object of a single PUT
	emptySHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
)

func newS3(t Target) (*s3, error) {
	if t.AccessKey == "" || t.SecretKey == "" {
		return nil, errors.New("the keys of the replica's bucket are missing: set access-key-id and secret-access-key in litestream.yml, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
	}
	base, err := url.Parse(cmp.Or(t.Endpoint, "https://s3."+t.Region+".amazonaws.com"))
	if err != nil {
		return nil, fmt.Errorf("read the bucket's endpoint: %w", err)
	}
	if t.VirtualHost {
		base.Host = t.Bucket + "." + base.Host
	} else {
		base.Path = "/" + t.Bucket
	}
	return &s3{t: t, base: *base, now: time.Now, http: &http.Client{Transport: &http.Transport{
		Proxy:       http.ProxyFromEnvironment,
		DialContext: (&net.Dialer{Timeout: 5 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		// Connections have no upper bound: a restore keeps one open for each large file that it merges, and would wait for itself.
		MaxIdleConnsPerHost: 64, IdleConnTimeout: 90 * time.Second, TLSHandshakeTimeout: 5 * time.Second,
		ResponseHeaderTimeout: 60 * time.Second, ForceAttemptHTTP2: true,
		TLSClientConfig: &tls.Config{InsecureSkipVerify: t.SkipVerify}, //nolint:gosec // the operator's own word in litestream.yml
	}}}, nil
}

// s3Error is an answer of the service that is no success.
type s3Error struct {
	Op, Key string
	Status  int
	Code    string `xml:"Code"`
	Message string `xml:"Message"`
}

func (e *s3Error) Error() string {
	return strings.TrimSpace(fmt.Sprintf("s3: %s %s: %d %s %s", e.Op, e.Key, e.Status, e.Code, e.Message))
}

func (e *s3Error) Is(target error) bool {
	switch target {
	case fs.ErrNotExist:
		return e.Status == http.StatusNotFound && e.Code != "NoSuchBucket"
	case fs.ErrExist:
		return e.Status == http.StatusPreconditionFailed
	}
	return false
}

func (e *s3Error) transient() bool {
	return e.Status >= 500 || e.Status == http.StatusTooManyRequests || e.Status == http.StatusRequestTimeout || e.Status == http.StatusConflict
}

type s3Request struct {
	method, key string
	query       url.Values
	header      http.Header
	body        io.ReadSeeker
}

// do sends a request until it is answered, a few times; ctx bounds it all.
func (s *s3) do(ctx context.Context, r s3Request) (*http.Response, error) {
	var err error
	for attempt := range s3Attempts {
		if attempt > 0 {
			select {
			case <-ctx.Done():
				return nil, errors.Join(context.Cause(ctx), err)
			case <-time.After(100 * time.Millisecond << attempt):
			}
		}
		var res *http.Response
		if res, err = s.try(ctx, r); err == nil {
			return res, nil
		}
		var answer *s3Error
		if errors.As(err, &answer) && !answer.transient() || ctx.Err() != nil {
			return nil, err
		}
	}
	return nil, err
}

func (s *s3) try(ctx context.Context, r s3Request) (*http.Response, error) {
	u := s.base
	if r.key != "" {
		u.Path = u.Path + "/" + path.Join(s.t.Prefix, r.key)
	}
	u.RawPath = s3Escape(u.Path)
	u.RawQuery = strings.ReplaceAll(r.query.Encode(), "+", "%20")
	ctx, cancel := context.WithCancelCause(ctx)
	guard := &stallGuard{limit: s3Stall, ctx: ctx, cancel: cancel}
	req, err := http.NewRequestWithContext(ctx, r.method, u.String(), nil)
	if err != nil {
		return nil, err
	}
	hash := emptySHA256
	if r.body != nil {
		if _, err := r.body.Seek(0, io.SeekStart); err != nil {
			return nil, err
		}
		h := sha256.New()
		size, err := io.Copy(h, r.body)
		if err != nil {
			return nil, err
		}
		if size > s3PutMax {
			return nil, fmt.Errorf("s3: %s has %d bytes, more than one PUT takes", r.key, size)
		}
		if _, err := r.body.Seek(0, io.SeekStart); err != nil {
			return nil, err
		}
		hash = hex.EncodeToString(h.Sum(nil))
		req.Body, req.ContentLength = io.NopCloser(r.body), size
		if size == 0 {
			req.Body = http.NoBody
		}
	}
	for k, v := range r.header {
		req.Header[k] = v
	}
	s.sign(req, hash)
	guard.start(s3Stall*2 + time.Duration(req.ContentLength/s3Slow)*time.Second)
	res, err := s.http.Do(req)
	if err != nil {
		guard.stop()
		return nil, fmt.Errorf("s3: %s %s: %w", r.method, r.key, err)
	}
	guard.body, res.Body = res.Body, guard
	if res.StatusCode >= 300 {
		defer res.Body.Close()
		e := &s3Error{Op: r.method, Key: r.key, Status: res.StatusCode}
		if text, err := io.ReadAll(io.LimitReader(res.Body, 64<<10)); err == nil {
			xml.Unmarshal(text, e) //nolint:errcheck // the status says enough
		}
		return nil, e
	}
	return res, nil
}

// sign adds the Authorization header of Signature Version 4.
func (s *s3) sign(req *http.Request, hash string) {
	now := s.now().UTC()
	stamp, day := now.Format("20060102T150405Z"), now.Format("20060102")
	req.Header.Set("X-Amz-Date", stamp)
	req.Header.Set("X-Amz-Content-Sha256", hash)
	headers := map[string]string{"host": req.URL.Host}
	for k, v := range req.Header {
		k = strings.ToLower(k)
		if strings.HasPrefix(k, "x-amz-") || k == "content-md5" || k == "content-type" {
			headers[k] = strings.TrimSpace(strings.Join(v, ","))
		}
	}
	var names []string
	for k := range headers {
		names = append(names, k)
	}
	slices.Sort(names)
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%s\n%s\n", req.Method, s3Escape(req.URL.Path), req.URL.RawQuery)
	for _, k := range names {
		fmt.Fprintf(&b, "%s:%s\n", k, headers[k])
	}
	signed := strings.Join(names, ";")
	fmt.Fprintf(&b, "\n%s\n%s", signed, hash)
	sum := sha256.Sum256([]byte(b.String()))
	scope := day + "/" + s.t.Region + "/s3/aws4_request"
	text := "AWS4-HMAC-SHA256\n" + stamp + "\n" + scope + "\n" + hex.EncodeToString(sum[:])
	key := []byte("AWS4" + s.t.SecretKey)
	for _, part := range []string{day, s.t.Region, "s3", "aws4_request", text} {
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(part))
		key = mac.Sum(nil)
	}
	req.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+s.t.AccessKey+"/"+scope+", SignedHeaders="+signed+", Signature="+hex.EncodeToString(key))
}

// s3Escape escapes a path as the signature wants it: everything but RFC 3986's unreserved characters and the slash.
func s3Escape(p string) string {
	var b strings.Builder
	for i := range len(p) {
		c := p[i]
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-._~/", c) >= 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

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
