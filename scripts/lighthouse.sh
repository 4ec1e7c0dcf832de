#!/bin/sh
# Lighthouse (mobile) on the demo's opening page, a category and a product. Prints the four scores, what is not perfect, and
# what is transferred, and fails under MIN (default 100). Needs Node and Chromium; CHROME_PATH names it.
set -eu
cd "$(dirname "$0")/.."
: "${CHROME_PATH:=$(command -v chromium || command -v google-chrome || true)}" "${PORT:=8399}" "${MIN:=100}"
export CHROME_PATH
[ -n "$CHROME_PATH" ] || { echo "there is no Chromium: set CHROME_PATH" >&2; exit 1; }
dir=.cache/lighthouse
[ -x $dir/node_modules/.bin/lighthouse ] || npm install --silent --no-audit --no-fund --prefix $dir lighthouse@12.8.2
work=$(mktemp -d)
./wizamart demo --data "$work/data" --listen 127.0.0.1:"$PORT" >"$work/log" 2>&1 &
server=$!
trap 'kill $server 2>/dev/null || true; wait $server 2>/dev/null || true; rm -rf "$work"' EXIT
shop=http://fjord.localhost:$PORT
for i in $(seq 100); do curl -sf -o /dev/null "$shop/" --resolve "fjord.localhost:$PORT:127.0.0.1" && break; sleep 0.3; done
# The sizes of pictures are made by a job: until it is done, pages name the large ones.
for i in $(seq 200); do curl -sf "$shop/" --resolve "fjord.localhost:$PORT:127.0.0.1" | grep -q 'src="[^"]*/media/[0-9a-f]*\.webp" alt' || break; sleep 0.3; done
bad=0
for path in / /categories/boots /products/fyr-lantern; do
	$dir/node_modules/.bin/lighthouse "$shop$path" --quiet --output=json --output-path="$work/report.json" \
		--only-categories=performance,accessibility,best-practices,seo \
		--chrome-flags="--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync --user-data-dir=$work/chrome"
	node scripts/lighthouse.mjs "$work/report.json" "$path" "$MIN" || bad=1
done
exit $bad
