// serve_cmd.c — opens a city, serves it, stops in order.
#include "cli/serve_cmd.h"

#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "base/log.h"
#include "base/queue.h"
#include "base/set.h"
#include "cli/args.h"
#include "cli/boot.h"
#include "domain/catalogue/sample.h"
#include "job/ask.h"
#include "job/job.h"
#include "web/serve.h"

enum { SOCKET_PATH = 107 };                // the system's limit

struct serving {
	struct boot boot;
	struct web *web;
	struct jobs *jobs;
	struct pace *asker;
	struct pool *replan;               // operations whose set was stale are planned again here
};

static void commit_seen(void *ctx)
{
	struct serving *s = ctx;
	job_wake(s->jobs);
	pace_wake(s->asker);
}

static struct serving *the_serving;

static void again(void *ctx, void *item)
{
	op_again(ctx, item);
}

static void replan(struct op_app *app, struct op_request *r)
{
	if (!pool_push(the_serving->replan, r)) op_again(app, r);
}

static void say_identities(struct serving *s, struct str city, struct str address)
{
	struct arena *a = arena_new(0);
	struct samples samples;
	struct findings *f = findings_new(a, 5);
	struct catalogue *cat = domain_catalogue(s->boot.domain);
	printf("\n云帆市政务服务已启动：http://" STR_FMT "/   （English: /en/）\n", STR_ARG(address));
	if (!samples_load(cat, city, f, &samples)) {
		printf("示例账号（密码都是 yunfan-demo-2026，也可以在登录页直接选）：\n");
		for (uint32_t i = 0; i < samples.n_people; i++)
			printf("  %-20.*s %.*s\n", STR_ARG(samples.person[i].account), STR_ARG(samples.person[i].note.zh));
		// One of each role, in the order of roles.yaml; the others are offered by name at the sign-in.
		for (uint32_t r = 0; r < cat->n_roles; r++) {
			const struct sample_staff *found = NULL;
			for (uint32_t i = 0; i < samples.n_staff && !found; i++)
				if (samples.staff[i].role[0] == &cat->role[r]) found = &samples.staff[i];
			if (found) printf("  %-20.*s %.*s：%.*s（%.*s）\n", STR_ARG(found->account), STR_ARG(cat->role[r].name.zh), STR_ARG(cat->role[r].summary.zh), STR_ARG(found->office->name.zh));
		}
		printf("每个部门各有自己的账号（如 tax_approver、resources_approver），登录页按姓名列出全部。\n");
	}
	printf("窗口工作台 /desk · 部门待办 /office · 监督 /watch · 事项目录 /catalogue · 接口说明 /api · 停止：Ctrl+C\n\n");
	fflush(stdout);
	catalogue_unref(cat);
	arena_free(a);
}

static struct err *run(struct arena *a, const struct boot_config *bc, struct str listen, sigset_t *signals)
{
	static struct serving s;
	struct templates *templates;
	struct http *http = NULL;
	the_serving = &s;
	struct err *e = boot_open(a, bc, &s.boot);
	if (!e && !domain_in_force(s.boot.domain)) e = err_arg(a, E_USAGE, S("tongban serve --city DIR: 尚未发布任何事项目录 / no catalogue was ever published here"));
	if (!e) e = templates_load(a, &templates);
	if (!e) {
		s.boot.app.replan = replan;
		s.replan = pool_start("replan", 2, 4096, again, &s.boot.app);
		s.web = web_new(a, &s.boot.app, templates);
		s.jobs = job_start(&s.boot.app);
		s.asker = ask_start(&s.boot.app);
		store_on_commit(s.boot.store, commit_seen, &s);
		struct http_conf conf = http_conf_default();
		struct http_hooks hooks = web_hooks(s.web);
		conf.listen = listen;
		conf.unix_path = str_fmt(a, STR_FMT "/tongban.sock", STR_ARG(bc->data));
		if (conf.unix_path.n > SOCKET_PATH) {
			log_event(LOG_WARN, "serve.no_socket", log_int("path_bytes", (int64_t)conf.unix_path.n));
			conf.unix_path = S("");
		}
		e = http_start(a, &conf, &hooks, &http);
	}
	if (!e) {
		int got;
		s.web->http = http;
		if (bc->demo) say_identities(&s, bc->city, listen);
		log_event(LOG_INFO, "serve.started", log_int("port", http_port(http)));
		sigwait(signals, &got);
		log_event(LOG_INFO, "serve.stopping", log_int("signal", got));
	}
	if (http) http_stop(http);
	web_free(s.web);
	job_stop(s.jobs);
	pace_stop(s.asker);
	if (s.replan) pool_stop(s.replan);
	boot_close(&s.boot);
	return e;
}

int serve_cmd(int argc, char **argv)
{
	struct arena *a = arena_new(0);
	struct args x = args_new(a, argc, argv);
	struct str listen = args_text(&x, "listen", set_text(SET_net_listen));
	struct boot_config c = {.city = args_text(&x, "city", S("")), .data = args_text(&x, "data", S("var/data")),
		.store_url = args_text(&x, "store", set_text(SET_store_url)), .demo = args_flag(&x, "demo")};
	c.base_url = args_text(&x, "url", str_fmt(a, "http://" STR_FMT, STR_ARG(listen)));
	c.readers = 64;
	struct err *e = args_end(&x);
	// Signals are waited for by the main thread; every other thread inherits them blocked.
	sigset_t signals;
	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &signals, NULL);
	signal(SIGPIPE, SIG_IGN);
	// Requests take and give back the same few hundred KB all day; giving them to the kernel each time costs
	// more than the requests' own work on memory.
	mallopt(M_TRIM_THRESHOLD, 64 << 20);
	mallopt(M_MMAP_THRESHOLD, 8 << 20);
	// A thread's heap begins at this size, untouched; otherwise it asks the kernel for each further page.
	mallopt(M_TOP_PAD, 16 << 20);
	if (!e) e = run(a, &c, listen, &signals);
	int code = e ? args_fail(e) : 0;
	arena_free(a);
	return code;
}
