package app

import (
	"context"
	"time"

	"wizamart/framework/background"
	"wizamart/framework/event"
	"wizamart/framework/job"
	"wizamart/tenant"
)

// background puts the relay, the job runner and the engine that drives them together, from what the modules declare.
func (a *App) background() error {
	var err error
	if a.Mail, err = a.mail(); err != nil {
		return err
	}
	kinds := a.Mail.Jobs()
	var subscriptions []event.Subscription
	for _, m := range a.Registry.modules {
		kinds = append(kinds, m.Jobs...)
		subscriptions = append(subscriptions, m.Subscriptions...)
	}
	relay, err := event.NewRelay(event.Options{Platform: a.Platform, Subscriptions: subscriptions, Enabled: a.works, Log: a.Log})
	if err != nil {
		return err
	}
	if a.Jobs, err = job.NewRunner(job.Options{Platform: a.Platform, Kinds: kinds, Enabled: a.works, Ended: a.jobEnded, Log: a.Log}); err != nil {
		return err
	}
	a.Relay = relay
	a.engine = background.New(background.Options{Platform: a.Platform, Relay: relay, Jobs: a.Jobs, Grace: 10 * time.Second, Log: a.Log})
	return nil
}

// StartBackground delivers events and runs jobs until Close.
func (a *App) StartBackground(ctx context.Context) error {
	if err := a.engine.Start(ctx); err != nil {
		return err
	}
	run, end := context.WithCancel(context.WithoutCancel(ctx))
	a.endDuties = end
	a.duties.Go(func() { a.sweep(run) })
	if a.Certificates != nil {
		a.duties.Go(func() { a.Certificates.Run(run) })
	}
	for _, m := range a.Registry.modules {
		if m.Duty != nil {
			a.duties.Go(func() { m.Duty(run) })
		}
	}
	return nil
}

// Failing lists the files whose background work fails, by store id ("" is the platform's). A quarantined store's cannot be done.
func (a *App) Failing() map[string]error {
	out := a.engine.Failing()
	for _, q := range a.Platform.Quarantined() {
		out[q.StoreID] = &tenant.QuarantinedError{Quarantine: q}
	}
	return out
}

// sweep brings the stores that nobody visits to this version's schema.
func (a *App) sweep(ctx context.Context) {
	began := time.Now()
	a.sweeping.Store(true)
	defer a.sweeping.Store(false)
	done, failed, err := a.Platform.Sweep(ctx)
	if done+failed > 0 && err == nil {
		a.Log.InfoContext(ctx, "stores were brought to this version's schema", "done", done, "failed", failed, "took", time.Since(began).Round(time.Millisecond))
	}
}

func (a *App) stopBackground(ctx context.Context) error {
	if a.engine == nil {
		return nil
	}
	if a.endDuties != nil {
		a.endDuties()
		a.duties.Wait()
	}
	return a.engine.Stop(ctx)
}
