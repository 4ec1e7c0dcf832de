// Package assets holds the built styles, scripts, fonts and icons, as the binary carries them.
//
// The files in dist are written by `go run ./scripts/assets` and committed, so that building the binary
// needs no Node. Their names are stable; the content hash in a URL is computed at boot. The folder is
// called embed for its purpose; the package is called assets so that it can stand beside the standard
// library's embed in one file.
package assets

import "embed"

// Dist has the built files under "dist/": app.css, app.js, shop.css, shop.js, icon.svg, icons.json and *.woff2.
// Style sheets refer to fonts by their plain relative name, so those are served unhashed as well.
//
//go:embed dist
var Dist embed.FS
