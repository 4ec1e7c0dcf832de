package replicate

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"

	"wizamart/framework/database"
)

// Probed is what a probe found.
type Probed struct {
	Target string // its URL, without keys
	Doing  string // what failed: open, write, read or remove; "" when all worked
	Err    error
}

// Probe writes a small object to a target, reads it back, and removes it. It touches nothing that is there.
func Probe(ctx context.Context, t Target) Probed {
	out := Probed{Target: t.URL("")}
	fail := func(doing string, err error) Probed {
		out.Doing, out.Err = doing, err
		return out
	}
	store, err := openObjects(t)
	if err != nil {
		return fail("open", err)
	}
	key, text := "probe-"+database.NewID()+".txt", []byte("Written to try whether this replica works. It can be removed.\n")
	if err := store.Create(ctx, key, bytes.NewReader(text), nil); err != nil {
		return fail("write", err)
	}
	got, _, err := store.Get(ctx, key)
	if err == nil && !bytes.Equal(got, text) {
		err = fmt.Errorf("it holds %d bytes that differ from what was written", len(got))
	}
	if err != nil {
		return fail("read", errors.Join(err, store.delete(ctx, []string{key})))
	}
	if err := store.delete(ctx, []string{key}); err != nil {
		return fail("remove", err)
	}
	if _, _, err := store.Get(ctx, key); !errors.Is(err, fs.ErrNotExist) {
		return fail("remove", fmt.Errorf("it is still there: %w", err))
	}
	return out
}
