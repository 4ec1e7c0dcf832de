package tenant

import "sync"

// Kept keeps one value of each store in memory for as long as the store's content of a module stays what it was: see Store.ContentVersion.
// What it gives is shared: nobody changes it, or it has a lock of its own. The zero value with a Module is ready.
type Kept[T any] struct {
	Module string
	mu     sync.RWMutex
	known  map[string]keptValue[T] // by store
}

type keptValue[T any] struct {
	version uint64
	value   T
}

// maxKept is of how many stores a value is kept; with one more all are forgotten.
const maxKept = 2000

// Of is the store's value; fresh makes it where none is kept. In a transaction it is that of what was committed last, which is right where the content is never
// written by a transaction that also asks for it: two transactions that share a commit then come one after the other. What is made
// in a transaction is not kept: others in the same commit may still be undone.
func (k *Kept[T]) Of(st *Store, fresh func() (T, error)) (T, error) {
	version := st.ContentVersion(k.Module) // before anything is read: what is kept is at least as new
	k.mu.RLock()
	known, ok := k.known[st.ID()]
	k.mu.RUnlock()
	if ok && known.version == version {
		return known.value, nil
	}
	value, err := fresh()
	if err != nil || st.InTransaction() {
		return value, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.known == nil || len(k.known) >= maxKept {
		k.known = map[string]keptValue[T]{}
	}
	k.known[st.ID()] = keptValue[T]{version, value}
	return value, nil
}
