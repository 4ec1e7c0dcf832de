package messaging

import (
	"encoding/json"
	"fmt"

	"wizamart/framework/timezone"
)

// draft is a sheet on its way from the transaction that told of something to the job that writes the mail.
type draft struct {
	Sheet  *sheet
	Locale string
	Zone   string // IANA name
}

// draft is all that the mail says: it stays what it was in the transaction, whatever is changed until it is written.
func (v *sheet) draft() (string, error) {
	kept := *v
	kept.Letter.Seller = nil // v.Seller has it, as text
	data, err := json.Marshal(draft{&kept, v.locale, v.zone.String()})
	if err != nil {
		return "", fmt.Errorf("draft a mail: %w", err)
	}
	return string(data), nil
}

// ofDraft writes a mail.
func (s *Service) ofDraft(text string) (html, plain string, err error) {
	var d draft
	if err := json.Unmarshal([]byte(text), &d); err != nil {
		return "", "", fmt.Errorf("read the draft of a mail: %w", err)
	}
	v := d.Sheet
	v.zone, v.locale, v.printer = timezone.Load(d.Zone), d.Locale, s.app.Site.Texts.Printer(v.Lang)
	return s.sheets.render(v)
}
