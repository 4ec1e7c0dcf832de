#!/usr/bin/env bash
# Walks through the platform in headless Chromium. Installs what is missing: Chromium with apt-get, axe-core with npm.
#   CHROMIUM=/path/to/chromium       another browser
#   WIZAMART_SCREENSHOTS=1           pictures of every page in tests/artifacts
#   scripts/browser.sh -run …        further arguments go to go test
set -euo pipefail
cd "$(dirname "$0")/.."

chromium=${CHROMIUM:-$(command -v chromium || command -v chromium-browser || command -v google-chrome-stable || command -v google-chrome || true)}
if [ -z "$chromium" ]; then
	sudo=
	if [ "$(id -u)" != 0 ]; then
		command -v sudo >/dev/null && sudo -n true 2>/dev/null || {
			echo "The browser tests need Chromium, and installing it needs root. Run: sudo apt-get install chromium" >&2
			echo "or name one that you have: CHROMIUM=/path/to/chromium $0" >&2
			exit 1
		}
		sudo=sudo
	fi
	command -v apt-get >/dev/null || { echo "The browser tests need Chromium. Install it, or name one: CHROMIUM=/path/to/chromium $0" >&2; exit 1; }
	echo "Installing Chromium …"
	$sudo apt-get update -qq
	DEBIAN_FRONTEND=noninteractive $sudo apt-get install -qq -y --no-install-recommends chromium fonts-dejavu-core >/dev/null
	chromium=$(command -v chromium)
fi
[ -x "$chromium" ] || { echo "$chromium cannot be run" >&2; exit 1; }

if [ ! -f ui/node_modules/axe-core/axe.min.js ]; then
	command -v npm >/dev/null || { echo "The browser tests need axe-core, and installing it needs npm." >&2; exit 1; }
	echo "Installing axe-core …"
	(cd ui && npm ci --no-audit --no-fund --silent)
fi

CHROMIUM=$chromium CGO_ENABLED=0 exec ./scripts/memory.sh go test -vet=off -tags nodynamic,browser -count=1 -timeout 20m "$@" ./tests/browser
