// flow_cmd.c — see flow_cmd.h.
#include "cli/flow_cmd.h"

#include <stdio.h>
#include <unistd.h>

#include "base/seam.h"
#include "base/set.h"
#include "cli/args.h"
#include "cli/boot.h"
#include "domain/flow/record.h"

static void found(void *ctx, const struct flow_replay_finding *f)
{
	(void)ctx;
	printf("  %-10s 实例 instance %lld  办件 case %lld  版本 version %lld  " STR_FMT "\n", flow_flaw_name(f->flaw), (long long)f->instance,
		(long long)f->case_id, (long long)f->version, STR_ARG(f->text));
}

static void progress(void *ctx, int64_t done, int64_t all)
{
	int64_t *shown = ctx, percent = all ? done * 100 / all : 100;
	if (percent == *shown || !isatty(2)) return;
	*shown = percent;
	fprintf(stderr, "\r  %3lld%%  %lld / %lld", (long long)percent, (long long)done, (long long)all);
	if (done == all) fputc('\n', stderr);
}

static struct err *replay(struct arena *a, struct boot *b, struct flow_replay *r)
{
	int64_t shown = -1;
	struct plan p = {.a = a, .store = b->store, .domain = b->domain, .now_ms = seam_now_ms()};
	struct err *e = snap_open(b->store, a, &p.snap);
	if (e) return e;
	e = flow_replay(&p, &(struct flow_replay_watch){.found = found, .progress = progress, .ctx = &shown}, r);
	snap_close(p.snap);
	if (e) return e;
	printf("流程实例 %lld 个（在办 %lld）· 事件 %lld 个 · 迁移 %lld 次 · 状态 %lld 字节\n", (long long)r->instances, (long long)r->running,
		(long long)r->events, (long long)r->moves, (long long)r->bytes);
	if (r->findings) printf("重放后不一致 %lld 处 (%lld instances differ)\n", (long long)r->findings, (long long)r->findings);
	else printf("全部事件重放后状态逐字节一致 (every replay gives the stored state)\n");
	return NULL;
}

int flow_cmd(int argc, char **argv)
{
	struct arena *a = arena_new(0);
	struct args x = args_new(a, argc, argv);
	struct boot b = {0};
	struct flow_replay r = {0};
	struct str what = S("");
	args_next(&x, &what);
	struct boot_config c = {.existing = true, .data = args_text(&x, "data", S("var/data")), .store_url = args_text(&x, "store", set_text(SET_store_url)), .inline_commit = true};
	struct err *e = args_end(&x);
	if (!e && !str_is(what, "replay")) e = err_arg(a, E_USAGE, S("tongban flow replay [--data DIR | --store URL]"));
	if (!e) e = boot_open(a, &c, &b);
	if (!e) e = replay(a, &b, &r);
	boot_close(&b);
	int code = e ? args_fail(e) : r.findings ? 1 : 0;
	arena_free(a);
	return code;
}
