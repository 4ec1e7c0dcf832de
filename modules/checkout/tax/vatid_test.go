package tax

import "testing"

// Numbers that are public: of well-known businesses, or examples of the administrations.
func TestVATNumbers(t *testing.T) {
	for _, n := range []string{
		"ATU13585627", "BE0411905847", "DE136695976", "DE129273398", "DK13585628", "EE100931558", "EL094259216", "FI20774740", "FR40303265045", "FR83404833048", "HR33392005961",
		"HU12892312", "IT00743110157", "LU15027442", "MT11679112", "NL004495445B01", "PL8567346215", "PT501964843", "RO18547290", "SE123456789701", "SI50223054", "SK2022749619",
		"ESB58378431", "IE6433435F", "CZ25123891", "XI366303068", "CY10259033P", "LV40003521600", "LT119511515", "BG175074752",
	} {
		if !ValidVATID(n) {
			t.Errorf("%s is refused", n)
		}
		if vatChecks[n[:2]] == nil {
			continue
		}
		last := n[len(n)-1]
		if bad := n[:len(n)-1] + string('0'+(last-'0'+1)%10); n[:2] != "SE" && n[:2] != "NL" && ValidVATID(bad) {
			t.Errorf("%s is taken, with a wrong check digit", bad)
		}
	}
	for _, n := range []string{"", "DE", "DE12345678", "GB980780684", "US123456789", "FR4030326504", "NL123456789012", "ATX13585627", "SE123456789700", "NL004495446B01"} {
		if ValidVATID(n) {
			t.Errorf("%s is taken", n)
		}
	}
	for in, want := range map[string]string{"de 136 695 976": "DE136695976", "GR094259216": "EL094259216", "be 0411.905.847": "BE0411905847", " fr-40/303265045\n": "FR40303265045"} {
		if got := NormalVATID(in); got != want {
			t.Errorf("%q is %q, want %q", in, got, want)
		}
	}
}
