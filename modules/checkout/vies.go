package checkout

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"wizamart/framework/database"
	"wizamart/framework/observe"
)

// VATRegister confirms VAT numbers. Number and requester are normal ones (see tax.NormalVATID); requester may be "", then there is no
// consultation number. An error says that the register has not answered, nothing about the number.
type VATRegister interface {
	Check(ctx context.Context, number, requester string) (VATCheck, error)
}

// VIESAddress is the Commission's register, VAT Information Exchange System.
const VIESAddress = "https://ec.europa.eu/taxation_customs/vies/rest-api"

const viesSetting = "checkout.vies_url"

// toolVIES is its name among the platform's tools.
const toolVIES = "vies"

// watchVIES makes the register known to those who watch the platform, and the client that it is asked with.
func (s *Service) watchVIES() {
	s.viesClient = s.app.OutsideClient(toolVIES, 0)
	s.viesClient.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	address := func() string { return cmp.Or(strings.TrimSuffix(s.app.PlatformSetting(viesSetting), "/"), VIESAddress) }
	s.app.Tools.Add(observe.Tool{
		Name: toolVIES, Title: "VIES, the register of VAT numbers", Address: address,
		Probe: func(ctx context.Context) error { return observe.Answers(ctx, s.viesClient, address()+"/check-status") },
	})
}

// viesTimeout is how long a shopper waits for the register at most.
const viesTimeout = 6 * time.Second

// VIES asks the Commission's register over its REST interface.
type VIES struct {
	Base   string // address without a slash at the end; "" is VIESAddress
	Client *http.Client
}

type viesAnswer struct {
	Valid             *bool  `json:"valid"`
	RequestIdentifier string `json:"requestIdentifier"`
	UserError         string `json:"userError"` // VALID and INVALID are answers, anything else is not
	ErrorWrappers     []struct {
		Error string `json:"error"`
	} `json:"errorWrappers"`
}

// Check asks once.
func (v VIES) Check(ctx context.Context, number, requester string) (VATCheck, error) {
	ctx, cancel := context.WithTimeout(ctx, viesTimeout)
	defer cancel()
	in := map[string]string{"countryCode": number[:2], "vatNumber": number[2:]}
	if len(requester) > 2 {
		in["requesterMemberStateCode"], in["requesterNumber"] = requester[:2], requester[2:]
	}
	body, err := json.Marshal(in)
	if err != nil {
		return VATCheck{}, err
	}
	base := v.Base
	if base == "" {
		base = VIESAddress
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, base+"/check-vat-number", bytes.NewReader(body))
	if err != nil {
		return VATCheck{}, fmt.Errorf("ask the VAT register: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json")
	client := v.Client
	if client == nil {
		client = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	}
	resp, err := client.Do(req)
	if err != nil {
		return VATCheck{}, fmt.Errorf("ask the VAT register: %w", err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	if err != nil {
		return VATCheck{}, fmt.Errorf("ask the VAT register: %w", err)
	}
	var out viesAnswer
	if err := json.Unmarshal(data, &out); err != nil {
		return VATCheck{}, fmt.Errorf("the VAT register answered %d: %w", resp.StatusCode, err)
	}
	if len(out.ErrorWrappers) > 0 { // MS_UNAVAILABLE, MS_MAX_CONCURRENT_REQ, TIMEOUT …
		return VATCheck{}, fmt.Errorf("the VAT register answered %d %s", resp.StatusCode, out.ErrorWrappers[0].Error)
	}
	if resp.StatusCode != http.StatusOK || out.Valid == nil || out.UserError != "" && out.UserError != "VALID" && out.UserError != "INVALID" {
		return VATCheck{}, errors.New("the VAT register gave no answer: " + resp.Status + " " + out.UserError)
	}
	return VATCheck{Number: number, Valid: *out.Valid, Consultation: out.RequestIdentifier, At: database.Now()}, nil
}
