#!/bin/sh
# A private PostgreSQL for tests, in a folder of its own, reached through a Unix socket only.
#   pg.sh start DIR        makes the cluster, starts it, prints its URL
#   pg.sh stop DIR         stops it and removes the folder
#   pg.sh kill DIR         kills it and all its processes with -9, as a fault
#   pg.sh again DIR        starts it after that
#   pg.sh run COMMAND …    both, around a command that finds the URL in TONGBAN_TEST_PG
# The server refuses to run as root: then it runs as postgres, or nobody.
set -eu

bin=${PG_BIN:-}
if [ -z "$bin" ]; then
	for b in /usr/lib/postgresql/*/bin; do [ -x "$b/initdb" ] && bin=$b; done
fi
if [ -z "$bin" ]; then
	echo "pg.sh: PostgreSQL is not installed" >&2
	exit 77
fi

as() {
	if [ "$(id -u)" != 0 ]; then "$@"
	elif id postgres >/dev/null 2>&1; then runuser -u postgres -- "$@"
	else runuser -u nobody -- "$@"
	fi
}

start() {
	mkdir -p "$1"
	dir=$(cd "$1" && pwd)
	if [ "$(id -u)" = 0 ]; then
		chown "$(as id -u):$(as id -g)" "$dir"
	fi
	chmod 700 "$dir"
	cd "$dir"
	as "$bin/initdb" -D "$dir/data" -U postgres -A trust -E UTF8 --locale=C --no-instructions >"$dir.log" 2>&1
	cat >"$dir/extra" <<CONF
listen_addresses = ''
unix_socket_directories = '$dir'
max_connections = 80
shared_buffers = 64MB
CONF
	cat "$dir/extra" >>"$dir/data/postgresql.conf"
	rm "$dir/extra"
	as "$bin/pg_ctl" -D "$dir/data" -l "$dir/log" -w -s start >>"$dir.log" 2>&1
	echo "postgresql://postgres@/postgres?host=$dir"
}

stop() {
	as "$bin/pg_ctl" -D "$1/data" -m immediate -s stop || true
	rm -rf "$1" "$1.log"
}

kill_all() {
	first=$(head -n 1 "$1/data/postmaster.pid")
	all="$first $(pgrep -P "$first" || true)"
	# shellcheck disable=SC2086
	kill -9 $all 2>/dev/null || true
	for p in $all; do
		while kill -0 "$p" 2>/dev/null && ! grep -q '^State:.Z' "/proc/$p/status" 2>/dev/null; do sleep 0.02; done
	done
}

again() {
	cd "$1"
	tries=0
	until as "$bin/pg_ctl" -D "$1/data" -l "$1/log" -w -s start >>"$1.log" 2>&1; do
		tries=$((tries + 1))
		[ $tries -lt 50 ] || return 1
		sleep 0.1
	done
}

case ${1:-} in
start) start "$2" ;;
kill) kill_all "$2" ;;
again) again "$2" ;;
stop) stop "$2" ;;
run)
	shift
	# the socket's path may have 107 bytes at most
	dir=$(mktemp -d /tmp/tongban-pg.XXXXXX)
	trap 'stop "$dir"' EXIT
	trap 'exit 130' INT TERM
	TONGBAN_TEST_PG=$(start "$dir")
	export TONGBAN_TEST_PG
	"$@"
	;;
*)
	sed -n '2,8s/^# \{0,1\}//p' "$0" >&2
	exit 2
	;;
esac
