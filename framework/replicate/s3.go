package replicate

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/tls"
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
