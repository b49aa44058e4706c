#!/bin/sh
# The rule and process engines by themselves, FEEL beside feelin (when npm can fetch it), and instant decisions in an
# open loop: RATE a second (argument or 500) for SECONDS, a paper and a signed certificate.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
build=$root/build
ninja -C "$build" test/bench/feel_bench test/bench/instant test/unit/dmn/dmn-bench test/unit/bpmn/bpmn_bench >/dev/null
"$build/test/unit/dmn/dmn-bench"
"$build/test/unit/bpmn/bpmn_bench"
dir=$(mktemp -d "${TMPDIR:-/tmp}/tongban-rules-XXXXXX")
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM
cp "$root"/test/bench/feelin/*.js* "$root"/test/bench/feelin/*.mjs "$dir/"
if command -v npm >/dev/null 2>&1 && (cd "$dir" && npm ci --no-audit --no-fund >/dev/null 2>&1); then
	node "$dir/run.mjs" "$build/test/bench/feel_bench" 0.5
else
	echo "rules.sh: node or the npm package feelin is missing; FEEL is measured alone" >&2
	"$build/test/bench/feel_bench" "$dir/cases.json" 0.5
fi
"$build/test/bench/instant" "$root/city" "$dir/paper" rights_statement "${RATE:-500}" "${SECONDS_A_RUN:-10}"
"$build/test/bench/instant" "$root/city" "$dir/certificate" law_firm_reissue "${RATE:-500}" "${SECONDS_A_RUN:-10}"
