// keep_cmd.c — the journal's proof, backups, settings.
#include "cli/keep_cmd.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/set.h"
#include "cli/args.h"
#include "cli/boot.h"
#include "cli/xes.h"
#include "domain/schema.h"
#include "domain/trail.h"
#include "net/client.h"

// ---- through the socket of the server that runs on this folder ----

enum { ANSWER_MAX = 64 << 20, LONG_MS = 6 * 3600 * 1000 };

// *running: somebody answers there, and *reply or the error is the answer. Otherwise the folder is ours to open.
static struct err *ask(struct arena *a, const struct boot_config *c, const char *op, const struct json *in, struct json **reply, bool *running)
{
	struct buf body = buf_new(a);
	struct client_answer answer;
	struct str path = str_fmt(a, STR_FMT "/tongban.sock", STR_ARG(c->data));
	*running = false;
	if (c->store_url.n || !file_exists(a, path)) return NULL;
	json_print(&body, in);
	struct http_header h = {S("Content-Type"), S("application/json")};
	struct client_call call = {.method = HTTP_POST, .url = str_fmt(a, "http://localhost/api/v1/%s", op), .header = &h, .headers = 1, .body = buf_str(&body),
		.total_ms = LONG_MS, .limit = ANSWER_MAX, .unix_path = path};
	client_init();
	struct err *e = client_do(a, &call, &answer);
	if (e) return NULL;                                     // a socket left behind by a server that was killed
	*running = true;
	e = json_parse(a, answer.body, (struct json_limits){.bytes = ANSWER_MAX}, reply);
	if (!e && answer.status != 200) e = err_arg(a, E_PEER, json_text(json_path(*reply, "error.text")));
	return e;
}

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
	e = ask(a, c, "keep.verify", in, &reply, running);
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
	else if (!e && !log) e = ask(a, &c, "keep.save", json_obj(a), &reply, &running);
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

int backup_cmd(int argc, char **argv)
{
	struct arena *a = arena_new(0);
	struct args x = args_new(a, argc, argv);
	struct boot b = {0};
	struct boot_config c = {.existing = true, .data = args_text(&x, "data", S("var/data")), .store_url = args_text(&x, "store", set_text(SET_store_url)), .inline_commit = true};
	struct str to = args_text(&x, "to", S("")), named = to;
	struct err *e = args_end(&x);
	if (!e && !to.n) e = err_arg(a, E_USAGE, S("tongban backup --to DIR [--data DIR | --store URL]"));
	bool running = false;
	struct json *in = json_obj(a), *reply;
	char *here = getcwd(NULL, 0);
	if (!e && here && to.p[0] != '/') to = str_fmt(a, "%s/" STR_FMT, here, STR_ARG(to));     // the server stands in another folder
	free(here);                                                                             // allow: getcwd's own
	json_put(a, in, S("to"), json_str(a, to));
	if (!e) e = ask(a, &c, "keep.backup", in, &reply, &running);
	if (!e && !running) e = boot_open(a, &c, &b);
	if (!e && !running) e = store_backup(b.store, a, to);
	if (!e && !running) e = folder_copy(a, str_fmt(a, STR_FMT "/keys", STR_ARG(c.data)), str_fmt(a, STR_FMT "/keys", STR_ARG(to)));
	if (!e && !running) e = folder_copy(a, str_fmt(a, STR_FMT "/catalogue", STR_ARG(c.data)), str_fmt(a, STR_FMT "/catalogue", STR_ARG(to)));
	boot_close(&b);
	if (!e) printf("已备份到 " STR_FMT "。密钥在 keys/，请与数据分开保管。\n", STR_ARG(named));
	int code = e ? args_fail(e) : 0;
	arena_free(a);
	return code;
}

int restore_cmd(int argc, char **argv)
{
	struct arena *a = arena_new(0);
	struct args x = args_new(a, argc, argv);
	struct str from = args_text(&x, "from", S("")), data = args_text(&x, "data", S("var/data")), url = args_text(&x, "store", S(""));
	struct err *e = args_end(&x);
	struct store_config sc = {.url = url.n ? url : str_fmt(a, "sqlite:" STR_FMT, STR_ARG(data)), .data_dir = data, .inline_commit = true};
	sc.migrations = schema_all(a, &sc.n_migrations);
	if (!e && !from.n) e = err_arg(a, E_USAGE, S("tongban restore --from DIR [--data DIR] [--store URL]"));
	if (!e) e = folder_make(a, data);
	if (!e) e = store_restore(a, from, &sc);
	if (!e) e = folder_copy(a, str_fmt(a, STR_FMT "/keys", STR_ARG(from)), str_fmt(a, STR_FMT "/keys", STR_ARG(data)));
	if (!e) e = folder_copy(a, str_fmt(a, STR_FMT "/catalogue", STR_ARG(from)), str_fmt(a, STR_FMT "/catalogue", STR_ARG(data)));
	if (!e) printf("已恢复到 " STR_FMT "。\n", STR_ARG(url.n ? url : data));
	int code = e ? args_fail(e) : 0;
	arena_free(a);
	return code;
}

int settings_cmd(int argc, char **argv)
{
	struct arena *a = arena_new(0);
	struct args x = args_new(a, argc, argv);
	struct buf b = buf_new(a);
	bool english = args_flag(&x, "en");
	struct err *e = args_end(&x);
	if (!e) set_print(&b, english);
	fputs(str_z(a, buf_str(&b)), stdout);
	int code = e ? args_fail(e) : 0;
	arena_free(a);
	return code;
}
