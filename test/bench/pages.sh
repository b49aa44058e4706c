#!/bin/sh
# Pages: a kept public guide page beside nginx with the same compressed bytes (five alternated runs, goal 0.5), its p99
# at half of what it can do, the render of 30 KB alone (goal 0.2 ms), and a work list of 100 rows for somebody signed
# in, in milliseconds of the server's CPU a page, sign-in, queries and rendering included (goal 1). One JSON line a figure.
set -eu
cd "$(dirname "$0")/../.."
port=${PORT:-8192} runs=${RUNS:-5} rows=100 asked=${ASKED:-2000}
ninja -C build src/tongban test/bench/load test/bench/submit test/unit/web/tpl-bench >/dev/null
bin=build/src/tongban tool=build/test/bench/submit load=build/test/bench/load
dir=$(mktemp -d "${TMPDIR:-/tmp}/tongban-pages-XXXXXX")
chmod 755 "$dir"
server= nginx=
finish() {
	[ -z "$server" ] || kill "$server" 2>/dev/null || true
	[ -z "$nginx" ] || kill "$nginx" 2>/dev/null || true
	rm -rf "$dir"
}
trap finish EXIT
trap 'exit 1' HUP INT TERM

build/test/unit/web/tpl-bench | sed 's/^{"figure":"/{"bench":"pages./'

cp -r city "$dir/city"
cp test/bench/bench_permit.yaml "$dir/city/items/"
"$tool" prepare "$dir/city" "$dir/data" - $rows "$dir/values"
"$tool" record draft.submit "$dir/city" "$dir/data" - "$dir/values" "$dir/submit.rec"
"$tool" record desk.accept "$dir/city" "$dir/data" - "$dir/submit.rec.values" "$dir/accept.rec"
"$bin" serve --data "$dir/data" --listen 127.0.0.1:"$port" >"$dir/log" 2>&1 &
server=$!
until curl -fs "http://127.0.0.1:$port/healthz" >/dev/null 2>&1; do
	kill -0 "$server" 2>/dev/null || { cat "$dir/log" >&2; exit 1; }
	sleep 0.1
done

page=/guide/second_hand_home
printf 'GET %s HTTP/1.1\nAccept-Encoding: gzip\n\n' "$page" >"$dir/page"
curl -s -o /dev/null "http://127.0.0.1:$port$page"
mkdir -p "$dir/www"
curl -s -o "$dir/www/page.html" "http://127.0.0.1:$port$page"
curl -s -H 'Accept-Encoding: gzip' -o "$dir/www/page.html.gz" "http://127.0.0.1:$port$page"
field() { sed -n "s/.*\"$2\":\([0-9]*\).*/\1/p" "$1"; }
median() { sed 's/.*"per_s":\([0-9]*\).*/\1/' "$1" | sort -n | sed -n "$(((runs + 1) / 2))p"; }
if command -v nginx >/dev/null 2>&1; then
	peer=$((port + 1))
	cat >"$dir/nginx.conf" <<CONF
worker_processes 2; daemon off; pid $dir/pid; error_log $dir/error.log;
events { worker_connections 1024; }
http { access_log off; gzip_static on; sendfile on; open_file_cache max=100; keepalive_requests 100000000; types { text/html html; } default_type text/html;
  client_body_temp_path $dir/t1; proxy_temp_path $dir/t2; fastcgi_temp_path $dir/t3; uwsgi_temp_path $dir/t4; scgi_temp_path $dir/t5;
  server { listen 127.0.0.1:$peer; location = $page { try_files /page.html =404; root $dir/www; } } }
CONF
	nginx -c "$dir/nginx.conf" -p "$dir" 2>/dev/null &
	nginx=$!
	sleep 1
	for run in $(seq "$runs"); do
		$load --to 127.0.0.1:"$port" --file "$dir/page" --label pages.kept --connections 32 --seconds 2 --warm 500 | tee -a "$dir/ours"
		$load --to 127.0.0.1:$peer --file "$dir/page" --label nginx.page --connections 32 --seconds 2 --warm 500 | tee -a "$dir/theirs"
	done
	ours=$(median "$dir/ours") theirs=$(median "$dir/theirs")
	printf '{"bench":"pages.kept_beside_nginx","page":"%s","bytes":%d,"gzip_bytes":%d,"runs":%d,"ours_per_s":%d,"nginx_per_s":%d,"per_mille":%d,"goal_per_mille":500}\n' \
		"$page" "$(wc -c <"$dir/www/page.html")" "$(wc -c <"$dir/www/page.html.gz")" "$runs" "$ours" "$theirs" $((ours * 1000 / theirs))
	kill "$nginx"
	nginx=
else
	echo '{"bench":"pages.kept_beside_nginx","left_out":"nginx is not installed"}'
	$load --to 127.0.0.1:"$port" --file "$dir/page" --label pages.kept --connections 32 --seconds 2 --warm 500 | tee "$dir/ours"
	runs=1 ours=$(median "$dir/ours")
fi
$load --to 127.0.0.1:"$port" --file "$dir/page" --label pages.kept_at_half --connections 32 --rate $((ours / 2)) --seconds 4

ticks() { cut -d' ' -f14,15 "/proc/$server/stat" | tr ' ' '+'; }
per_page() { # per_page LABEL FILE
	$load --to 127.0.0.1:"$port" --file "$2" --label "$1" --connections 4 --count 200 --seconds 60 >/dev/null
	before=$(($(ticks)))
	$load --to 127.0.0.1:"$port" --file "$2" --label "$1" --connections 4 --count "$asked" --seconds 120 >"$dir/one"
	after=$(($(ticks)))
	cat "$dir/one"
	printf '{"bench":"%s.cpu","store":"sqlite","pages":%d,"us_a_page":%d%s}\n' "$1" "$asked" $(((after - before) * 1000000 / $(getconf CLK_TCK) / asked)) "$3"
}
token=$(curl -s -H 'Content-Type: application/json' -d '{"login":"public_security_approver","password":"yunfan-demo-2026"}' \
	"http://127.0.0.1:$port/api/v1/session.sign_in" | sed -n 's/.*"token":"\([^"]*\)".*/\1/p')
[ -n "$token" ] || { echo "pages.sh: the approver could not sign in" >&2; exit 1; }
listed=$(curl -s -H "Cookie: session=$token" "http://127.0.0.1:$port/office" | grep -o 'href="/office/[0-9]*' | sort -u | wc -l)
printf 'GET /office HTTP/1.1\nCookie: session=%s\n\n' "$token" >"$dir/list"
printf 'GET /guide/second_hand_home?fresh=1 HTTP/1.1\n\n' >"$dir/fresh"
per_page pages.work_list "$dir/list" ",\"rows\":$listed,\"goal_us\":1000"
per_page pages.guide_not_kept "$dir/fresh" ""
