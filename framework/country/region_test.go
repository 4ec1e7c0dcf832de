package country

import (
	"strings"
	"testing"
)

func TestSameRegion(t *testing.T) {
	for _, row := range []struct{ country, same string }{
		{"US", "CA|California|CALIFORNIA|us-ca| california |State of California"},
		{"US", "NY|New York|new-york|US-NY"},
		{"CA", "QC|Québec|Quebec|QUE\u0301BEC|ca-qc"},
		{"IT", "RM|Roma|Provincia di Roma|roma"},
		{"JP", "13|Tokyo|Tokyo-to|TOKYO|東京都|東京|JP-13"},
		{"JP", "26|Kyoto|京都府|京都|Kyoto Prefecture"},
		{"AU", "NSW|New South Wales"},
		{"BR", "SP|São Paulo|Sao Paulo"},
		{"CN", "GD|Guangdong|Guangdong Sheng|Guangdong Province"},
		{"FR", "Some Où|some ou"}, // no region: its letters
	} {
		all := strings.Split(row.same, "|")
		for _, a := range all {
			if !SameRegion(row.country, all[0], a) {
				t.Errorf("%s: %q is not %q", row.country, a, all[0])
			}
		}
	}
	for _, row := range []struct{ country, a, b string }{
		{"US", "CA", "CO"}, {"US", "WA", "Washington DC"}, {"US", "Virginia", "West Virginia"}, {"AU", "WA", "Washington"}, {"JP", "東京都", "京都府"}, {"IT", "RO", "Roma"}, {"US", "", "CA"}, {"XX", "A", "B"},
	} {
		if SameRegion(row.country, row.a, row.b) {
			t.Errorf("%s: %q and %q are the same", row.country, row.a, row.b)
		}
	}
}
