#!/bin/sh
# A city of 26,000 items with 6 KB of guide text each: load, memory, search, suggestion, guide; then one changed item
# published while readers ask for guides, on SQLite, and on PostgreSQL where test/pg.sh can start it.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
ninja -C "$root/build" test/bench/catalogue_bench test/bench/publish src/tongban >/dev/null
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
"$root/build/src/tongban" gen "${ITEMS:-26000}" "$dir/city" --city "$root/city" >/dev/null
version=$("$root/build/test/bench/catalogue_bench" compile "$dir/city" "$dir/compiled" 2>"$dir/figures")
cat "$dir/figures"
"$root/build/test/bench/catalogue_bench" open "$dir/compiled" "$version"
"$root/build/test/bench/publish" "$dir/city" "$dir/data"
sh "$root/test/pg.sh" run sh -c '"$0" "$1" "$2" "$TONGBAN_TEST_PG"' "$root/build/test/bench/publish" "$dir/city" "$dir/data-pg" || [ $? = 77 ]
