package paymenttype

import "testing"

func TestIBAN(t *testing.T) {
	for iban, good := range map[string]bool{
		"DE89370400440532013000": true, "GB29NWBK60161331926819": true, "NO9386011117947": true, "FR1420041010050500013M02606": true,
		"DE89370400440532013001": false, "": false, "DE8937040044053201300O": false, "1234": false, "de89370400440532013000": false,
	} {
		if ValidIBAN(iban) != good {
			t.Errorf("%q: %v", iban, !good)
		}
	}
	if got := GroupIBAN("DE89370400440532013000"); got != "DE89 3704 0044 0532 0130 00" {
		t.Error(got)
	}
}
