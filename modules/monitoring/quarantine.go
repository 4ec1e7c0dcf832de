package monitoring

// quarantine tells whether the store is closed because something is wrong with its file, and what to do about it.
func (s *Service) quarantine(f file) (detail, advice string, ok bool) {
	q := s.app.Platform.InQuarantine(f.ID)
	if f.ID == "" || q == nil {
		return "", "", false
	}
	return q.Detail, q.Advice(f.Code), true
}
