// metrics.c — Prometheus text, from the counters of net, store and the operation table.
#include "web/metrics.h"

#include "web/cache.h"

void metrics_text(struct buf *b, const struct web *w)
{
	struct http_stats h;
	struct store_stats s = store_stats(w->app->store);
	http_stats(w->http, &h);
	buf_fmt(b, "# TYPE tongban_http_requests_total counter\ntongban_http_requests_total %llu\n", (unsigned long long)h.requests);
	for (int i = 1; i < 6; i++)
		buf_fmt(b, "tongban_http_responses_total{class=\"%dxx\"} %llu\n", i, (unsigned long long)h.status[i]);
	buf_fmt(b, "# TYPE tongban_http_connections gauge\ntongban_http_connections %llu\n", (unsigned long long)h.open);
	buf_fmt(b, "# TYPE tongban_http_queue gauge\ntongban_http_queue %llu\n", (unsigned long long)h.queued);
	buf_fmt(b, "tongban_http_queue_full_total %llu\n", (unsigned long long)h.queue_full);
	uint64_t sum = 0;
	buf_lit(b, "# TYPE tongban_http_latency_seconds histogram\n");
	for (int i = 0; i < HTTP_BUCKETS; i++) {
		sum += h.latency[i];
		if (http_bucket_us(i) == UINT64_MAX) buf_fmt(b, "tongban_http_latency_seconds_bucket{le=\"+Inf\"} %llu\n", (unsigned long long)sum);
		else buf_fmt(b, "tongban_http_latency_seconds_bucket{le=\"%llu.%06llu\"} %llu\n", (unsigned long long)(http_bucket_us(i) / 1000000),
			(unsigned long long)(http_bucket_us(i) % 1000000), (unsigned long long)sum);
	}
	buf_fmt(b, "tongban_http_latency_seconds_count %llu\ntongban_http_latency_seconds_sum %llu.%06llu\n", (unsigned long long)sum,
		(unsigned long long)(h.latency_us / 1000000), (unsigned long long)(h.latency_us % 1000000));
	buf_fmt(b, "# TYPE tongban_store_sets_total counter\ntongban_store_sets_total %lld\ntongban_store_groups_total %lld\ntongban_store_failed_sets_total %lld\n",
		(long long)s.sets, (long long)s.groups, (long long)s.failed_sets);
	struct cache_stats k = cache_stats(w->cache);
	buf_fmt(b, "# TYPE tongban_pages_kept gauge\ntongban_pages_kept %lld\ntongban_pages_kept_bytes %lld\ntongban_page_hits_total %lld\ntongban_page_misses_total %lld\n",
		(long long)k.pages, (long long)k.bytes, (long long)k.hits, (long long)k.misses);
	buf_lit(b, "# TYPE tongban_op_calls_total counter\n");
	for (uint32_t i = 0; i < op_count; i++) {
		struct op_stat o = op_stat(i);
		if (!o.calls) continue;
		buf_fmt(b, "tongban_op_calls_total{op=\"%s\"} %llu\ntongban_op_failures_total{op=\"%s\"} %llu\ntongban_op_microseconds_total{op=\"%s\"} %llu\n",
			op_table[i].name, (unsigned long long)o.calls, op_table[i].name, (unsigned long long)o.failures, op_table[i].name, (unsigned long long)o.us_total);
	}
}
