package app

import (
	"sync"

	"wizamart/tenant"
)

// keptMarks bounds the memory of marks: about 100 bytes each.
const keptMarks = 4096

// marks remembers which commit holds what was written last, by id, the oldest forgotten first. Ids are unique over all stores.
type marks struct {
	mu   sync.Mutex
	by   map[string]tenant.Mark
	ring [keptMarks]string
	next int
}

func (m *marks) put(id string, mark tenant.Mark) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.by == nil {
		m.by = map[string]tenant.Mark{}
	}
	if _, known := m.by[id]; !known {
		delete(m.by, m.ring[m.next])
		m.ring[m.next] = id
		m.next = (m.next + 1) % keptMarks
	}
	m.by[id] = mark
}

// get is 0 for what was forgotten, or written by an earlier process.
func (m *marks) get(id string) tenant.Mark {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.by[id]
}
