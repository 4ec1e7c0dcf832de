package domains

import (
	"errors"
	"time"

	"wizamart/framework/problem"
)

// pageWait is how long a page waits for the DNS.
const pageWait = 2 * time.Second

// troubleText says in words why a check did not prove a claim.
var troubleText = map[string]string{
	"":          "It was not checked yet.",
	noRecord:    "The TXT record is not there yet. After you set it, it can take some minutes until it is seen.",
	otherRecord: "There is a TXT record with this name, and its value is another one.",
	noAnswer:    "The domain's name servers did not answer. It is tried again by itself.",
	taken:       "The TXT record is right, and another store on this platform already has this domain. Remove it there first.",
}

// TroubleText is the English message, for the page's t.
func (c Claim) TroubleText() string { return troubleText[c.Trouble] }

func messageOf(err error) string {
	var p *problem.Error
	if errors.As(err, &p) {
		return p.Message
	}
	return err.Error()
}
