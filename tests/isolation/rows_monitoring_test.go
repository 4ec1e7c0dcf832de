package isolation

import (
	"context"
	"net/url"
	"time"

	"wizamart/framework/database"
	"wizamart/framework/job"
	"wizamart/framework/observe"
	"wizamart/modules/monitoring"
	"wizamart/tenant"
	"wizamart/tests/harness"
)

// newFailure is one that happened in the store, in a state.
func (s *side) newFailure(state string) string {
	f := observe.Failure{Kind: observe.KindError, Type: "*errors.errorString", Message: "it went wrong", Surface: "storefront", Method: "GET", Route: "/" + s.unused("gone"), Status: 500, StoreID: s.info.ID, At: time.Now()}
	s.w.App.Failures.Report(f)
	watch := harness.Service[*monitoring.Service](s.w.Platform)
	if state != monitoring.Open {
		_, err := watch.ChangeFailure(context.Background(), f.Fingerprint(), state)
		s.w.must(err)
	}
	return f.Fingerprint()
}

// newJob is one that waits in the store's file, or was cancelled there.
func (s *side) newJob(cancelled bool) (path string) {
	ctx := context.Background()
	var id string
	s.w.must(s.st.Write(ctx, func(tx *tenant.Store) (err error) {
		id, err = job.Enqueue(tx.DB, job.New{Kind: "mail.erase", Key: s.unused("job"), RunAt: time.Now().Add(time.Hour)})
		return err
	}))
	if cancelled {
		s.w.must(job.Cancel(ctx, s.st.DB, id))
	}
	return "/jobs/" + s.info.ID + "/" + id
}

// newParked is a delivery from the store that was given up, to a consumer that is there no more.
func (s *side) newParked() (event, consumer string) {
	event, consumer = database.NewID(), "gone.consumer"
	for _, db := range []*database.DB{s.w.App.Platform.DB, s.st.DB} {
		s.w.must(db.Write(context.Background(), func(tx *database.DB) error {
			_, err := tx.ExecContext(context.Background(), "INSERT INTO event_parked (event_id, consumer, store_id, name, attempts, error, parked_at) VALUES (?, ?, ?, 'order.placed', 10, 'no', ?)",
				event, consumer, s.info.ID, database.Now())
			return err
		}))
	}
	return event, consumer
}

func onFailure(path, state string) row {
	return post(func(s *side) (string, url.Values) { return "/errors/" + s.newFailure(state) + path, nil })
}

func apiOnFailure(path, state string) row {
	return apiPost(func(s *side) (string, object) {
		return "/monitoring/failures/" + s.newFailure(state) + path, object{}
	})
}

var monitoringRows = map[string]row{
	"admin GET /monitoring":              at("/monitoring"),
	"admin GET /monitoring/charts/:name": at("/monitoring/charts/requests").isSilent(),
	"admin GET /errors":                  get(func(s *side) string { s.newFailure(monitoring.Open); return "/errors" }),
	"admin GET /errors/:id":              get(func(s *side) string { return "/errors/" + s.newFailure(monitoring.Open) }),
	"admin POST /errors/:id/resolutions": onFailure("/resolutions", monitoring.Open),
	"admin POST /errors/:id/mutes":       onFailure("/mutes", monitoring.Open),
	"admin POST /errors/:id/reopenings":  onFailure("/reopenings", monitoring.Muted),
	"admin GET /jobs":                    at("/jobs"),
	"admin GET /jobs/:file/:id":          get(func(s *side) string { return s.newJob(false) }),
	"admin POST /jobs/:file/:id/retries": post(func(s *side) (string, url.Values) { return s.newJob(true) + "/retries", nil }),
	"admin POST /jobs/:file/:id/cancellations": post(func(s *side) (string, url.Values) {
		return s.newJob(false) + "/cancellations", nil
	}),
	"admin GET /outbox": at("/outbox"),
	"admin POST /outbox/:event/retries": post(func(s *side) (string, url.Values) {
		event, consumer := s.newParked()
		return "/outbox/" + event + "/retries", form("consumer", consumer)
	}),
	"admin GET /disk":                 at("/disk"),
	"admin POST /health/:tool/checks": post(func(*side) (string, url.Values) { return "/health/mail/checks", nil }),

	"admin GET /devtools/icons":         at("/devtools/icons?q=bug"),
	"admin GET /devtools/permissions":   at("/devtools/permissions"),
	"admin GET /devtools/modules/:name": at("/devtools/modules/orders").isSilent(),

	"api GET /monitoring/health":                    at("/monitoring/health"),
	"api GET /monitoring/failures":                  at("/monitoring/failures"),
	"api POST /monitoring/failures/:id/resolutions": apiOnFailure("/resolutions", monitoring.Open),
	"api POST /monitoring/failures/:id/mutes":       apiOnFailure("/mutes", monitoring.Open),
	"api POST /monitoring/failures/:id/reopenings":  apiOnFailure("/reopenings", monitoring.Resolved),
	"api GET /monitoring/jobs":                      at("/monitoring/jobs"),
	"api GET /monitoring/failed-jobs":               at("/monitoring/failed-jobs"),
	"api GET /monitoring/jobs/:file/:id":            get(func(s *side) string { return "/monitoring" + s.newJob(false) }),
	"api POST /monitoring/jobs/:file/:id/retries":   apiPost(func(s *side) (string, object) { return "/monitoring" + s.newJob(true) + "/retries", object{} }),
	"api POST /monitoring/jobs/:file/:id/cancellations": apiPost(func(s *side) (string, object) {
		return "/monitoring" + s.newJob(false) + "/cancellations", object{}
	}),
	"api GET /monitoring/outbox": at("/monitoring/outbox"),
	"api POST /monitoring/outbox/:event/retries": apiPost(func(s *side) (string, object) {
		event, consumer := s.newParked()
		return "/monitoring/outbox/" + event + "/retries", object{"consumer": consumer}
	}),
	"api GET /monitoring/disk": at("/monitoring/disk"),
}
