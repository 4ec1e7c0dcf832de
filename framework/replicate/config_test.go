package replicate

import (
	"os"
	"path/filepath"
	"testing"
)

func TestConfig(t *testing.T) {
	for name, unset := range map[string]string{"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "LITESTREAM_ACCESS_KEY_ID": "k", "LITESTREAM_SECRET_ACCESS_KEY": "s"} {
		t.Setenv(name, unset)
	}
	dir := t.TempDir()
	shipped, err := os.ReadFile("../../litestream.yml")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, text, url, want string }{
		{"the shipped file without a URL", string(shipped), "", "file:///fallback"},
		{"with a bucket", string(shipped), "s3://b/p?endpoint=http://127.0.0.1:7070", "s3://b/p?endpoint=http%3A%2F%2F127.0.0.1%3A7070&region=us-east-1"},
		{"with a directory", string(shipped), "file:///mnt/copy", "file:///mnt/copy"},
		{"in the stock file's words", "endpoint: https://s3.example.com\ndbs:\n  - path: /x\n    replicas:\n      - {type: s3, bucket: b, path: deep/down, region: eu}\n", "", "s3://b/deep/down?endpoint=https%3A%2F%2Fs3.example.com&region=eu"},
	} {
		t.Setenv("WIZAMART_REPLICA_URL", c.url)
		file := filepath.Join(dir, "litestream.yml")
		if err := os.WriteFile(file, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		cfg, err := ReadConfig(file, "/fallback")
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got := cfg.Target.URL(""); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
		if cfg.Target.Protects() && (cfg.Target.AccessKey != "k" || cfg.Target.SecretKey != "s") {
			t.Errorf("%s: the keys are missing", c.name)
		}
	}
	for _, bad := range []string{"sftp://host/dir", "s3:///nothing", "relative/dir", "file://host/dir"} {
		if _, err := ParseURL(bad); err == nil {
			t.Errorf("%s was accepted", bad)
		}
	}
}
