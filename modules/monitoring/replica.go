package monitoring

import (
	"errors"
	"fmt"
	"time"

	"wizamart/framework/app"
	"wizamart/framework/problem"
	"wizamart/framework/replicate"
)

// replicaRow is a file's replication, for people.
type replicaRow struct {
	Name       string  `json:"name"`
	ID         string  `json:"id"`
	State      string  `json:"state"`
	Generation int     `json:"generation"`
	LagSeconds float64 `json:"lag_seconds"`
	Error      string  `json:"error,omitempty"`
}

// replicas tells how the platform's database and every store stand.
func (s *Service) replicas() []replicaRow {
	row := func(name, key string) replicaRow {
		st := s.app.Replica.Status(key)
		id := key
		if id == "" {
			id = "platform"
		}
		return replicaRow{Name: name, ID: id, State: string(st.State), Generation: st.Generation, LagSeconds: st.Lag().Round(time.Millisecond).Seconds(), Error: st.Error}
	}
	out := []replicaRow{row("platform", "")}
	for _, info := range s.app.Platform.Stores() {
		out = append(out, row(info.Code, info.ID))
	}
	return out
}

// replicaHealth fails while a replica does not answer or a store is fenced.
func (s *Service) replicaHealth() error {
	if s.app.Replica == nil {
		return nil
	}
	for _, st := range s.app.Replica.Hot() {
		if st.State == replicate.Fenced {
			return errors.New("a store is closed because another server writes to its replica: wizamart replica status")
		}
	}
	return nil
}

type replicaCmd struct {
	Status replicaStatus `cmd:"" help:"Show how the platform and every store are replicated."`
	URL    replicaURL    `cmd:"" name:"url" help:"Print the URL from which “litestream restore” brings a store back."`
	Drill  replicaDrill  `cmd:"" help:"Restore a store elsewhere from its replica, check it, and compare its newest order. Without a store: all of them."`
	Config replicaConfig `cmd:"" help:"Print a litestream.yml with which the stock command restores a store."`
	Renew  replicaRenew  `cmd:"" help:"Begin a new generation of a store's replica, and lift its fence. Make sure that no other server writes to it."`
}

type replicaStatus struct {
	JSON bool `help:"Print JSON: [{\"name\",\"id\",\"state\",\"generation\",\"lag_seconds\",\"error\"}]."`
}

// Run prints a line for each file.
func (cmd *replicaStatus) Run(rt *app.Runtime, s *Service) error {
	if s.app.Replica == nil {
		return errNoReplica
	}
	rows := s.replicas()
	if cmd.JSON {
		return rt.JSON(rows)
	}
	t := s.app.Replica.Config.Target
	rt.Printf("Replica: %s\n", t.URL(""))
	if !t.Protects() {
		rt.Printf("NOT PROTECTED: it lies on this machine and does not survive its loss. See litestream.yml.\n")
	}
	for _, r := range rows {
		rt.Printf("%-20s %-9s generation %-3d lag %5.1f s  %s  %s\n", r.Name, r.State, r.Generation, r.LagSeconds, r.ID, r.Error)
	}
	return nil
}

var errNoReplica = problem.New(problem.Unavailable, "Nothing is replicated: the server was started with --replica-config off.")

type storeArg struct {
	Store string `arg:"" help:"Code of the store, or “platform”."`
}

// key of the store that was named.
func (a storeArg) key(s *Service) (string, error) {
	if s.app.Replica == nil {
		return "", errNoReplica
	}
	if a.Store == "platform" {
		return "", nil
	}
	info := s.app.Platform.ByCode(a.Store)
	if info == nil {
		return "", problem.New(problem.NotFound, "There is no store with the code “%s”.", a.Store)
	}
	return info.ID, nil
}

type replicaURL struct{ storeArg }

// Run prints the URL.
func (cmd *replicaURL) Run(rt *app.Runtime, s *Service) error {
	key, err := cmd.key(s)
	if err != nil {
		return err
	}
	url, err := s.app.Replica.Source().URL(rt.Ctx, key)
	if err == nil {
		rt.Printf("%s\n", url)
	}
	return err
}

type replicaConfig struct{ storeArg }

// Run prints the file.
func (cmd *replicaConfig) Run(rt *app.Runtime, s *Service) error {
	key, err := cmd.key(s)
	if err != nil {
		return err
	}
	url, err := s.app.Replica.Source().URL(rt.Ctx, key)
	if err != nil {
		return err
	}
	path := s.app.Platform.DB.Path()
	if key != "" {
		path = fmt.Sprintf("%s/stores/%s/store.db", s.app.Platform.Dir(), key)
	}
	rt.Printf("# litestream restore -config THIS-FILE -o COPY.db %s\naccess-key-id: ${LITESTREAM_ACCESS_KEY_ID}\nsecret-access-key: ${LITESTREAM_SECRET_ACCESS_KEY}\ndbs:\n  - path: %q\n    replica:\n      url: %q\n", path, path, url)
	return nil
}

type replicaRenew struct{ storeArg }

// Run renews.
func (cmd *replicaRenew) Run(rt *app.Runtime, s *Service) error {
	key, err := cmd.key(s)
	if err != nil {
		return err
	}
	if err := s.app.Replica.Renew(rt.Ctx, key); err != nil {
		return err
	}
	rt.Printf("%s goes on with a new generation.\n", cmd.Store)
	return nil
}
