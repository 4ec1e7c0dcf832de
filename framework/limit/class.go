// Package limit counts requests in token buckets, so that nobody takes more than a fair part of the server: by class of route, and by address, account,
// token and store. Its memory is bounded, however many addresses ask.
package limit

import "time"

// Class is a kind of request that is counted by itself: who may no longer search may still pay.
type Class string

// Classes. None is not counted at all.
const (
	SignIn   Class = "sign-in"   // passwords and second factors that are tried
	Letter   Class = "letter"    // what has a mail sent to an address that was typed: sign-ups, password resets
	Guess    Class = "guess"     // what could be guessed: codes of discounts and gift cards, order numbers, VAT numbers
	Checkout Class = "checkout"  // the checkout's forms, and payments that are begun
	Search   Class = "search"    // of a shop
	Page     Class = "page"      // everything else of a shop that does not come from the page cache
	File     Class = "file"      // pictures
	Desk     Class = "desk"      // store dashboard and platform admin
	APIRead  Class = "api-read"  // GET
	APIWrite Class = "api-write" // the other methods
	Upload   Class = "upload"    // pictures and files that come in
	None     Class = "none"
)

// Rule is how much of a class one client, and one store, gets in Window. A whole window's worth can be had at once; it is refilled evenly.
type Rule struct {
	Class  Class
	Window time.Duration
	Client int // of an address, or of a token; an account with several tokens has twice as much, an IPv6 network of 2^16 addresses' networks 16 times. 0 is no limit
	Store  int // of all clients of one store together; 0 is no limit
}

// Defaults are the rules unless the operator says otherwise.
var Defaults = []Rule{
	{SignIn, 150 * time.Second, 30, 600},
	{Letter, 20 * time.Minute, 20, 600},
	{Guess, 10 * time.Minute, 20, 600},
	{Checkout, 10 * time.Minute, 300, 12000},
	{Search, time.Minute, 60, 1200},
	{Page, time.Minute, 300, 6000},
	{File, time.Minute, 3000, 0},
	{Desk, time.Minute, 600, 6000},
	{APIRead, time.Minute, 600, 6000},
	{APIWrite, time.Minute, 300, 3000},
	{Upload, 10 * time.Minute, 600, 0},
}

// Person tells whether a class is counted by the account of who is signed in. The others are always counted by address: a password is tried before anybody is
// signed in, and an account of one's own shall not help to guess.
func (c Class) Person() bool { return c != SignIn && c != Letter && c != Guess }
