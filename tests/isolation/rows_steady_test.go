package isolation

import (
	"context"
	"errors"
	"net/url"

	"wizamart/tenant"
)

// barred is the side's store, closed after a migration that failed, with a copy to go back to.
func (s *side) barred() string {
	s.w.t.Helper()
	return s.info.ID
}

var steadyRows = map[string]row{}
