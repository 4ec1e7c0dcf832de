// Package flows walks through the platform as its people do: over HTTP with forms as browsers send them, and with the built
// binary as an operator runs it. A flow says which modules and surfaces it is about, so that a slice can be chosen:
// make test module=orders frontend=storefront.
package flows
