#!/bin/sh
# Every way of altering the trail behind the program's back is found by `tongban journal verify --against` a saved
# checkpoint: entries edited, cut, deleted, reordered, put in, chained anew; checkpoints too; case rows edited, put in.
# The data are those of real operations (test/bench/submit.c). The last line: "N passed, N failed, N skipped".
set -eu
cd "$(dirname "$0")/../.."
if ! command -v sqlite3 >/dev/null 2>&1; then
	echo "tamper.sh: sqlite3 is not installed"
	exit 77
fi
ninja -C build src/tongban test/bench/submit test/bench/tamper >/dev/null
dir=$(mktemp -d /tmp/tongban-tamper-XXXXXX)
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM
passed=0 failed=0

cp -r city "$dir/city"
cp test/bench/bench_permit.yaml "$dir/city/items/"
build/test/bench/submit prepare "$dir/city" "$dir/data" - 6 "$dir/values"
build/test/bench/submit record draft.submit "$dir/city" "$dir/data" - "$dir/values" "$dir/submit.rec"
build/test/bench/submit record desk.accept "$dir/city" "$dir/data" - "$dir/submit.rec.values" "$dir/accept.rec"
build/src/tongban journal save --data "$dir/data" --out "$dir/saved"

# verify EXPECTED TITLE COMMAND…: the command alters the database "$db" of a copy; verify must end with EXPECTED.
verify() {
	want=$1 title=$2
	shift 2
	rm -rf "$dir/copy"
	cp -r "$dir/data" "$dir/copy"
	db=$dir/copy/tongban.db
	"$@" || { echo "FAILED $title: the database could not be altered"; failed=$((failed + 1)); return; }
	code=0
	build/src/tongban journal verify --data "$dir/copy" --against "$dir/saved" >"$dir/out" 2>&1 || code=$?
	if [ $code = "$want" ]; then
		passed=$((passed + 1))
		printf 'ok      %-44s %s\n' "$title" "$([ "$want" = 0 ] || head -n 1 "$dir/out")"
	else
		failed=$((failed + 1))
		printf 'FAILED  %s: verify ended with %s instead of %s\n' "$title" $code "$want"
		cat "$dir/out"
	fi
}
# One row must have changed, or nothing was tried.
sql() { [ "$(sqlite3 "$db" "$1; SELECT total_changes() > 0;")" = 1 ]; }
one="subject_kind = 'case' AND subject_id = (SELECT min(subject_id) FROM journal_entry WHERE subject_kind = 'case' AND seq = 3)"
other="subject_kind = 'case' AND subject_id = (SELECT max(subject_id) FROM journal_entry WHERE subject_kind = 'case' AND seq = 3)"

verify 0 "nothing altered" true
verify 1 "an entry's detail edited" sql "UPDATE journal_entry SET detail = '{}' WHERE $one AND seq = 2"
verify 1 "an entry's actor edited" sql "UPDATE journal_entry SET actor = 'account:1' WHERE $one AND seq = 1"
verify 1 "an entry's time edited" sql "UPDATE journal_entry SET at_ms = at_ms + 1 WHERE $one AND seq = 3"
verify 1 "an entry's hash edited" sql "UPDATE journal_entry SET hash = zeroblob(32) WHERE $one AND seq = 2"
verify 1 "an entry deleted from the middle" sql "DELETE FROM journal_entry WHERE $one AND seq = 2"
verify 1 "the last entry cut" sql "DELETE FROM journal_entry WHERE $one AND seq = (SELECT max(seq) FROM journal_entry WHERE $one)"
verify 1 "a whole case's entries deleted" sql "DELETE FROM journal_entry WHERE $one"
verify 1 "a case and its entries deleted" sql "DELETE FROM case_ WHERE id = (SELECT subject_id FROM journal_entry WHERE $one LIMIT 1); DELETE FROM journal_entry WHERE $one"
verify 1 "two entries in the other order" sql "UPDATE journal_entry SET seq = -2 WHERE $one AND seq = 2; UPDATE journal_entry SET seq = 2 WHERE $one AND seq = 3; UPDATE journal_entry SET seq = 3 WHERE $one AND seq = -2"
verify 1 "entries of two cases exchanged" sql "UPDATE journal_entry SET detail = (SELECT detail FROM journal_entry WHERE $other AND seq = 2), hash = (SELECT hash FROM journal_entry WHERE $other AND seq = 2) WHERE $one AND seq = 2"
verify 1 "an entry put in" sql "INSERT INTO journal_entry SELECT home, subject_kind, subject_id, seq + 1, id, at_ms, actor, verb, detail, rows, hash, hash FROM journal_entry WHERE $one ORDER BY seq DESC LIMIT 1"
verify 1 "a checkpoint deleted" sql "DELETE FROM journal_checkpoint WHERE seq = 5"
verify 1 "checkpoints cut" sql "DELETE FROM journal_checkpoint WHERE seq > 10"
verify 1 "every checkpoint deleted" sql "DELETE FROM journal_checkpoint"
verify 1 "a checkpoint's digests edited" sql "UPDATE journal_checkpoint SET digests = zeroblob(length(digests)) WHERE seq = 5"
verify 1 "the signature taken away" sql "UPDATE journal_checkpoint SET signature = NULL WHERE seq = 1"
verify 1 "a case row edited: the outcome" sql "UPDATE case_ SET outcome = 'approved' WHERE id = (SELECT max(id) FROM case_)"
verify 1 "a case row edited: its time of receipt" sql "UPDATE case_ SET received_ms = received_ms - 86400000 WHERE id = (SELECT max(id) FROM case_)"
verify 1 "a case row edited: the applicant" sql "UPDATE case_ SET applicant = applicant + 1 WHERE id = (SELECT min(id) FROM case_)"
verify 1 "a case row deleted" sql "DELETE FROM case_ WHERE id = (SELECT max(id) FROM case_)"
verify 1 "a form edited" sql "UPDATE case_form SET body = replace(body, '\"v\"', '\"w\"') WHERE case_id = (SELECT max(case_id) FROM case_form)"
verify 1 "a form exchanged for another case's" sql "UPDATE case_form SET body = (SELECT body FROM case_form ORDER BY case_id LIMIT 1) WHERE case_id = (SELECT max(case_id) FROM case_form)"
verify 1 "an opinion edited" sql "UPDATE case_opinion SET name = name || 'x' WHERE id = (SELECT min(id) FROM case_opinion)"
verify 1 "an opinion put in" sql "INSERT INTO case_opinion SELECT home, id + 1, case_id, step, 'refuse', opinion, basis, account, name, office, at_ms FROM case_opinion LIMIT 1"
verify 1 "a receipt's date edited" sql "UPDATE paper SET issued_ms = issued_ms - 86400000 WHERE id = (SELECT max(id) FROM paper)"
verify 1 "a chain made right after an edit" build/test/bench/tamper entries "$dir/copy/tongban.db"
verify 1 "chain and checkpoints made right after it" build/test/bench/tamper everything "$dir/copy/tongban.db"
printf '%d passed, %d failed, 0 skipped\n' $passed $failed
[ $failed = 0 ]
