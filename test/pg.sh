#!/bin/sh
# A private PostgreSQL for tests, in a folder of its own, reached through a Unix socket only.
#   pg.sh start DIR        makes the cluster, starts it, prints its URL
#   pg.sh stop DIR         stops it and removes the folder
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

case ${1:-} in
start) start "$2" ;;
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
	sed -n '2,6s/^# \{0,1\}//p' "$0" >&2
	exit 2
	;;
esac
