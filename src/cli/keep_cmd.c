// keep_cmd.c — the journal's proof, backups, settings.
#include "cli/keep_cmd.h"

#include <stdio.h>

#include "base/file.h"
#include "base/set.h"
#include "cli/args.h"
#include "cli/boot.h"
#include "cli/xes.h"
#include "domain/schema.h"
#include "domain/trail.h"

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
	if (e) return e;
	printf("留痕 %lld 条 · 对象 %lld 个 · 检查点 %lld 个（签名 %lld）· 核对记录 %lld 行 · 查看登记 %lld 条\n", (long long)r.entries, (long long)r.subjects,
		(long long)r.checkpoints, (long long)r.signatures, (long long)r.rows, (long long)r.accesses);
	if (r.findings) printf("发现 %lld 处不一致 (%lld findings)\n", (long long)r.findings, (long long)r.findings);
	else printf("全部一致，没有发现改动 (the trail is whole)%s\n", saved_file.n ? "" : "；与另存的检查点比对请加 --against 文件");
	*findings = r.findings;
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
	if (e) return e;
	if (file.n) return file_write(a, file, buf_str(&text), false);
	fputs(str_z(a, buf_str(&text)), stdout);
	return NULL;
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
	if (!e) e = boot_open(a, &c, &b);
	struct xes_count n = {0};
	if (!e && log) e = xes_export(a, &b, out, &n);
	else if (!e) e = str_is(what, "verify") ? verify(a, &b, against, &findings) : save(a, &b, out);
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
	struct str to = args_text(&x, "to", S(""));
	struct err *e = args_end(&x);
	if (!e && !to.n) e = err_arg(a, E_USAGE, S("tongban backup --to DIR [--data DIR | --store URL]"));
	if (!e) e = boot_open(a, &c, &b);
	if (!e) e = store_backup(b.store, a, to);
	if (!e) e = folder_copy(a, str_fmt(a, STR_FMT "/keys", STR_ARG(c.data)), str_fmt(a, STR_FMT "/keys", STR_ARG(to)));
	if (!e) e = folder_copy(a, str_fmt(a, STR_FMT "/catalogue", STR_ARG(c.data)), str_fmt(a, STR_FMT "/catalogue", STR_ARG(to)));
	boot_close(&b);
	if (!e) printf("已备份到 " STR_FMT "。密钥在 keys/，请与数据分开保管。\n", STR_ARG(to));
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
