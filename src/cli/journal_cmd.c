// journal_cmd.c — the journal: its proof, its saved heads, its event log.
#include "cli/journal_cmd.h"

#include <stdio.h>

#include "base/file.h"
#include "base/set.h"
#include "cli/args.h"
#include "cli/running.h"
#include "cli/xes.h"
#include "domain/trail.h"

static int64_t number(const struct json *j, const char *key)
{
	int64_t n = 0;
	return json_int(json_get(j, str_of(key)), &n) ? n : 0;
}

static void found(void *ctx, const struct journal_finding *f)
{
	(void)ctx;
	printf("  %-28s " STR_FMT " %lld  #%lld\n", journal_wrong_name(f->wrong), STR_ARG(f->kind), (long long)f->id, (long long)f->seq);
}

static void progress(void *ctx, int64_t done)
{
	(void)ctx;
	if (done % 100000 == 0 && done) fprintf(stderr, "  %lld\r", (long long)done);
}

static void tell(const struct journal_report *r, bool against)
{
	printf("留痕 %lld 条 · 对象 %lld 个 · 检查点 %lld 个（签名 %lld）· 核对记录 %lld 行 · 查看登记 %lld 条\n", (long long)r->entries, (long long)r->subjects,
		(long long)r->checkpoints, (long long)r->signatures, (long long)r->rows, (long long)r->accesses);
	if (r->findings) printf("发现 %lld 处不一致 (%lld findings)\n", (long long)r->findings, (long long)r->findings);
	else printf("全部一致，没有发现改动 (the trail is whole)%s\n", against ? "" : "；与另存的检查点比对请加 --against 文件");
}

static struct err *verify(struct arena *a, struct boot *b, struct str saved_file, int64_t *findings)
{
	struct journal_saved saved;
	struct str text;
	struct journal_report r;
	struct err *e = saved_file.n ? file_read(a, saved_file, 1 << 20, &text) : NULL;
	if (!e && saved_file.n) e = journal_saved_read(a, text, &saved);
	struct journal_check c = {.saved = saved_file.n ? &saved : NULL, .key = b->domain->sign, .interval_ms = 3600000, .tables = trail_tables,
		.n_tables = trail_tables_n, .found = found, .progress = progress};
	if (!e) e = journal_verify(b->store, a, &c, &r);
	if (!e) tell(&r, saved_file.n > 0);
	*findings = e ? 0 : r.findings;
	return e;
}

static struct err *verify_running(struct arena *a, const struct boot_config *c, struct str saved_file, int64_t *findings, bool *running)
{
	struct str text = S("");
	struct json *in = json_obj(a), *reply;
	struct err *e = saved_file.n ? file_read(a, saved_file, 1 << 20, &text) : NULL;
	*running = true;
	if (e) return e;
	if (text.n) json_put(a, in, S("saved"), json_str(a, text));
	e = running_ask(a, c, "keep.verify", in, &reply, running);
	if (e || !*running) return e;
	struct journal_report r = {.entries = number(reply, "entries"), .subjects = number(reply, "subjects"), .accesses = number(reply, "accesses"),
		.checkpoints = number(reply, "checkpoints"), .signatures = number(reply, "signatures"), .rows = number(reply, "rows"), .findings = number(reply, "findings")};
	struct json *list = json_get(reply, S("list"));
	for (size_t i = 0; i < json_count(list); i++)
		printf("  %-28.*s " STR_FMT " " STR_FMT "  #%lld\n", STR_ARG(json_text(json_get(list->item[i], S("wrong")))),
			STR_ARG(json_text(json_get(list->item[i], S("kind")))), STR_ARG(json_text(json_get(list->item[i], S("id")))), (long long)number(list->item[i], "seq"));
	tell(&r, saved_file.n > 0);
	*findings = r.findings;
	return NULL;
}

static struct err *hand_out(struct arena *a, struct str text, struct str file)
{
	if (file.n) return file_write(a, file, text, false);
	fputs(str_z(a, text), stdout);
	return NULL;
}

static struct err *save(struct arena *a, struct boot *b, struct str file)
{
	struct snap *snap;
	struct buf text = buf_new(a);
	struct err *e = snap_open(b->store, a, &snap);
	if (e) return e;
	e = journal_save(snap, a, &text);
	snap_close(snap);
	return e ? e : hand_out(a, buf_str(&text), file);
}

int journal_cmd(int argc, char **argv)
{
	struct arena *a = arena_new(0);
	struct args x = args_new(a, argc, argv);
	struct boot b = {0};
	struct str what = S("");
	int64_t findings = 0;
	args_next(&x, &what);
	struct boot_config c = {.existing = true, .data = args_text(&x, "data", S("var/data")), .store_url = args_text(&x, "store", set_text(SET_store_url)), .inline_commit = true};
	struct str against = args_text(&x, "against", S("")), out = args_text(&x, "out", S(""));
	struct err *e = args_end(&x);
	bool log = str_is(what, "xes");
	if (!e && ((!str_is(what, "verify") && !str_is(what, "save") && !log) || (log && !out.n)))
		e = err_arg(a, E_USAGE, S("tongban journal verify|save|xes [--data DIR | --store URL] [--against FILE] [--out FILE]"));
	struct xes_count n = {0};
	bool running = false;
	struct json *reply;
	if (!e && str_is(what, "verify")) e = verify_running(a, &c, against, &findings, &running);
	else if (!e && !log) e = running_ask(a, &c, "keep.save", json_obj(a), &reply, &running);
	if (!e && running && str_is(what, "save")) e = hand_out(a, json_text(json_get(reply, S("saved"))), out);
	if (!e && !running) e = boot_open(a, &c, &b);
	if (!e && log) e = xes_export(a, &b, out, &n);
	else if (!e && !running) e = str_is(what, "verify") ? verify(a, &b, against, &findings) : save(a, &b, out);
	boot_close(&b);
	if (!e && log) printf("已写出 %lld 件办件的 %lld 个事件（XES，IEEE 1849-2016）\n", (long long)n.traces, (long long)n.events);
	int code = e ? args_fail(e) : findings ? 1 : 0;
	arena_free(a);
	return code;
}
