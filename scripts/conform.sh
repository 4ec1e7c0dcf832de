#!/usr/bin/env bash
# Validates what the demo's pages are: the HTML of every kind of page with the Nu checker (Java), the JSON-LD of shops against schema.org and what search engines ask
# for (Node). The pages come from the walk through all links. PAGES=dir takes those of an earlier walk.
set -euo pipefail
cd "$(dirname "$0")/.."
for tool in java node npm; do command -v $tool >/dev/null || { echo "the validators need $tool" >&2; exit 1; }; done
[ -d tests/conform/node_modules/vnu-jar ] || (cd tests/conform && npm ci --silent)
pages=${PAGES:-}
if [ -z "$pages" ]; then
	pages=$(mktemp -d)
	trap 'rm -rf "$pages"' EXIT
	WIZAMART_PAGES=$pages CGO_ENABLED=0 go test -tags nodynamic -count=1 -v -run 'TestLinks$' ./tests/flows | grep -v '^time='
fi
bad=0
# Alpine's attributes are none of HTML, but cannot be read as any.
java -jar tests/conform/node_modules/vnu-jar/build/dist/vnu.jar --errors-only --skip-non-html --filterpattern '.*Attribute “(x-|@|:)[^”]*” not allowed.*' "$pages" || bad=1
[ $bad = 1 ] || echo "the HTML of $(ls "$pages" | wc -l) pages is valid"
node tests/conform/jsonld.mjs "$pages" || bad=1
exit $bad
