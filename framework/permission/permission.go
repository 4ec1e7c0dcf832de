// Package permission names what staff may do. Permissions are hierarchical: "orders.*" grants
// "orders.refund", and "*" grants all. Modules declare theirs; roles hold patterns.
package permission

import (
	"slices"
	"strings"
)

// Permission is declared by a module.
type Permission struct {
	Name  string // "orders.refund"
	Title string // "Refund orders", shown in the role matrix
	// People: only a person can hold it. A program that could make users, roles or tokens would get more than it was given.
	People bool
}

// Special route permissions.
const (
	Public   = "public"   // anybody
	SignedIn = "signedin" // any signed-in user of the surface, whatever the role
)

// Set is the patterns that somebody holds.
type Set []string

// Allows tells whether the set grants name.
func (s Set) Allows(name string) bool {
	if name == Public {
		return true
	}
	for _, p := range s {
		if p == "*" || p == name {
			return true
		}
		if prefix, ok := strings.CutSuffix(p, ".*"); ok && strings.HasPrefix(name, prefix+".") {
			return true
		}
	}
	return false
}

// Covers tells whether the set grants all that other grants, also what modules will declare later: "orders.*" is covered by "orders.*" or "*",
// not by every permission of today. Nobody may give what their own set does not cover.
func (s Set) Covers(other Set) bool {
	for _, p := range other {
		if p == "*" && !slices.Contains(s, "*") || !s.Allows(p) {
			return false
		}
	}
	return true
}

// Join is the union of sets.
func Join(sets ...Set) Set {
	var out Set
	for _, s := range sets {
		for _, p := range s {
			if !slices.Contains(out, p) {
				out = append(out, p)
			}
		}
	}
	return out
}
