#!/bin/sh
# A full disk: while applicants apply, files of the server may grow no further (a limit on file size, which fails as a
# full disk does, needs no root and no mount). It answers 503 with its sentence, goes on reading, and goes on writing when
# there is room again; then what was acknowledged is there once, nothing by halves, and the journal is whole.
# The last line: "N passed, N failed, N skipped".
set -eu
cd "$(dirname "$0")/../.."
port=${PORT:-8195}
ninja -C build src/tongban test/bench/submit test/bench/soak >/dev/null
. test/serving.sh
serving full
fail() { echo "full.sh: $*" >&2; tail -n 5 "$dir/log" >&2; echo "0 passed, 1 failed, 0 skipped"; exit 1; }

serving_city
build/test/bench/submit prepare "$dir/city" "$dir/data" - 64 "$dir/values"
(trap '' XFSZ && exec build/src/tongban serve --data "$dir/data" --listen 127.0.0.1:"$port" >"$dir/log" 2>&1) &
server=$!
serving_answers || fail "the server did not start"
: >"$dir/acks"
build/test/bench/soak apply 127.0.0.1:"$port" "$dir/values" "$dir/acks" 8 >"$dir/applied" 2>&1 &
others=$!
token=$(head -n 1 "$dir/values" | cut -f1)
case_id=$(head -n 1 "$dir/values" | cut -f2)
answers=0
for round in 1 2 3; do
	sleep 1
	# No file may be longer than half of what the log of the database has been: it is written back and begins anew before it
	# is longer than ever, so that a limit at its length might never be met.
	prlimit --pid "$server" --fsize="$(($(stat -c %s "$dir/data/tongban.db-wal") / 2))":unlimited
	sleep 0.5
	tries=0
	until [ "$(curl -s -o "$dir/answer" -w '%{http_code}' -H "Authorization: Bearer $token" -H 'Content-Type: application/json' \
		-d "{\"case\":\"$case_id\",\"way\":\"pickup\"}" "http://127.0.0.1:$port/api/v1/draft.delivery")" = 503 ]; do
		tries=$((tries + 1))
		# The log begins anew where it was written back: until it is as long again, there is still room.
		[ $tries -lt 400 ] || fail "a full disk was not answered with 503 but $(cat "$dir/answer")"
		sleep 0.05
	done
	grep -q '"text":"..*"' "$dir/answer" || fail "the 503 says nothing: $(cat "$dir/answer")"
	[ "$(curl -s -o /dev/null -w '%{http_code}' "http://127.0.0.1:$port/guide/dog_licence?full=$round")" = 200 ] || fail "pages cannot be read while the disk is full"
	answers=$((answers + 1))
	before=$(wc -l <"$dir/acks")
	prlimit --pid "$server" --fsize=unlimited:unlimited
	tries=0
	until [ "$(wc -l <"$dir/acks")" -gt "$before" ]; do
		tries=$((tries + 1))
		[ $tries -lt 200 ] || fail "the server did not go on when there was room again"
		sleep 0.1
	done
done
cat "$dir/answer" && echo
kill "$others"
wait "$others" || fail "an applicant got a wrong answer: $(cat "$dir/applied")"
others=
kill "$server"
wait "$server" || fail "the server did not stop in order"
server=
build/test/bench/soak check "$dir/data" - "$dir/acks" || fail "something is missing or there twice"
build/src/tongban journal verify --data "$dir/data" || fail "the journal is not whole"
echo "1 passed, 0 failed, 0 skipped"
