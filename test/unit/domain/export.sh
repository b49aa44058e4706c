#!/bin/sh
# A version that was published over the city's folder, written as a folder again: what is in it is what was published.
# export.sh TONGBAN CITY
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
fail() { echo "export.sh: $*" >&2; exit 1; }
mkdir -p "$dir/data/catalogue"
cp -r "$2" "$dir/data/catalogue/root"
text='code: changed'
printf 'tongban pack 1\nroot root\nfile %s items/changed.yaml\n%s\ngone items/filing.yaml\n' "${#text}" "$text" >"$dir/data/catalogue/second.over"
printf second >"$dir/data/catalogue/current"
"$1" export "$dir/out" --data "$dir/data" >/dev/null
[ "$(cat "$dir/out/items/changed.yaml")" = "$text" ] || fail "the changed file is not there"
[ ! -e "$dir/out/items/filing.yaml" ] || fail "a file that is gone was written"
cmp "$2/city.yaml" "$dir/out/city.yaml" || fail "a file that did not change differs"
"$1" export "$dir/first" --data "$dir/data" --version root >/dev/null
diff -r "$2" "$dir/first" >/dev/null || fail "the first version differs from the city's folder"
! "$1" export "$dir/first" --data "$dir/data" 2>/dev/null || fail "it wrote over a folder"
! "$1" export "$dir/third" --data "$dir/data" --version third 2>/dev/null || fail "a version that is not there was exported"
