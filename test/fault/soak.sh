#!/bin/sh
# soak.sh [KILLS]   kills the server with -9 under load, KILLS times (500) on each store; on PostgreSQL every other time
# the database server too. Applicants apply through HTTP all the while (test/fault/soak.c). Afterwards nothing that was
# acknowledged is missing, nothing is there twice, and the journal is whole. Then 10 power cuts for every 100 kills
# (at least 5), on the file layer that forgets what was not synced.
# STORES="sqlite postgres" chooses; PORT the port. The last line: "N passed, N failed, N skipped".
set -eu
cd "$(dirname "$0")/../.."
kills=${1:-500} port=${PORT:-8194}
ninja -C build src/tongban test/bench/submit test/bench/soak test/unit/store/test_store_power >/dev/null
bin=build/src/tongban
. test/serving.sh
serving soak
serving_city
passed=0 failed=0 skipped=0

serve() {
	if [ "$1" = sqlite ]; then "$bin" serve --data "$dir/$1" --listen 127.0.0.1:"$port" >>"$dir/log" 2>&1 &
	else "$bin" serve --data "$dir/$1" --store "$url" --listen 127.0.0.1:"$port" >>"$dir/log" 2>&1 &
	fi
	server=$!
	serving_answers
}

# A number from 0 to $1 - 1.
chance() { od -An -N2 -tu2 /dev/urandom | awk -v n="$1" '{ print $1 % n }'; }

soak() {
	kind=$1 url=${2:--}
	values=$dir/$kind.values acks=$dir/$kind.acks
	build/test/bench/submit prepare "$dir/city" "$dir/$kind" "$url" 64 "$values" || return 1
	: >"$acks"
	serve "$kind" || return 1
	build/test/bench/soak apply 127.0.0.1:"$port" "$values" "$acks" 16 >"$dir/applied" 2>"$dir/applied.err" &
	others=$!
	i=0
	while [ $i -lt "$kills" ]; do
		i=$((i + 1))
		sleep "0.$((2 + $(chance 6)))$(chance 10)"
		if [ "$kind" = postgres ] && [ $((i % 2)) = 0 ]; then
			sh test/pg.sh kill "$pg_dir"
			[ $((i % 4)) = 0 ] || { sh test/pg.sh again "$pg_dir" && continue; }      # the server lives through it
			sh test/pg.sh again "$pg_dir"
		fi
		kill -9 "$server"
		wait "$server" 2>/dev/null || true
		serve "$kind" || return 1
	done
	kill "$others"
	code=0
	wait "$others" || code=$?
	others=
	cat "$dir/applied" "$dir/applied.err"
	kill "$server"
	wait "$server" || true
	server=
	[ $code = 0 ] || { echo "soak: an applicant got a wrong answer" >&2; return 1; }
	build/test/bench/soak check "$dir/$kind" "$url" "$acks" || return 1
	set -- --data "$dir/$kind"
	[ "$kind" = sqlite ] || set -- "$@" --store "$url"
	"$bin" journal verify "$@" || { echo "soak: the journal is not whole" >&2; return 1; }
	printf '{"soak":"kill -9","store":"%s","kills":%d,"acknowledged":%d}\n' "$kind" "$kills" "$(wc -l <"$acks")"
}

judge() {
	if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
	[ -z "$others" ] || kill -9 "$others" 2>/dev/null || true
	[ -z "$server" ] || kill -9 "$server" 2>/dev/null || true
	others= server=
}

for k in ${STORES:-sqlite postgres}; do
	if [ "$k" = sqlite ]; then
		judge soak sqlite
		continue
	fi
	pg_dir=$(mktemp -d /tmp/tongban-pg-XXXXXX)
	if url=$(sh test/pg.sh start "$pg_dir" 2>"$dir/pg.log"); then judge soak postgres "$url"
	else echo "soak: PostgreSQL cannot be started here; left out" && skipped=$((skipped + 1)) && pg_dir=
	fi
done
cuts=$((kills / 10))
[ $cuts -ge 5 ] || cuts=5
judge build/test/unit/store/test_store_power "$cuts"
printf '%d passed, %d failed, %d skipped\n' $passed $failed $skipped
[ $failed = 0 ]
