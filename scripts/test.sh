#!/usr/bin/env bash
# Runs the tests: all of them, or the slice of one module and one surface.
#   scripts/test.sh [module] [surface]      surface: storefront, dashboard, admin, portal or api
set -euo pipefail
cd "$(dirname "$0")/.."
module=${1:-} surface=${2:-}
packages=(./...)
run=()
if [ -n "$module" ]; then
	[ -d "modules/$module" ] || { echo "there is no module “$module”: $(ls modules | grep -v '\.go$' | tr '\n' ' ')" >&2; exit 64; }
	packages=("./modules/$module/..." ./tests/flows/...)
	export WIZAMART_TEST_MODULE=$module
fi
if [ -n "$surface" ]; then
	case $surface in storefront|dashboard|admin|portal|api) ;; *) echo "there is no surface “$surface”: storefront, dashboard, admin, portal, api" >&2; exit 64 ;; esac
	export WIZAMART_TEST_SURFACE=$surface
fi
[ -d ../shared/data ] || echo "NOTE: ../shared/data is not here: tests of the real product files are skipped" >&2
exec go test -tags nodynamic "${run[@]}" "${packages[@]}"
