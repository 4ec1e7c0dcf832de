package tenant

import "context"

type turnKey struct{}

// WithTurn has leave called when work of ctx begins to wait for a store's commit or replica: it no longer needs the processor, and others of the store may
// have its turn.
func WithTurn(ctx context.Context, leave func()) context.Context {
	return context.WithValue(ctx, turnKey{}, leave)
}

// leaveTurn gives back the turn of ctx, if it has one.
func leaveTurn(ctx context.Context) {
	if leave, ok := ctx.Value(turnKey{}).(func()); ok {
		leave()
	}
}
