#!/bin/sh
# The HTTP server by itself: requests through a worker, a cached page beside nginx with the same compressed bytes
# (five alternated runs each; goal: at least 0.5), and 10,000 idle listeners. One JSON line a figure.
set -eu
cd "$(dirname "$0")/../.."
load=build/test/bench/load
ninja -C build test/bench/load test/bench/net_serve >/dev/null
. test/serving.sh
serving net

# A page of 30 KB that compresses as pages do.
awk 'BEGIN { srand(7); for (i = 0; i < 420; i++) printf "<p class=\"row\">item %d office %d days %d</p><a href=\"/case/%d\">case</a>\n", i, rand() * 99, rand() * 20, rand() * 1e9 }' >"$dir/page.html"
mkfifo "$dir/in"
build/test/bench/net_serve "$dir/page.html" "$dir/page.html.gz" <"$dir/in" >"$dir/out" &
server=$!
exec 3>"$dir/in"
until [ -s "$dir/out" ]; do sleep 0.1; done
port=$(head -n 1 "$dir/out")
printf 'GET /hello HTTP/1.1\n\n' >"$dir/hello"
printf 'GET /page HTTP/1.1\nAccept-Encoding: gzip\n\n' >"$dir/page"
printf 'GET /listen HTTP/1.1\nAccept: text/event-stream\n\n' >"$dir/listen"

$load --to 127.0.0.1:$port --file "$dir/hello" --label net.worker --connections 64 --seconds 4 --warm 1000
$load --to 127.0.0.1:$port --file "$dir/hello" --label net.worker_open --connections 64 --rate 2000 --seconds 4

if command -v nginx >/dev/null 2>&1; then
	peer=$((port + 1))
	serving_nginx /page $peer "$dir" page.html
	for run in 1 2 3 4 5; do
		$load --to 127.0.0.1:$port --file "$dir/page" --label net.page --connections 32 --seconds 2 --warm 500 | tee -a "$dir/ours"
		$load --to 127.0.0.1:$peer --file "$dir/page" --label nginx.page --connections 32 --seconds 2 --warm 500 | tee -a "$dir/theirs"
	done
	median() { sed 's/.*"per_s":\([0-9]*\).*/\1/' "$1" | sort -n | sed -n 3p; }
	ours=$(median "$dir/ours") theirs=$(median "$dir/theirs")
	printf '{"bench":"net.page_beside_nginx","ours_per_s":%d,"nginx_per_s":%d,"per_mille":%d,"goal_per_mille":500}\n' "$ours" "$theirs" $((ours * 1000 / theirs))
	kill $others
	others=
else
	echo '{"bench":"net.page_beside_nginx","left_out":"nginx is not installed"}'
fi

echo m >&3
sleep 1
$load --to 127.0.0.1:$port --file "$dir/listen" --label net.listeners --connections 10000 --seconds 25 --idle >"$dir/idle" &
client=$!
sleep 18
echo m >&3
echo e >&3
sleep 2
echo m >&3
wait $client
cat "$dir/idle"
tail -n +2 "$dir/out" | sed 's/^{/{"bench":"net.memory",/'
