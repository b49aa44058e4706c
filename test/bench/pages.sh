#!/bin/sh
# Pages: a kept public guide page beside nginx with the same compressed bytes (five alternated runs, goal 0.5), its p99
# at half of what it can do, the render of 30 KB alone (goal 0.2 ms), and a work list of 100 rows for somebody signed
# in, in milliseconds of the server's CPU a page, sign-in, queries and rendering included (goal 1). One JSON line a figure.
set -eu
cd "$(dirname "$0")/../.."
port=${PORT:-8192} runs=${RUNS:-5} rows=100 asked=${ASKED:-2000}
ninja -C build src/tongban test/bench/load test/bench/submit test/unit/web/tpl-bench >/dev/null
bin=build/src/tongban tool=build/test/bench/submit load=build/test/bench/load
. test/serving.sh
serving pages

build/test/unit/web/tpl-bench | sed 's/^{"figure":"/{"bench":"pages./'

serving_city
# A server with $rows accepted applications of one item: store - or the address of a PostgreSQL.
filled() { # filled DATA URL
	"$tool" prepare "$dir/city" "$1" "$2" "$rows" "$dir/values"
	"$tool" record draft.submit "$dir/city" "$1" "$2" "$dir/values" "$dir/submit.rec"
	"$tool" record desk.accept "$dir/city" "$1" "$2" "$dir/submit.rec.values" "$dir/accept.rec"
	set -- --data "$1" --listen 127.0.0.1:"$port" $([ "$2" = - ] || echo --store "$2")
	"$bin" serve "$@" >"$dir/log" 2>&1 &
	server=$!
	serving_answers || exit 1
}
filled "$dir/data" -

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
	serving_nginx "$page" $peer "$dir/www" page.html
	for run in $(seq "$runs"); do
		$load --to 127.0.0.1:"$port" --file "$dir/page" --label pages.kept --connections 32 --seconds 2 --warm 500 | tee -a "$dir/ours"
		$load --to 127.0.0.1:$peer --file "$dir/page" --label nginx.page --connections 32 --seconds 2 --warm 500 | tee -a "$dir/theirs"
	done
	ours=$(median "$dir/ours") theirs=$(median "$dir/theirs")
	printf '{"bench":"pages.kept_beside_nginx","page":"%s","bytes":%d,"gzip_bytes":%d,"runs":%d,"ours_per_s":%d,"nginx_per_s":%d,"per_mille":%d,"goal_per_mille":500}\n' \
		"$page" "$(wc -c <"$dir/www/page.html")" "$(wc -c <"$dir/www/page.html.gz")" "$runs" "$ours" "$theirs" $((ours * 1000 / theirs))
	kill $others
	others=
else
	echo '{"bench":"pages.kept_beside_nginx","left_out":"nginx is not installed"}'
	$load --to 127.0.0.1:"$port" --file "$dir/page" --label pages.kept --connections 32 --seconds 2 --warm 500 | tee "$dir/ours"
	runs=1 ours=$(median "$dir/ours")
fi
$load --to 127.0.0.1:"$port" --file "$dir/page" --label pages.kept_at_half --connections 32 --rate $((ours / 2)) --seconds 4

ticks() { # ticks PROCESS …
	for process in "$@"; do echo "/proc/$process/stat"; done | xargs -r cat 2>/dev/null | awk '{ n += $14 + $15 } END { print n + 0 }'
}
per_page() { # per_page LABEL FILE MORE
	$load --to 127.0.0.1:"$port" --file "$2" --label "$1" --connections 4 --count 200 --seconds 60 >/dev/null
	[ "$kind" = sqlite ] || pg_pids=$(pgrep -P "$(head -n 1 "$pg_dir/data/postmaster.pid")")
	before=$(ticks "$server") pg_before=$(ticks $pg_pids)
	$load --to 127.0.0.1:"$port" --file "$2" --label "$1" --connections 4 --count "$asked" --seconds 120 >"$dir/one"
	after=$(ticks "$server") pg_after=$(ticks $pg_pids)
	sed "s/^{/{\"store\":\"$kind\",/" "$dir/one"
	printf '{"bench":"%s.cpu","store":"%s","pages":%d,"us_a_page":%d,"us_database":%d%s}\n' "$1" "$kind" "$asked" \
		$(((after - before) * us / asked)) $(((pg_after - pg_before) * us / asked)) "$3"
}
work_list() {
	token=$(curl -s -H 'Content-Type: application/json' -d '{"login":"public_security_approver","password":"yunfan-demo-2026"}' \
		"http://127.0.0.1:$port/api/v1/session.sign_in" | sed -n 's/.*"token":"\([^"]*\)".*/\1/p')
	[ -n "$token" ] || { echo "pages.sh: the approver could not sign in" >&2; exit 1; }
	listed=$(curl -s -H "Cookie: session=$token" "http://127.0.0.1:$port/office" | grep -o 'href="/office/[0-9]*' | sort -u | wc -l)
	printf 'GET /office HTTP/1.1\nCookie: session=%s\n\n' "$token" >"$dir/list"
	per_page pages.work_list "$dir/list" ",\"rows\":$listed,\"goal_us\":1000"
}
kind=sqlite pg_pids= us=$((1000000 / $(getconf CLK_TCK)))
printf 'GET /guide/second_hand_home?fresh=1 HTTP/1.1\n\n' >"$dir/fresh"
per_page pages.guide_not_kept "$dir/fresh" ""
work_list
kill "$server"
wait "$server" || true
pg_dir=$(mktemp -d /tmp/tongban-pg-XXXXXX)
if url=$(sh test/pg.sh start "$pg_dir" 2>"$dir/log"); then
	kind=postgres
	filled "$dir/data-pg" "$url"
	work_list
else
	echo '{"bench":"pages.work_list.cpu","store":"postgres","left_out":"PostgreSQL cannot be started here"}'
fi
