package monitoring

import "time"

// Troubles of a store with the code fjord, under the settings that hold unless somebody changes them.
func Troubles(state string, lag time.Duration, r Record, changed bool, now time.Time) []trouble {
	p := policy{now: now, lag: time.Minute, drill: 24 * time.Hour, snapshots: 24 * time.Hour, quarantine: func(file) string { return "wizamart store retry fjord" }}
	rewound := state == "rewound"
	if rewound {
		state = "fenced"
	}
	return p.troubles(file{ID: "x", Name: "Fjord", Code: "fjord", Rewound: rewound, State: state, Lag: lag, Record: r, Changed: changed})
}

// Measured is how many stores have a size.
func (s *Service) Measured() int {
	s.gather.Lock()
	defer s.gather.Unlock()
	return len(s.usage)
}
