#!/bin/sh
# run.sh — walks the city in a real browser: whole journeys without and with scripts, by keyboard, and every page under axe.
# Needs node and chromium; without them it says so and skips. Closes with "N passed, N failed, N skipped".
set -eu
cd "$(dirname "$0")"
root=$(cd ../.. && pwd)
server=${TONGBAN:-$root/build/src/tongban}

skip() { printf '%s\n0 passed, 0 failed, 1 skipped\n' "$1"; exit 77; }
command -v node >/dev/null 2>&1 || skip "node is missing: the browser tests were left out (./dev setup installs it)."
CHROMIUM=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)
[ -n "$CHROMIUM" ] || skip "chromium is missing: the browser tests were left out (./dev setup installs it)."
export CHROMIUM
if [ ! -d node_modules/puppeteer-core ] || [ ! -d node_modules/axe-core ]; then
	command -v npm >/dev/null 2>&1 || skip "npm is missing and test/browser/node_modules is not there: the browser tests were left out."
	npm ci --no-audit --no-fund >npm.log 2>&1 || skip "the npm packages of test/browser/package.json could not be installed (test/browser/npm.log): the browser tests were left out."
fi
[ -x "$server" ] || { echo "build/src/tongban is missing; run ./dev build"; echo "0 passed, 1 failed, 0 skipped"; exit 1; }

dir=$(mktemp -d "${TMPDIR:-/tmp}/tongban-browser-XXXXXX")
pid=
stop() {
	[ -z "$pid" ] || { kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null; } || true
	rm -rf "$dir"
}
trap stop EXIT
trap 'exit 1' HUP INT TERM
port=$(node -e 'const s=require("net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})')
"$server" serve --demo --city "$root/city" --data "$dir/data" --listen "127.0.0.1:$port" >"$dir/log" 2>&1 &
pid=$!
export TONGBAN_URL="http://127.0.0.1:$port" TONGBAN="$server" TONGBAN_CITY="$root/city"
# The README's pictures are taken when one is missing, or when asked for: TONGBAN_SHOTS=1 ./dev test
for name in home guide tasks case workbench split; do
	if [ -n "${TONGBAN_SHOTS:-}" ] || [ ! -f "$root/docs/shots/$name.png" ]; then export SHOTS_README="$root/docs/shots"; fi
done
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	node -e 'fetch(process.env.TONGBAN_URL+"/healthz").then(r=>process.exit(r.ok?0:1),()=>process.exit(1))' && break
	kill -0 "$pid" 2>/dev/null || break
	sleep 0.5
done
status=0
node journeys.mjs "$@" || status=$?
if grep -E '"level":"error"|Sanitizer|runtime error' "$dir/log" >"$dir/bad" 2>/dev/null; then
	echo "the server's log says:"
	head -n 20 "$dir/bad"
fi
exit $status
