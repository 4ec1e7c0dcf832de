package event

import (
	"context"
	"fmt"
	"strings"

	"wizamart/framework/database"
	"wizamart/tenant"
)

// Target is the transaction that a handler works in.
type Target struct {
	DB    *database.DB
	Store *tenant.Store // the same transaction; nil in the platform's file
}

// Subscription is one consumer's interest in one event. OnStore and OnPlatform make it.
type Subscription struct {
	Event string
	// Consumer is <module>.<purpose>, such as "loyalty.points". It is what inboxes remember: renaming it
	// delivers anew what is still under way. All subscriptions of a consumer have the same target.
	Consumer string
	// Target is the kind of file that Handle writes: the store that the event happened in, or the platform.
	Target database.Scope
	// Always delivers also while the module is off: an obligation that has to be met.
	Always bool
	// Handle follows the rules of database.DB.Write: short, no I/O, may be run again after being undone.
	// Slow work and work outside the database are a job that it enqueues.
	Handle func(ctx context.Context, tx Target, e Event) error
}

// OnStore subscribes a consumer that works in the store that the event happened in.
func OnStore[P Payload](consumer string, fn func(ctx context.Context, tx *tenant.Store, e Event, p P) error) Subscription {
	return on(consumer, database.Store, func(ctx context.Context, tx Target, e Event, p P) error { return fn(ctx, tx.Store, e, p) })
}

// OnPlatform subscribes a consumer that works in the platform's file. e.StoreID says where it happened.
func OnPlatform[P Payload](consumer string, fn func(ctx context.Context, tx *database.DB, e Event, p P) error) Subscription {
	return on(consumer, database.Platform, func(ctx context.Context, tx Target, e Event, p P) error { return fn(ctx, tx.DB, e, p) })
}

func on[P Payload](consumer string, target database.Scope, fn func(context.Context, Target, Event, P) error) Subscription {
	var zero P
	return Subscription{Event: zero.EventName(), Consumer: consumer, Target: target,
		Handle: func(ctx context.Context, tx Target, e Event) error {
			var p P
			if err := e.Decode(&p); err != nil {
				return err
			}
			return fn(ctx, tx, e, p)
		}}
}

// consumer is all that one consumer subscribes to.
type consumer struct {
	name   string
	module string
	target database.Scope
	always bool
	handle map[string]func(ctx context.Context, tx Target, e Event) error
	events []any // the keys of handle, as parameters
}

// consumers groups subscriptions, in the order given.
func consumers(subscriptions []Subscription) ([]*consumer, error) {
	var out []*consumer
	byName := map[string]*consumer{}
	for _, s := range subscriptions {
		module, _, ok := strings.Cut(s.Consumer, ".")
		if !ok || module == "" || s.Event == "" || s.Handle == nil {
			return nil, fmt.Errorf("event: subscription %q to %q: a consumer is named <module>.<purpose>, and has an event and a handler", s.Consumer, s.Event)
		}
		if s.Target != database.Store && s.Target != database.Platform {
			return nil, fmt.Errorf("event: consumer %s: target %q is neither store nor platform", s.Consumer, s.Target)
		}
		c := byName[s.Consumer]
		if c == nil {
			c = &consumer{name: s.Consumer, module: module, target: s.Target, always: s.Always, handle: map[string]func(context.Context, Target, Event) error{}}
			byName[s.Consumer] = c
			out = append(out, c)
		}
		if c.target != s.Target || c.always != s.Always {
			return nil, fmt.Errorf("event: consumer %s: its subscriptions disagree about target or Always", s.Consumer)
		}
		if c.handle[s.Event] != nil {
			return nil, fmt.Errorf("event: consumer %s subscribes to %s twice", s.Consumer, s.Event)
		}
		c.handle[s.Event] = s.Handle
		c.events = append(c.events, s.Event)
	}
	return out, nil
}
