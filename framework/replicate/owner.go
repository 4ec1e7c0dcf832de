package replicate

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"time"

	"github.com/google/uuid"
)

// owner says whose replica this is. The same lies at the replica as owner.json and locally: only the installation that has both may
// write. A generation is one unbroken history; its number is part of the keys, so that a restored copy never
// writes among the files of what it was restored from.
type owner struct {
	ID         string    `json:"id"`
	Generation int       `json:"generation"`
	Since      time.Time `json:"since"`
	Host       string    `json:"host,omitempty"`

	Target string `json:"target,omitempty"` // local only: a replica that moved begins anew
	Epoch  int    `json:"epoch,omitempty"`  // local only: see Manager.epoch
}

func newOwner() owner {
	host, _ := os.Hostname()
	return owner{ID: uuid.NewString(), Generation: 1, Since: time.Now().UTC().Truncate(time.Second), Host: host}
}

// prefixOf is where a file's replica is: "" is the platform's database, others are stores.
func prefixOf(key string) string {
	if key == "" {
		return "platform"
	}
	return "stores/" + key
}

func generationPrefix(key string, generation int) string {
	return path.Join(prefixOf(key), fmt.Sprintf("%08d", generation))
}

func remoteOwner(ctx context.Context, store objects, key string) (o owner, tag string, err error) {
	data, tag, err := store.Get(ctx, prefixOf(key)+"/owner.json")
	if err != nil {
		return o, "", err
	}
	if err := json.Unmarshal(data, &o); err != nil || o.ID == "" || o.Generation < 1 {
		return o, "", fmt.Errorf("read the owner of %s: %w", prefixOf(key), errors.Join(err, errors.New("owner.json is damaged")))
	}
	return o, tag, nil
}

func (o owner) remote() []byte {
	o.Target, o.Epoch = "", 0
	data, err := json.Marshal(o)
	if err != nil {
		panic(err) // strings, a number and a time
	}
	return data
}

func readLocalOwner(meta string) (o owner, err error) {
	data, err := os.ReadFile(filepath.Join(meta, "owner.json"))
	if err != nil {
		return o, err
	}
	if err := json.Unmarshal(data, &o); err != nil {
		return o, fmt.Errorf("read %s: %w", filepath.Join(meta, "owner.json"), err)
	}
	return o, nil
}

func (o owner) writeLocal(meta string) error {
	data, err := json.Marshal(o)
	if err != nil {
		return err
	}
	return writeFile(filepath.Join(meta, "owner.json"), data)
}

// writeFile puts a file in its place, whole and durable.
func writeFile(name string, data []byte) error {
	dir := filepath.Dir(name)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	temp := name + ".new"
	f, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err := os.Rename(temp, name); err != nil {
		return err
	}
	return syncDir(dir)
}

// claim finds out that this installation owns the replica of key, or takes one that nobody owns. renew asks for a new generation.
// It is ErrForeign when somebody else owns it.
//
// The local word is written first: after a crash between the two, the local generation is one ahead and the claim is
// made again.
func (m *Manager) claim(ctx context.Context, key string, renew bool) (owner, error) {
	meta := m.meta(key)
	local, lerr := readLocalOwner(meta)
	if lerr != nil && !errors.Is(lerr, fs.ErrNotExist) {
		return local, lerr
	}
	remote, tag, rerr := remoteOwner(ctx, m.objects, key)
	if rerr != nil && !errors.Is(rerr, fs.ErrNotExist) {
		return local, rerr
	}
	known, there := lerr == nil, rerr == nil
	mine := known && there && remote.ID == local.ID
	if there && !mine {
		return local, fmt.Errorf("%w: it belongs to %s since %s", ErrForeign, remote.Host, remote.Since.Format(time.RFC3339))
	}
	if mine && !renew && remote.Generation == local.Generation && local.Target == m.target() && local.Epoch == m.epoch {
		return local, nil
	}
	next := local
	if !known {
		next = newOwner()
	}
	if known && (renew || local.Target != m.target() || local.Epoch != m.epoch || !there && m.hasHistory(key)) {
		// The local history does not go on from what is at the replica: begin with a full copy.
		next.Generation = max(local.Generation, remote.Generation) + 1
		if err := os.RemoveAll(filepath.Join(meta, "ltx")); err != nil {
			return next, err
		}
	}
	next.Target, next.Epoch = m.target(), m.epoch
	if err := next.writeLocal(meta); err != nil {
		return next, fmt.Errorf("note whose replica it is: %w", err)
	}
	name := prefixOf(key) + "/owner.json"
	var err error
	if there {
		err = m.objects.Replace(ctx, name, tag, next.remote())
	} else {
		err = m.objects.Create(ctx, name, bytes.NewReader(next.remote()), nil)
	}
	if errors.Is(err, fs.ErrExist) || errors.Is(err, errChanged) {
		now, _, e := remoteOwner(ctx, m.objects, key)
		if e != nil {
			return next, e
		}
		if now.ID == next.ID && now.Generation == next.Generation {
			return next, nil // our own, from an answer that got lost
		}
		return next, fmt.Errorf("%w: %s took it at the same moment", ErrForeign, now.Host)
	}
	return next, err
}

// hasHistory tells whether transactions of key were copied before.
func (m *Manager) hasHistory(key string) bool {
	entries, err := os.ReadDir(filepath.Join(m.meta(key), "ltx", "0"))
	return err == nil && len(entries) > 0
}
