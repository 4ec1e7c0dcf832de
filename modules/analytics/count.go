package analytics

import "wizamart/framework/app"

// Viewed counts a page of a shop that somebody looked at. It costs a hash and some look-ups in memory.
func (s *Service) Viewed(v app.View) {
	if !wanted(v.Request.Header) {
		return
	}
	agent := first(v.Request.Header, "User-Agent")
	class, ok := deviceOf(agent)
	if !ok {
		return
	}
	now := s.app.Now()
	d := s.current(now)
	one := visit{key: d.key(v.Store.ID, v.Address, agent), device: class}
	one.kind, one.path = pageOf(v)
	one.from, one.outside = referrerOf(v.Request)
	d.counter(v.Store.ID).add(one, now)
}
