#!/usr/bin/env bash
# Runs the tests: all of them, or the slice of one module and one surface.
#   scripts/test.sh [module] [surface]      surface: storefront, dashboard, admin, portal or api
# RACED lists packages to leave out of “all”, because they are run under the race detector.
# A slice is the module's own tests and the flows that are about it; of a surface alone, the flows that are about it.
set -euo pipefail
cd "$(dirname "$0")/.."
module=${1:-} surface=${2:-}
packages=(./...)
if [ -n "$surface" ]; then
	case $surface in storefront|dashboard|admin|portal|api) ;; *) echo "there is no surface “$surface”: storefront, dashboard, admin, portal, api" >&2; exit 64 ;; esac
	export WIZAMART_TEST_SURFACE=$surface
	packages=(./tests/flows/... ./tests/isolation/...)
fi
if [ -n "$module" ]; then
	[ -d "modules/$module" ] || { echo "there is no module “$module”: $(cd modules && ls -d */ | tr -d / | tr '\n' ' ')" >&2; exit 64; }
	packages=("./modules/$module/..." ./tests/flows/... ./tests/isolation/...)
	export WIZAMART_TEST_MODULE=$module
fi
if [ -n "${RACED:-}" ] && [ "${packages[*]}" = ./... ]; then
	# shellcheck disable=SC2086 # patterns, one a word
	mapfile -t packages < <(comm -23 <(go list -tags nodynamic ./... | sort) <(go list -tags nodynamic $RACED | sort))
fi
[ -d ../shared/data ] || echo "NOTE: ../shared/data is not here: tests of the real product files are skipped, others take a fixture" >&2
root=-r
[ "$(id -u)" != 0 ] || root=
{ unshare -m $root mount -t tmpfs tmpfs /mnt || unshare -rm mount -t tmpfs tmpfs /mnt; } 2>/dev/null ||
	echo "NOTE: nobody may mount a file system here: what happens on a full disk is not tried (tests/fault)" >&2
exec ./scripts/memory.sh go test -tags nodynamic -vet=off "${packages[@]}" # “make vet” does that
