package shopifycsv

import "hash/maphash"

// memory remembers on which line a text first stood, as a hash: twelve bytes each, at most
// maxRemembered of them, so that a huge file cannot fill the machine's memory.
type memory struct {
	seed  maphash.Seed
	lines map[uint64]int32
}

func newMemory() memory { return memory{maphash.MakeSeed(), map[uint64]int32{}} }

// first gives the line on which text stood before, or 0 and remembers it. full is true once,
// when there is no more room.
func (m *memory) first(text string, line int) (before int, full bool) {
	sum := maphash.String(m.seed, text)
	if before, ok := m.lines[sum]; ok {
		return int(before), false
	}
	if len(m.lines) < maxRemembered {
		m.lines[sum] = int32(line)
		return 0, len(m.lines) == maxRemembered
	}
	return 0, false
}
