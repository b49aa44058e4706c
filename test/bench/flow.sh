#!/bin/sh
# The process of start, four tasks, three side by side and an end, every step a durable transaction, with 1 and 64
# workers, beside its own recorded statements replayed. PostgreSQL when test/pg.sh can start one.
set -eu
cd "$(dirname "$0")/../.."
ninja -C build test/bench/flow_bench >/dev/null
pg=
trap '[ -z "$pg" ] || sh test/pg.sh stop "$pg" >/dev/null 2>&1' EXIT
trap 'exit 1' HUP INT TERM
if [ -z "${TONGBAN_TEST_PG:-}" ]; then
	pg=$(mktemp -d "${TMPDIR:-/tmp}/tongban-flow-XXXXXX")
	if url=$(sh test/pg.sh start "$pg"); then
		TONGBAN_TEST_PG=$url
		export TONGBAN_TEST_PG
	else
		pg=
	fi
fi
build/test/bench/flow_bench "${COUNT:-640}"
