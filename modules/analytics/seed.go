package analytics

import (
	"context"
	"math"
	"math/rand/v2"

	"wizamart/tenant"
)

// seedDays are as many as a report shows at most.
const seedDays = 90

// seedReferrers are where the invented visitors come from, by weight.
var seedReferrers = []string{Direct, Direct, Direct, "google.com", "google.com", "instagram.com", "duckduckgo.com", "bing.com", "newsletter.example"}

// Seed writes the visits of the last days of a shop that slowly becomes known: invented, for demonstrations. products are the paths of its products, those
// that are looked at most first; the same random numbers give the same visits.
func (s *Service) Seed(ctx context.Context, st *tenant.Store, products []string, busiest int, random *rand.Rand) error {
	today := dayOf(s.app.Now())
	return st.Write(ctx, func(tx *tenant.Store) error {
		for back := int64(seedDays); back > 0; back-- {
			t := tally{counts: map[mark]int64{}}
			known := 0.45 + 0.55*float64(seedDays-back)/seedDays
			week := 0.85 + 0.15*math.Cos(2*math.Pi*float64(today-back)/7)
			visitors := max(1, int(float64(busiest)*known*week*(0.8+0.4*random.Float64())))
			for range visitors {
				t.visitors++
				t.counts[mark{device, "", []string{Mobile, Mobile, Mobile, Desktop, Desktop, Tablet}[random.IntN(6)]}]++
				t.counts[mark{referrer, "", seedReferrers[random.IntN(len(seedReferrers))]}]++
				t.views++
				t.counts[mark{page, "home", "/"}]++
				for len(products) > 0 && random.Float64() < 0.6 {
					at := int(float64(len(products)) * math.Pow(random.Float64(), 3)) // a few are looked at by most
					t.views++
					t.counts[mark{page, "product", products[at]}]++
				}
			}
			if err := saveTally(ctx, tx, today-back, t); err != nil {
				return err
			}
		}
		return nil
	})
}
