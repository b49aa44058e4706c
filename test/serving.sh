# serving.sh — sourced by scripts that run a server of their own: a folder in dir, thrown away at the end with what still
# runs ($server, $others: processes; $pg_dir: a PostgreSQL), the city with the bench's item, a server that answers.
# Needs: the shell stands at the root of the tree; port is set.
server= others= pg_dir=
serving() { # serving NAME
	dir=$(mktemp -d "${TMPDIR:-/tmp}/tongban-$1-XXXXXX")
	trap serving_ends EXIT
	trap 'exit 1' HUP INT TERM
}
serving_ends() {
	[ -z "$others" ] || kill $others 2>/dev/null || true
	[ -z "$server" ] || kill -9 "$server" 2>/dev/null || true
	[ -z "$pg_dir" ] || sh test/pg.sh stop "$pg_dir" >/dev/null 2>&1 || true
	rm -rf "$dir"
}
serving_city() {
	cp -r city "$dir/city"
	cp test/bench/bench_permit.yaml "$dir/city/items/"
}
# Waits for $server, at most 60 seconds; false when it ended or does not answer, with the end of $dir/log on standard error.
serving_answers() {
	tries=0
	until curl -fs "http://127.0.0.1:$port/healthz" >/dev/null 2>&1; do
		tries=$((tries + 1))
		kill -0 "$server" 2>/dev/null && [ $tries -lt 600 ] || { echo "the server did not start:" >&2; tail -n 5 "$dir/log" >&2; return 1; }
		sleep 0.1
	done
}
# nginx answering $1 at port $2 with the files of folder $3 (NAME and NAME.gz of $4), as its own manual would have it served.
serving_nginx() { # serving_nginx LOCATION PORT FOLDER NAME
	chmod 755 "$dir"
	cat >"$dir/nginx.conf" <<CONF
worker_processes 2; daemon off; pid $dir/pid; error_log $dir/error.log;
events { worker_connections 1024; }
http { access_log off; gzip_static on; sendfile on; open_file_cache max=100; keepalive_requests 100000000; types { text/html html; } default_type text/html;
  client_body_temp_path $dir/t1; proxy_temp_path $dir/t2; fastcgi_temp_path $dir/t3; uwsgi_temp_path $dir/t4; scgi_temp_path $dir/t5;
  server { listen 127.0.0.1:$2; location = $1 { try_files /$4 =404; root $3; } } }
CONF
	nginx -c "$dir/nginx.conf" -p "$dir" 2>/dev/null &
	others="$others $!"
	sleep 1
}
