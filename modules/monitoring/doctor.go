package monitoring

import (
	"context"
	"fmt"
	"time"

	"wizamart/framework/app"
)

// doctor explains how replication stands: one line for all that is well, and one for everything that is not.
func (s *Service) doctor(ctx context.Context) []app.Finding {
	r := s.app.Replica
	if r == nil {
		return []app.Finding{{Check: "replica", OK: true, Warn: true, Detail: "NOT PROTECTED: nothing is replicated",
			Advice: "Start the server without --replica-config off, and name a bucket in litestream.yml."}}
	}
	if err := r.LoadFences(); err != nil {
		return []app.Finding{{Check: "replica", Detail: err.Error(), Advice: "Look at the rights of the replication directory in the data directory."}}
	}
	place := app.Finding{Check: "replica", OK: true, Detail: r.Config.Target.URL("")}
	if !r.Config.Target.Protects() {
		place.Warn, place.Detail = true, "NOT PROTECTED: "+place.Detail+" lies on this machine and is lost with it"
		place.Advice = "Name a bucket in litestream.yml: docs/replication.md."
	}
	reach, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	if err := r.Reachable(reach); err != nil {
		place = app.Finding{Check: "replica", Detail: fmt.Sprintf("%s does not answer: %v", r.Config.Target.URL(""), err),
			Advice: "Orders are kept on this machine and copied when it answers. Check the network, the bucket and its credentials in litestream.yml."}
	}
	out := []app.Finding{place}
	files, err := s.files(ctx)
	if err != nil {
		return append(out, app.Finding{Check: "replicas", Detail: err.Error()})
	}
	sound, drilled := 0, 0
	for _, f := range files {
		if f.Record.DrillResult == Sound {
			drilled++
		}
		if len(f.Trouble) == 0 {
			sound++
		}
		for _, t := range f.Trouble {
			out = append(out, app.Finding{Check: "replica of " + f.Key(), OK: !t.Bad, Warn: !t.Bad, Detail: t.Detail, Advice: t.Advice})
		}
	}
	return append(out, app.Finding{Check: "replicas", OK: true, Detail: fmt.Sprintf("%d of %d databases without complaint, %d came back whole in their last drill", sound, len(files), drilled)})
}
