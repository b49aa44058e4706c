#!/bin/sh
# Durable submissions through HTTP beside their floor (docs/why/submission-floor.md): 64 clients, signed in by bearer token,
# each submits complete applications of one item with 20 fields to `tongban serve`; the floor is the very statements and
# parameters of those submissions, queries and writes, replayed by 64 producers inside one process on a copy of the same
# database, with the same settings; beside it the writes alone. Then the same at half that rate, in open loop, for its p99.
# Then one step of the process engine (acceptance at the window) the same way. Five alternated runs, the median counts. COUNT
# applications a run, and WARM before them that nobody times, on both sides: connections, prepared statements and memory
# are a matter of the first second of a server's life. PostgreSQL when TONGBAN_TEST_PG is set or test/pg.sh can start one.
# One JSON line a figure.
set -eu
cd "$(dirname "$0")/../.."
count=${COUNT:-3000} warm=${WARM:-1000} runs=${RUNS:-5} port=${PORT:-8190}
ninja -C build src/tongban test/bench/load test/bench/submit >/dev/null
bin=build/src/tongban tool=build/test/bench/submit load=build/test/bench/load
. test/serving.sh
serving submit
serving_city

field() { sed -n "s/.*\"$2\":\([0-9]*\).*/\1/p" "$1"; }
median() { sort -n "$1" | sed -n "$(((runs + 1) / 2))p"; }

# A store by name: folder NAME, and on PostgreSQL the database NAME of the same cluster.
pg_url() { printf '%s' "$TONGBAN_TEST_PG" | sed "s|/postgres?|/$1?|"; }
sql() { psql -q -d "$TONGBAN_TEST_PG" -c "$1" >/dev/null; }
store_of() { if [ "$kind" = sqlite ]; then echo -; else pg_url "$1"; fi; }
fresh() { # fresh FROM TO
	rm -rf "$dir/$2"
	cp -r "$dir/$1" "$dir/$2"
	[ "$kind" = sqlite ] || { sql "DROP DATABASE IF EXISTS $2"; sql "CREATE DATABASE $2 TEMPLATE $1"; }
}

# through_http OP-LABEL BASE VALUES REQUEST OUT [RATE]
through_http() {
	fresh "$2" run
	set -- "$@"
	if [ "$kind" = sqlite ]; then "$bin" serve --data "$dir/run" --listen 127.0.0.1:"$port" >"$dir/log" 2>&1 &
	else "$bin" serve --data "$dir/run" --store "$(store_of run)" --listen 127.0.0.1:"$port" >"$dir/log" 2>&1 &
	fi
	server=$!
	serving_answers || exit 1
	head -n "$warm" "$3" >"$dir/first"
	tail -n "+$((warm + 1))" "$3" >"$dir/then"
	"$load" --to 127.0.0.1:"$port" --file "$4" --values "$dir/first" --label warm --connections 64 --count "$warm" --seconds 120 >"$dir/warm" &&
	"$load" --to 127.0.0.1:"$port" --file "$4" --values "$dir/then" --label "$1" --connections 64 --count "$count" --seconds 120 ${6:+--rate "$6"} >"$5" || {
		cat "$5" "$dir/log" >&2
		exit 1
	}
	kill "$server"
	wait "$server" || true
	server=
	grep -q "\"status\":{\"200\":$count}" "$5" || { echo "submit.sh: not every request was answered 200" >&2; cat "$5" >&2; exit 1; }
}

# beside LABEL BASE VALUES REQUEST RECORD GOAL
beside() {
	for f in http floor ratio writes writes_ratio; do : >"$dir/$f"; done
	for run in $(seq "$runs"); do
		through_http "$1" "$2" "$3" "$4" "$dir/one"
		sed "s/^{/{\"store\":\"$kind\",/" "$dir/one"
		fresh "$2" run
		"$tool" replay "$dir/run" "$(store_of run)" "$5" "$1.floor" "$warm" | tee "$dir/two"
		fresh "$2" run
		"$tool" replay-writes "$dir/run" "$(store_of run)" "$5" "$1.writes_alone" "$warm" | tee "$dir/three"
		h=$(field "$dir/one" per_s) f=$(field "$dir/two" per_s) w=$(field "$dir/three" per_s)
		echo "$h" >>"$dir/http" && echo "$f" >>"$dir/floor" && echo $((h * 1000 / f)) >>"$dir/ratio"
		echo "$w" >>"$dir/writes" && echo $((h * 1000 / w)) >>"$dir/writes_ratio"
	done
	printf '{"bench":"%s","store":"%s","durable":"%s","clients":64,"count":%d,"runs":%d,"http_per_s":%d,"floor_per_s":%d,"per_mille":%d,"goal_per_mille":%d,"writes_alone_per_s":%d,"per_mille_of_writes_alone":%d}\n' \
		"$1" "$kind" "$([ "$kind" = sqlite ] && echo synchronous=FULL || echo fsync=on,synchronous_commit=on)" "$count" "$runs" "$(median "$dir/http")" "$(median "$dir/floor")" "$(median "$dir/ratio")" "$6" "$(median "$dir/writes")" "$(median "$dir/writes_ratio")"
	through_http "$1.at_half" "$2" "$3" "$4" "$dir/one" $(($(median "$dir/http") / 2))
	sed "s/^{/{\"store\":\"$kind\",/" "$dir/one"
}

request() { # request OP BODY COLUMN
	printf 'POST /api/v1/%s HTTP/1.1\nAuthorization: Bearer {{w%d}}\nContent-Type: application/json\nIdempotency-Key: bench-{{id}}\n\n%s' "$1" "$3" "$2"
}
request draft.submit '{"case":"{{w2}}","version":{{w3}},"declared":true}' 1 >"$dir/submit.req"
request desk.accept '{"case":"{{w2}}","version":{{w3}}}' 4 >"$dir/accept.req"

measure() {
	kind=$1
	[ "$kind" = sqlite ] || { sql "CREATE DATABASE drafts"; }
	rm -rf "$dir/drafts" "$dir/received"
	"$tool" prepare "$dir/city" "$dir/drafts" "$(store_of drafts)" "$((count + warm))" "$dir/values"
	fresh drafts received
	"$tool" record draft.submit "$dir/city" "$dir/received" "$(store_of received)" "$dir/values" "$dir/submit.rec"
	beside bench.submit drafts "$dir/values" "$dir/submit.req" "$dir/submit.rec" 700
	fresh received accepted
	"$tool" record desk.accept "$dir/city" "$dir/accepted" "$(store_of accepted)" "$dir/submit.rec.values" "$dir/accept.rec"
	beside bench.process_step received "$dir/submit.rec.values" "$dir/accept.req" "$dir/accept.rec" 500
}

for k in ${STORES:-sqlite postgres}; do
	if [ "$k" = postgres ] && [ -z "${TONGBAN_TEST_PG:-}" ]; then
		pg_dir=$(mktemp -d /tmp/tongban-pg-XXXXXX)
		TONGBAN_TEST_PG=$(sh test/pg.sh start "$pg_dir") || { echo '{"bench":"bench.submit","store":"postgres","left_out":"PostgreSQL cannot be started here"}'; pg_dir=; continue; }
	fi
	measure "$k"
done
