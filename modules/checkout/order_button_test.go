package checkout

import "testing"

func TestOrderButtonSpeaksTheShopsLanguage(t *testing.T) {
	for locale, want := range map[string][2]string{
		"de-AT": {"Zahlungspflichtig bestellen", "de"}, "nb-NO": {"Bestilling med betalingsplikt", "nb"}, "no": {"Bestilling med betalingsplikt", "nb"}, "nn-NO": {"Bestilling med betalingsplikt", "nb"},
		"en-GB": {"Order with obligation to pay", "en"}, "ja-JP": {"Order with obligation to pay", "en"}, "": {"Order with obligation to pay", "en"}, "x!": {"Order with obligation to pay", "en"},
	} {
		if text, lang := orderButton(locale); text != want[0] || lang != want[1] {
			t.Errorf("%s: %q, %q", locale, text, lang)
		}
	}
}
