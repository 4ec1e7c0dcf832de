package isolation

var visitRows = map[string]row{
	"dashboard GET /visits":         at("/visits"),
	"dashboard GET /visits/chart":   at("/visits/chart?days=7&scheme=dark&size=narrow").isSilent(),
	"api GET /stores/:store/visits": get(func(*side) string { return "/visits?from=2026-01-01&to=2026-01-31" }).isSilent(),
}
