package tenancy

import (
	"strings"

	"wizamart/framework/auth"
)

// device is a session as its owner recognises it.
type device struct {
	auth.Session
	Name string // "Firefox on Linux"
}

// devices names the browsers of sessions. User agents are made to be guessed at: the first match in this order is right
// for today's browsers, and what is unknown is shown as it is, shortened.
func devices(sessions []auth.Session) []device {
	out := make([]device, len(sessions))
	for i, s := range sessions {
		browser := firstOf(s.UserAgent, "Edg/", "Edge", "OPR/", "Opera", "Firefox/", "Firefox", "Chrome/", "Chrome", "Safari/", "Safari", "curl/", "curl")
		system := firstOf(s.UserAgent, "Android", "Android", "iPhone", "iPhone", "iPad", "iPad", "Windows", "Windows", "Mac OS X", "macOS", "Linux", "Linux")
		name := browser
		if browser != "" && system != "" {
			name += " · " + system
		}
		if name == "" {
			name = s.UserAgent[:min(40, len(s.UserAgent))]
		}
		out[i] = device{s, name}
	}
	return out
}

// firstOf takes pairs of a mark and what it means.
func firstOf(text string, pairs ...string) string {
	for i := 0; i+1 < len(pairs); i += 2 {
		if strings.Contains(text, pairs[i]) {
			return pairs[i+1]
		}
	}
	return ""
}
