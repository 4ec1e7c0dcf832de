// Package browser walks through the platform in Chromium, at the widths of a phone and of a desk, with and without scripts, in
// light and dark, with axe on every page visited. It is built with the tag browser: scripts/browser.sh runs it.
package browser
