package ui

import "time"

// Option is one choice of a select, radio-cards or option-picker. A dict with the same keys does as well.
type Option struct {
	Value    string
	Label    string
	Hint     string // second line, or the reason why it cannot be chosen
	Icon     string // Lucide name
	Trailing any    // what stands at the far end, such as a formatted price
	Color    string // CSS colour of a swatch; empty for a plain chip
	Selected bool
	Disabled bool
}

// Link is one entry of tabs, a dropdown, a navigation or a list of crumbs.
type Link struct {
	Label  string
	URL    string
	Icon   string // Lucide name
	Active bool
	Badge  string
	Danger bool // shown as destructive
	Post   bool // rendered as a button in a POST form instead of a link
}

// Event is one entry of a timeline. At takes the output of the date functions or plain text.
type Event struct {
	Title string
	Text  string
	By    string
	At    any
	Icon  string
	Kind  string // success, warning, error, info; empty is neutral
}

// CodeBox is where shoppers type the codes of discounts and gift cards, and see those they use.
type CodeBox struct {
	Step  string // the page it stands on: cart, or a step of the checkout
	Chips []CodeChip
	Typed string // a code that was refused,
	Error string // and why
}

// CodeChip is a code in use, or a discount that came by itself.
type CodeChip struct {
	Label string
	Text  string // what it does, or why it does nothing
	Value string // posted to take it away; empty for what cannot be taken away
	Off   bool   // it does nothing at the moment
}

// Download is what of an order can be downloaded, for the component "downloads".
type Download struct {
	Title string
	Sub   string
	Text  string    // why it cannot be downloaded, or ""
	Until time.Time // zero is for ever
	Files []DownloadFile
}

// DownloadFile is one file of it; without a URL it cannot be downloaded.
type DownloadFile struct{ Name, Size, Left, URL string }
