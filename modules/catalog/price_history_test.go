package catalog

import (
	"testing"
	"time"

	"wizamart/framework/database"
)

func TestPriorPrice(t *testing.T) {
	today := time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC)
	ago := func(days int) database.Time { return database.At(today.AddDate(0, 0, -days)) }
	for name, c := range map[string]struct {
		changes []priceChange
		want    int64 // 0: none
	}{
		"never changed":                         {[]priceChange{{100, ago(90)}}, 0},
		"nothing known":                         {nil, 0},
		"a plain reduction":                     {[]priceChange{{100, ago(90)}, {80, ago(0)}}, 100},
		"raised just before":                    {[]priceChange{{80, ago(90)}, {100, ago(10)}, {79, ago(0)}}, 80},
		"lower, but more than 30 days before":   {[]priceChange{{50, ago(200)}, {100, ago(60)}, {80, ago(0)}}, 100},
		"lower, and ended within the 30 days":   {[]priceChange{{50, ago(200)}, {100, ago(29)}, {80, ago(0)}}, 50},
		"ended on the day the 30 days begin":    {[]priceChange{{50, ago(200)}, {100, ago(30)}, {80, ago(0)}}, 100},
		"new for ten days":                      {[]priceChange{{100, ago(10)}, {80, ago(0)}}, 100},
		"only the compare-at price changed":     {[]priceChange{{100, ago(90)}, {80, ago(40)}, {80, ago(0)}}, 100},
		"the 30 days count from the reduction":  {[]priceChange{{60, ago(300)}, {100, ago(65)}, {80, ago(34)}}, 100},
		"reduced twice":                         {[]priceChange{{100, ago(90)}, {80, ago(5)}, {70, ago(0)}}, 80},
		"raised and lowered again to the same":  {[]priceChange{{80, ago(90)}, {100, ago(3)}, {80, ago(0)}}, 80},
		"the price went up":                     {[]priceChange{{80, ago(90)}, {100, ago(0)}}, 80},
		"free for a moment within the 30 days":  {[]priceChange{{100, ago(90)}, {0, ago(5)}, {100, ago(4)}, {80, ago(0)}}, 0},
		"never changed, two rows of compare-at": {[]priceChange{{100, ago(90)}, {100, ago(0)}}, 0},
	} {
		if got, _ := prior(c.changes); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}
