package catalog

import (
	"cmp"
	"slices"

	"wizamart/modules/catalog/shopifycsv"
)

// MaxImportIssues is how many warnings, and how many errors, a report lists. Those beyond are counted.
const MaxImportIssues = 10_000

// Codes of warnings and errors that the import adds to those of the file's rows.
const (
	CodeImageMissing    = "image_missing"     // the folder has no file of this name
	CodeImageUnreadable = "image_unreadable"  // there is one, but it is no picture
	CodeProductRejected = "product_not_taken" // a rule of the catalogue speaks against it
	CodeField           = "field_value"       // the column of a field holds what the field cannot
	CodeFile            = "file_refused"      // the file cannot be read; nothing was imported
)

// ImportIssue is something about one row.
type ImportIssue struct {
	Line    int    `json:"line" doc:"Line of the file, from 1; 0 for the file as a whole."`
	Column  string `json:"column" doc:"As the file names it; empty for the whole row."`
	Code    string `json:"code"`
	Message string `json:"message"`
}

// ImportCounts says what became of things.
type ImportCounts struct {
	Created   int `json:"created"`
	Updated   int `json:"updated"`
	Unchanged int `json:"unchanged"`
}

// Total is all of them.
func (c ImportCounts) Total() int { return c.Created + c.Updated + c.Unchanged }

func (c *ImportCounts) add(o outcome, n int) {
	switch o {
	case created:
		c.Created += n
	case updated:
		c.Updated += n
	case unchanged:
		c.Unchanged += n
	}
}

type outcome byte

const (
	unchanged outcome = iota + 1
	updated
	created
)

// ImportImages says what became of the pictures that the file names.
type ImportImages struct {
	Added   int `json:"added" doc:"Addresses that the catalogue did not have before."`
	Linked  int `json:"linked" doc:"Pictures taken from the folder."`
	Pending int `json:"pending" doc:"Addresses of the file that have no picture yet."`
}

// ImportReport is what an import did, or a dry run would do.
type ImportReport struct {
	DryRun       bool           `json:"dry_run"`
	Rows         int            `json:"rows" doc:"Rows of the file, without the header."`
	Products     ImportCounts   `json:"products"`
	Variants     ImportCounts   `json:"variants"`
	Images       ImportImages   `json:"images"`
	Warnings     []ImportIssue  `json:"warnings" doc:"Rows that were taken with a doubt, the first 10,000."`
	WarningCodes map[string]int `json:"warning_codes" doc:"How often each code of a warning occurred, all counted."`
	Errors       []ImportIssue  `json:"errors" doc:"Rows that were refused, the first 10,000."`
	ErrorCount   int            `json:"error_count"`
}

// Refused tells whether rows were left out.
func (r *ImportReport) Refused() bool { return r.ErrorCount > 0 }

// FileRefused is why nothing of the file could be read, or "".
func (r *ImportReport) FileRefused() string {
	for _, e := range r.Errors {
		if e.Code == CodeFile {
			return e.Message
		}
	}
	return ""
}

// WarningCount is the number of warnings, those that are not listed included.
func (r *ImportReport) WarningCount() int {
	n := 0
	for _, c := range r.WarningCodes {
		n += c
	}
	return n
}

func newReport(dry bool) *ImportReport {
	return &ImportReport{DryRun: dry, Warnings: []ImportIssue{}, WarningCodes: map[string]int{}, Errors: []ImportIssue{}}
}

func (r *ImportReport) warn(i ImportIssue) {
	r.WarningCodes[i.Code]++
	if len(r.Warnings) < MaxImportIssues {
		r.Warnings = append(r.Warnings, i)
	}
}

func (r *ImportReport) refuse(i ImportIssue) {
	r.ErrorCount++
	if len(r.Errors) < MaxImportIssues {
		r.Errors = append(r.Errors, i)
	}
}

// take notes what the codec says of a row.
func (r *ImportReport) take(i shopifycsv.Issue) {
	issue := ImportIssue{i.Line, i.Column, i.Code, i.Message}
	if i.Refused {
		r.refuse(issue)
	} else {
		r.warn(issue)
	}
}

func (r *ImportReport) sort() {
	byLine := func(a, b ImportIssue) int { return cmp.Compare(a.Line, b.Line) }
	slices.SortStableFunc(r.Warnings, byLine)
	slices.SortStableFunc(r.Errors, byLine)
}

// ImportGroup is the warnings or errors of one code.
type ImportGroup struct {
	Code   string
	Count  int
	Issues []ImportIssue // the first ones
}

// Groups puts issues of a code together, at most first of each, the most frequent code first. counts may know of
// more than are listed; nil counts the list.
func Groups(issues []ImportIssue, counts map[string]int, first int) []ImportGroup {
	at := map[string]int{}
	var out []ImportGroup
	for _, i := range issues {
		n, ok := at[i.Code]
		if !ok {
			n = len(out)
			at[i.Code] = n
			out = append(out, ImportGroup{Code: i.Code})
		}
		out[n].Count++
		if len(out[n].Issues) < first {
			out[n].Issues = append(out[n].Issues, i)
		}
	}
	for i := range out {
		out[i].Count = max(out[i].Count, counts[out[i].Code])
	}
	slices.SortStableFunc(out, func(a, b ImportGroup) int { return cmp.Compare(b.Count, a.Count) })
	return out
}
