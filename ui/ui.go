// Package ui holds the layouts and components that every page is made of, and the types of their items.
// docs/pages.md lists what each component takes.
package ui

import "embed"

// Templates holds layouts/*.html and components/*.html.
//
//go:embed layouts/*.html components/*.html
var Templates embed.FS

// Gallery holds the pages that show every component in all its states: gallery/gallery.html for the
// dashboard's layout, gallery/shop.html for the storefront's. Both define "content".
//
//go:embed gallery/*.html
var Gallery embed.FS
