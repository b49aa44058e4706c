#!/bin/sh
# Backup, checkpoints and verification while the server runs and applicants apply, through its Unix socket; the backup,
# restored, holds every case that was acknowledged before it began, and its journal is whole against what was saved.
# The last line: "N passed, N failed, N skipped".
set -eu
cd "$(dirname "$0")/../.."
port=${PORT:-8196}
ninja -C build src/tongban test/bench/submit test/bench/soak >/dev/null
. test/serving.sh
serving keep
fail() { echo "keep.sh: $*" >&2; echo "0 passed, 1 failed, 0 skipped"; exit 1; }

serving_city
build/test/bench/submit prepare "$dir/city" "$dir/data" - 64 "$dir/values"
build/src/tongban serve --data "$dir/data" --listen 127.0.0.1:"$port" >"$dir/log" 2>&1 &
server=$!
serving_answers || fail "the server did not start"
[ "$(stat -c %a "$dir/data/tongban.sock")" = 600 ] || fail "the socket is open to others"
: >"$dir/acks"
build/test/bench/soak apply 127.0.0.1:"$port" "$dir/values" "$dir/acks" 8 >"$dir/applied" 2>&1 &
others=$!
sleep 2
cp "$dir/acks" "$dir/before"
build/src/tongban journal save --data "$dir/data" --out "$dir/saved" || fail "checkpoints could not be saved while the server runs"
build/src/tongban backup --data "$dir/data" --to "$dir/backup" || fail "no backup while the server runs"
build/src/tongban journal verify --data "$dir/data" --against "$dir/saved" || fail "not verified while the server runs"
# Over the network nobody is the system.
[ "$(curl -s -o /dev/null -w '%{http_code}' -H 'Authorization: Bearer none' -H 'Content-Type: application/json' -d '{"to":"/tmp/x"}' "http://127.0.0.1:$port/api/v1/keep.backup")" = 401 ] ||
	fail "keep.backup answered over the network"
kill "$others"
wait "$others" || fail "an applicant got a wrong answer: $(cat "$dir/applied")"
others=
kill "$server"
wait "$server" || true
server=
[ ! -e "$dir/data/tongban.sock" ] || fail "the socket was left behind"
build/src/tongban restore --from "$dir/backup" --data "$dir/restored" || fail "the backup cannot be restored"
build/src/tongban journal verify --data "$dir/restored" --against "$dir/saved" || fail "the restored journal is not whole"
while read -r id number; do
	[ "$(sqlite3 "$dir/restored/tongban.db" "SELECT number FROM case_ WHERE id = $id")" = "$number" ] || fail "case $id is missing in the backup"
done <<IDS
$(tail -n 200 "$dir/before")
IDS
echo "1 passed, 0 failed, 0 skipped"
