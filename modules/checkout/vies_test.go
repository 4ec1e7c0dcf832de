package checkout

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// A register on loopback that answers as the Commission's does.
func TestVIES(t *testing.T) {
	var asked map[string]string
	answer, status := "", 200
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		data, _ := io.ReadAll(r.Body)
		asked = nil
		if err := json.Unmarshal(data, &asked); err != nil || r.Method != "POST" || r.URL.Path != "/check-vat-number" || r.Header.Get("Content-Type") != "application/json" {
			t.Errorf("%s %s %s %v", r.Method, r.URL, data, err)
		}
		w.WriteHeader(status)
		io.WriteString(w, answer) //nolint:errcheck // a test
	}))
	defer server.Close()
	v := VIES{Base: server.URL}
	for _, tt := range []struct {
		status              int
		answer              string
		valid, down         bool
		consultation, error string
	}{
		{200, `{"countryCode":"FR","vatNumber":"40303265045","valid":true,"requestIdentifier":"WAPIAAAAX1","name":"---"}`, true, false, "WAPIAAAAX1", ""},
		{200, `{"valid":true,"userError":"VALID"}`, true, false, "", ""},
		{200, `{"valid":false,"userError":"INVALID","requestIdentifier":""}`, false, false, "", ""},
		{200, `{"valid":false,"userError":"MS_UNAVAILABLE"}`, false, true, "", "MS_UNAVAILABLE"},
		{400, `{"actionSucceed":false,"errorWrappers":[{"error":"MS_MAX_CONCURRENT_REQ"}]}`, false, true, "", "MS_MAX_CONCURRENT_REQ"},
		{500, `<html>`, false, true, "", "500"}, {200, `{}`, false, true, "", "no answer"}, {503, `{"valid":true}`, false, true, "", "503"},
	} {
		answer, status = tt.answer, tt.status
		got, err := v.Check(t.Context(), "FR40303265045", "DE136695976")
		if (err != nil) != tt.down || got.Valid != tt.valid || got.Consultation != tt.consultation || tt.down && !strings.Contains(err.Error(), tt.error) || !tt.down && (got.Number != "FR40303265045" || got.At.IsZero()) {
			t.Errorf("%s: %+v, %v", tt.answer, got, err)
		}
		if asked["countryCode"] != "FR" || asked["vatNumber"] != "40303265045" || asked["requesterMemberStateCode"] != "DE" || asked["requesterNumber"] != "136695976" {
			t.Errorf("asked %v", asked)
		}
	}
	server.Close()
	if _, err := v.Check(t.Context(), "FR40303265045", ""); err == nil {
		t.Error("a register that is not there answers")
	}
}
