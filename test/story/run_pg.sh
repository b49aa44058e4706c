#!/bin/sh
# Plays stories on PostgreSQL, each in a database of its own:  run_pg.sh STORY-PROGRAM CITY FILE…
# Finds the cluster in TONGBAN_TEST_PG (test/pg.sh run …).
set -u
if [ -z "${TONGBAN_TEST_PG:-}" ]; then
	echo "stories on PostgreSQL are left out: TONGBAN_TEST_PG is not set (use test/pg.sh run …)."
	exit 77
fi
program=$1 city=$2
shift 2
psql=psql
for b in /usr/lib/postgresql/*/bin; do [ -x "$b/psql" ] && psql=$b/psql; done
failed=0 n=0
for story; do
	n=$((n + 1))
	name=story_$$_$n
	"$psql" -q "$TONGBAN_TEST_PG" -c "CREATE DATABASE $name TEMPLATE template0" || exit 1
	url=$(echo "$TONGBAN_TEST_PG" | sed "s,/postgres?,/$name?,")
	"$program" --quiet --store "$url" --city "$city" "$story" || failed=1
	"$psql" -q "$TONGBAN_TEST_PG" -c "DROP DATABASE $name WITH (FORCE)"
done
exit $failed
