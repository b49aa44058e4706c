#!/bin/sh
# run.sh TONGBAN ROOT — holds the prose to the program.
#   links      every link inside README*.md and docs/ leads to a file, and to a heading where it names one
#   paths      every path of this repository that stands in `backticks` exists
#   names      every name with an underscore that stands in `backticks` occurs in the source
#   console    what stands in ```console fences is run, and gives what is shown below it:
#                $ command        a line that ends in \ goes on
#                output           "…" stands for any text in a line, and alone for any lines
#   files      ```yaml my-city/items/x.yaml is written to that file first; with + before the name, added to it;
#              with @N before it (`yaml @7 +file`), put in behind line N
# Commands run in a folder of their own that holds a copy of city/ (city and my-city). Where a file names
# http://127.0.0.1:8080, a demonstration city is served for it, on a port of its own.
set -u
tongban=$(realpath "$1") root=$(realpath "$2")
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/tongban-docs-XXXXXX")
server=
failed=0 passed=0
stop() { [ -z "$server" ] || { kill "$server" && wait "$server"; } 2>/dev/null; server=; }
finish() { stop; rm -rf "$work"; }
trap finish EXIT
trap 'exit 1' HUP INT TERM
bad() { printf '%s\n' "$*"; failed=$((failed + 1)); }

cd "$root" || exit 1
files=$(find README.md README.zh-CN.md docs -name '*.md' | sort)

# ---- links, paths and names ----
grep -rohE '[a-z][a-z0-9]*(_[a-z0-9]+)+' src tools test/unit city | sort -u >"$work/words"
for f in $files; do
	awk -f "$here/names.awk" "$f" >"$work/names"
	while read -r line kind name; do
		case $kind in
		link)
			target=${name%%#*} anchor=
			case $name in *'#'*) anchor=${name#*#} ;; esac
			if [ -n "$target" ]; then path=$(dirname "$f")/$target; else path=$f; fi
			if [ ! -e "$path" ]; then bad "$f:$line: link to $name leads nowhere"
			elif [ -n "$anchor" ] && ! awk -v want="$anchor" -f "$here/anchors.awk" "$path"; then bad "$f:$line: $path has no heading $anchor"
			else passed=$((passed + 1))
			fi ;;
		word)
			if grep -qwF -- "$name" "$work/words"; then passed=$((passed + 1)); else bad "$f:$line: nothing is called $name"; fi ;;
		path) if [ -e "$name" ]; then passed=$((passed + 1)); else bad "$f:$line: there is no $name"; fi ;;
		esac
	done <"$work/names"
done

# ---- console ----
serve() {
	:
	"$tongban" serve --demo --city city --data data --listen 127.0.0.1:0 >serve.log 2>&1 &
	server=$!
	for i in $(seq 300); do
		port=$(sed -n 's/.*"event":"serve.started","port":\([0-9]*\).*/\1/p' serve.log 2>/dev/null)
		[ -z "$port" ] || return 0
		kill -0 "$server" 2>/dev/null || break
		sleep 0.1
	done
	cat serve.log
	return 1
}

mkdir "$work/bin"
ln -s "$tongban" "$work/bin/tongban"
PATH=$work/bin:$PATH
unset TONGBAN_CONF
for f in $files; do
	grep -q '^```console' "$f" || continue
	grep -q 'curl ' "$f" && ! command -v curl >/dev/null && { echo "$f: curl is missing; its examples are left out"; continue; }
	dir=$work/$(echo "$f" | tr / _)
	mkdir -p "$dir/steps"
	cp -r city "$dir/city"
	cp -r city "$dir/my-city"
	awk -v dir="$dir/steps" -f "$here/fences.awk" "$f" >"$dir/list"
	cd "$dir" || exit 1
	port=
	if grep -q 'curl .*http://127.0.0.1:8080' "$root/$f"; then
		serve || { bad "$f: the demonstration city did not start"; cd "$root" || exit 1; continue; }
		sed -i "s,http://127\.0\.0\.1:8080,http://127.0.0.1:$port,g" steps/*
	fi
	# One shell for the whole file, so that a later command sees what an earlier one set.
	{
		while read -r n line what; do
			case $what in
			run) printf '{ . steps/%s.cmd\n} >steps/%s.out 2>&1 </dev/null; echo $? >steps/%s.status\n' "$n" "$n" "$n" ;;
			add*) printf 'cat steps/%s.text >>%s\n' "$n" "${what#add }" ;;
			put*) rest=${what#put }; printf 'sed -i "%sr steps/%s.text" %s\n' "${rest%% *}" "$n" "${rest#* }" ;;
			write*) printf 'mkdir -p "$(dirname %s)"; cp steps/%s.text %s\n' "${what#write }" "$n" "${what#write }" ;;
			esac
		done <list
	} >all.sh
	sh all.sh
	while read -r n line what; do
		[ "$what" = run ] || continue
		if [ -s "steps/$n.want" ]; then
			if awk -v want="steps/$n.want" -f "$here/same.awk" "steps/$n.out"; then passed=$((passed + 1)); continue; fi
			bad "$f:$line: the command gave something else:"
		elif [ "$(cat "steps/$n.status" 2>/dev/null)" = 0 ]; then passed=$((passed + 1)); continue
		else bad "$f:$line: the command failed:"
		fi
		sed 's/^/    $ /' "steps/$n.cmd"
		head -n 30 "steps/$n.out" 2>/dev/null | cut -c 1-300 | sed 's/^/    /'
	done <list
	stop
	cd "$root" || exit 1
done
echo "$passed passed, $failed failed, 0 skipped"
[ $failed = 0 ]
