package isolation

import "net/url"

// No store of this world is quarantined: who may repair one is told that there is nothing to repair.
var steadyRows = map[string]row{
	"admin POST /replication/:id/retries": post(func(s *side) (string, url.Values) {
		return "/replication/" + s.info.ID + "/retries", nil
	}).isStill(),
	"admin POST /replication/:id/rollbacks": post(func(s *side) (string, url.Values) {
		return "/replication/" + s.info.ID + "/rollbacks", nil
	}).isStill().answers(409),
	"api GET /monitoring/quarantines/:store": get(func(s *side) string { return "/monitoring/quarantines/" + s.info.Code }),
	"api POST /monitoring/quarantines/:store/retries": apiPost(func(s *side) (string, object) {
		return "/monitoring/quarantines/" + s.info.Code + "/retries", object{}
	}).isStill().answers(409),
	"api POST /monitoring/quarantines/:store/rollbacks": apiPost(func(s *side) (string, object) {
		return "/monitoring/quarantines/" + s.info.Code + "/rollbacks", object{}
	}).isStill().answers(409),
}
