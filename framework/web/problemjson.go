package web

import (
	"encoding/json"
	"net/http"

	"wizamart/framework/problem"
)

// Problem is the body of an API error: problem details (RFC 9457).
type Problem struct {
	Type      string          `json:"type"`
	Title     string          `json:"title"`
	Status    int             `json:"status"`
	Detail    string          `json:"detail,omitempty"`
	Errors    []problem.Field `json:"errors,omitempty"`
	RequestID string          `json:"request_id,omitempty"`
}

// NewProblem is the body that tells p.
func NewProblem(p *problem.Error, requestID string) *Problem {
	status := p.Code.Status()
	return &Problem{
		Type: "/problems/" + string(p.Code), Title: http.StatusText(status), Status: status,
		Detail: p.Message, Errors: p.Fields, RequestID: requestID,
	}
}

// WriteProblem answers with problem+json.
func WriteProblem(w http.ResponseWriter, p *problem.Error, requestID string) {
	body := NewProblem(p, requestID)
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(body.Status)
	json.NewEncoder(w).Encode(body) //nolint:errcheck // the client has gone
}
