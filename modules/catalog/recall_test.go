package catalog

import (
	"context"
	"strings"
	"testing"
)

// misspelt are what people type and the title that they mean, of the two real catalogues.
var misspelt = [][2]string{
	{"ayers chambray", "Ayres Chambray"}, {"ayres chambrey", "Ayres Chambray"}, {"pensylvania notebooks", "Pennsylvania Notebooks"}, {"pennsilvania notebok", "Pennsylvania Notebooks"},
	{"mud scrubb soap", "Mud Scrub Soap"}, {"mud scurb soap", "Mud Scrub Soap"}, {"witney pullover", "Whitney Pullover"}, {"whitney pulover", "Whitney Pullover"},
	{"gertrud cardigan", "Gertrude Cardigan"}, {"gertrude cardigen", "Gertrude Cardigan"}, {"hariet chambray", "Harriet Chambray"}, {"derby teir backpack", "Derby Tier Backpack"},
	{"derby tier bakpack", "Derby Tier Backpack"}, {"chevrn", "Chevron"}, {"garanteed", "Guaranteed"}, {"moon cicle", "Moon Cycle"}, {"5 pannel camp cap", "5 Panel Camp Cap"},
	{"dawson troley", "Dawson Trolley"}, {"canvass lunch bag", "Canvas Lunch Bag"}, {"canvas lunhc bag", "Canvas Lunch Bag"}, {"duckwort woolfill", "Duckworth Woolfill Jacket"},
	{"duckworth wolfill jaket", "Duckworth Woolfill Jacket"}, {"scuot backpack", "Scout Backpack"}, {"cydney plad", "Cydney Plaid"}, {"sydney plaid", "Cydney Plaid"},
	{"red wing iron rangr boot", "Red Wing Iron Ranger Boot"}, {"redwing iron ranger", "Red Wing Iron Ranger Boot"}, {"long sleve swing shirt", "Long Sleeve Swing Shirt"},
	{"mola head lamp", "Mola Headlamp"}, {"mola headlmap", "Mola Headlamp"}, {"double wal mug", "Double Wall Mug"}, {"doubel wall mug", "Double Wall Mug"},
	{"field reprot", "The Field Report Vol. 2"}, {"camp stol", "Camp Stool"}, {"camp stoool", "Camp Stool"}, {"huderton backpack", "Hudderton Backpack"}, {"lodg", "Lodge"},
	{"spectre mit", "Spectre Mitt"}, {"spektre mitt", "Spectre Mitt"}, {"windstoper glove", "Windstopper Glove"}, {"wind stopper glove", "Windstopper Glove"}, {"recon mittt", "Recon Mitt"},
	{"factory park golve", "Factory Park Glove"}, {"factroy winter trigger mitt", "Factory Winter Trigger Mitt"}, {"gortex under mitt", "Gore-Tex Under Mitt"}, {"aproach under glove", "Approach Under Glove"},
	{"louie vitto pro", "Louie Vito Pro Character"}, {"slouch beany", "Slouch Beanie"}, {"tokio beanie", "Tokyo Beanie"}, {"kaktusbunch tall", "Kactusbunch Tall"},
}

// TestMisspeltSearches states how often what was meant is among the first three. What people see is better: they look at more.
func TestMisspeltSearches(t *testing.T) {
	products, st, _ := openStore(t)
	for _, name := range []string{"apparel.csv", "snowdevil.csv"} {
		importText(t, products, st, realFile(t, name), nil)
	}
	if len(misspelt) != 50 {
		t.Fatalf("%d misspellings", len(misspelt))
	}
	hits := 0
	for _, m := range misspelt {
		l, err := products.Listing(context.Background(), st, ListingInput{Query: m[0]})
		if err != nil {
			t.Fatal(err)
		}
		var first []string
		for _, c := range l.Cards[:min(3, len(l.Cards))] {
			first = append(first, c.Title)
		}
		if strings.Contains("\n"+strings.Join(first, "\n")+"\n", "\n"+m[1]+"\n") {
			hits++
		} else {
			t.Logf("%q gives %q, not %q (looked for %q)", m[0], first, m[1], l.Corrected)
		}
	}
	t.Logf("top 3 recall: %d of %d", hits, len(misspelt))
	if hits < 45 {
		t.Errorf("only %d of %d misspellings find what was meant among the first three", hits, len(misspelt))
	}
}
