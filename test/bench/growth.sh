#!/bin/sh
# What open tasks cost beside a thousand and beside a million finished instances, and a work list of 100 out of a
# million open tasks. PostgreSQL when test/pg.sh can start one.
set -eu
cd "$(dirname "$0")/../.."
ninja -C build test/bench/growth_bench >/dev/null
if [ -n "${TONGBAN_TEST_PG:-}" ]; then
	build/test/bench/growth_bench "${FINISHED:-1000000}"
else
	sh test/pg.sh run build/test/bench/growth_bench "${FINISHED:-1000000}"
fi
