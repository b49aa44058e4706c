#!/bin/sh
# replay.sh TONGBAN DECISIONS CITY — recorded decisions agree with themselves byte for byte; with one threshold of one
# table changed, what would change is told by office and item, with counts and examples, and nothing else is touched.
set -eu
tongban=$1 decisions=$2 city=$3
dir=$(mktemp -d "${TMPDIR:-/tmp}/tongban-replay-XXXXXX")
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM
fail() { echo "replay.sh: $*" >&2; cat "$dir/out" >&2; exit 1; }
"$decisions" 2600 --city "$city" --data "$dir/data" >"$dir/out" 2>&1 || fail "no decisions were recorded"
"$tongban" rule replay --data "$dir/data" --quiet >"$dir/out" || fail "the same version decides otherwise"
grep -q '逐字节一致' "$dir/out" || fail "the same version is not the same byte for byte"
cp -r "$city" "$dir/city"
# 80 years become 90: grants turn to a person, never the other way.
sed -i 's/>=80/>=90/g; s/<80/<90/g' "$dir/city/rules/longevity_first.csv"
"$tongban" rule replay --data "$dir/data" --city "$dir/city" --quiet >"$dir/out" || fail "a new version must not be a failure"
head -n 1 "$dir/out" | grep -q '^× civil_affairs · longevity_first：200 件，结论改变 [1-9][0-9]*，.*（准予→人工 [1-9][0-9]*，人工→准予 0）' || fail "the changed item is not told first"
sed -n 2p "$dir/out" | grep -q '"result":"grant"} → .*不满八十周岁' || fail "the first example is no changed verdict"
[ "$(grep -c '^×' "$dir/out")" = 1 ] || fail "an item that did not change is told as changed"
# The other way round, and a table that is gone.
sed -i 's/>=90/>=60/g; s/<90/<60/g' "$dir/city/rules/longevity_first.csv"
sed -i '/^instant:/d' "$dir/city/items/rights_statement.yaml"
"$tongban" rule replay --data "$dir/data" --city "$dir/city" --quiet >"$dir/out" || fail "a new version must not be a failure"
grep -q 'longevity_first：.*（准予→人工 0，人工→准予 [1-9]' "$dir/out" || fail "a lower age must grant more"
grep -q '^× social_security · rights_statement：200 件，.*不再由规则决定 200' "$dir/out" || fail "an item without a table is not told"
