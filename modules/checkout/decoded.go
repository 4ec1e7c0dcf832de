package checkout

import (
	"encoding/json"
	"sync"

	"wizamart/tenant"
)

// decoded keeps settings that are JSON objects as values, so that pages do not read them anew. What it gives is shared: nobody changes it.
type decoded[T any] struct {
	key   string
	mu    sync.RWMutex
	known map[string]decodedText[T] // by store; bounded by maxDecoded
}

type decodedText[T any] struct {
	text  string
	value T
}

const maxDecoded = 2000 // stores

// of is the store's value over the defaults; otherwise gives those, and is the answer where nothing was set or it cannot be read.
func (d *decoded[T]) of(st *tenant.Store, otherwise func() T) T {
	text, ok := st.Settings().Get(d.key)
	if !ok {
		return otherwise()
	}
	d.mu.RLock()
	kept, ok := d.known[st.ID()]
	d.mu.RUnlock()
	if ok && kept.text == text {
		return kept.value
	}
	value := otherwise()
	if json.Unmarshal([]byte(text), &value) != nil {
		value = otherwise()
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.known == nil || len(d.known) >= maxDecoded {
		d.known = map[string]decodedText[T]{}
	}
	d.known[st.ID()] = decodedText[T]{text, value}
	return value
}
