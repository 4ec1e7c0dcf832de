package payments

import (
	"fmt"
	"net"
	"net/http"
	"strings"

	"wizamart/modules/payments/stripefake"
	"wizamart/tenant"
)

// PretendCards is the setting with which a development server plays the part of the provider: "1" or "0", or the address of a pretended provider
// that runs elsewhere on this machine, such as http://127.0.0.1:12111.
const PretendCards = "payments.test_card"

const (
	demoKey  = "sk_test_demo"
	demoHook = "whsec_demo"
)

// demo tells whether the store's cards are pretended: on a development server, which listens on loopback alone, where the store says so.
func (s *Service) demo(st *tenant.Store) bool {
	v, _ := st.Settings().Get(PretendCards)
	return s.app.Config.Development && (v == "1" || strings.HasPrefix(v, elsewhere))
}

// elsewhere is how the address of a pretended provider begins: nothing leaves this machine.
const elsewhere = "http://127.0.0.1:"

// demoAccount leads to the pretended provider, which runs in this process from its first use on and forgets everything with it.
func (s *Service) demoAccount(st *tenant.Store, acc Account) (Account, error) {
	if !s.app.Config.Development {
		return acc, nil
	}
	acc.SecretKey, acc.WebhookSecret = demoKey, demoHook
	if v, _ := st.Settings().Get(PretendCards); strings.HasPrefix(v, elsewhere) {
		acc.URL = v
		return acc, nil
	}
	s.demoOnce.Lock()
	defer s.demoOnce.Unlock()
	if s.demoURL == "" {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return acc, fmt.Errorf("start the pretended payment provider: %w", err)
		}
		s.demoURL = "http://" + l.Addr().String()
		go http.Serve(l, stripefake.New(s.demoURL)) //nolint:errcheck,gosec // it ends with the process
	}
	acc.URL = s.demoURL
	return acc, nil
}
