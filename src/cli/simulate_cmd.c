// simulate_cmd.c — see simulate_cmd.h.
// allow double: statistics
#include "cli/simulate_cmd.h"

#include <stdio.h>
#include <unistd.h>

#include "base/file.h"
#include "base/seam.h"
#include "cli/args.h"
#include "domain/flow/model.h"
#include "domain/flow/simulate.h"

static const char usage[] = "tongban simulate MODEL.bpmn|apply:CODE … --arrivals [MODEL=]12m,exp … --staff ROLE=N … --service STEP=MEAN[,exp|const|uniform|erlang2] …"
	" [--choice STEP:NAME=VALUE,SHARE …] [--limit [MODEL=]WORKING-DAYS …] [--days N] [--warm N] [--seed S] [--from YYYY-MM-DD] [--city DIR] [--json]";

static struct err *wrong(struct args *x, struct str text)
{
	return err_arg(x->a, E_USAGE, str_fmt(x->a, "%s — " STR_FMT, usage, STR_ARG(text)));
}

// 90s, 12m, 1.5h, 2d (a day: the office's hours) and how it spreads.
static bool dist(struct str text, int64_t day_ms, struct sim_dist *out)
{
	static const struct { const char *name; enum sim_kind kind; } kinds[] = {{"const", SIM_CONST}, {"exp", SIM_EXP}, {"uniform", SIM_UNIFORM},
		{"erlang2", SIM_ERLANG2}};
	struct str kind = text, mean = str_cut(&kind, S(","));
	dec n;
	*out = (struct sim_dist){SIM_EXP, 0};
	if (mean.n < 2 || !dec_parse(str_part(mean, 0, mean.n - 1), &n)) return false;
	char unit = mean.p[mean.n - 1];
	int64_t ms = unit == 's' ? 1000 : unit == 'm' ? 60000 : unit == 'h' ? 3600000 : unit == 'd' ? day_ms : 0;
	if (!ms || !dec_to_int(dec_round(n * (dec)ms, 0, DEC_HALF_UP), &out->mean_ms) || out->mean_ms < 0) return false;
	if (!kind.n) return true;
	for (size_t i = 0; i < countof(kinds); i++)
		if (str_eq(kind, str_of(kinds[i].name))) {
			out->kind = kinds[i].kind;
			return true;
		}
	return false;
}

// NAME=VALUE is of the model of that name, VALUE of every one.
static bool for_model(struct str written, struct str name, struct str *value)
{
	struct str rest = written, of = str_cut(&rest, S("="));
	*value = rest.p ? rest : written;
	return !rest.p || str_eq(of, name);
}

// Arrivals and limits of the models that share the staff.
struct written { struct str *text; size_t n; };

static struct written all_of(struct args *x, const char *name)
{
	struct written w = {arena_newn(x->a, struct str, (size_t)x->argc), 0};
	struct str t;
	while ((t = args_text(x, name, S(""))).n) w.text[w.n++] = t;
	return w;
}

static struct err *models(struct args *x, struct sim_config *c, int64_t day_ms, struct written arrivals, struct written limits)
{
	struct str t, value;
	int64_t n;
	for (size_t i = 0; i < arrivals.n; i++) {
		t = arrivals.text[i];
		bool any = false;
		for (struct sim_config *m = c; m; m = (struct sim_config *)m->beside) {
			if (!for_model(t, m->name, &value)) continue;
			any = true;
			if (!dist(value, day_ms, &m->arrivals)) return wrong(x, S("--arrivals"));
		}
		if (!any) return wrong(x, t);
	}
	for (size_t i = 0; i < limits.n; i++) {
		t = limits.text[i];
		bool any = false;
		for (struct sim_config *m = c; m; m = (struct sim_config *)m->beside) {
			if (!for_model(t, m->name, &value)) continue;
			any = true;
			if (!str_int(value, &n) || n < 0 || n > 20000) return wrong(x, S("--limit"));
			m->limit_wd = (int32_t)n;
		}
		if (!any) return wrong(x, t);
	}
	return NULL;
}

static struct err *options(struct args *x, struct sim_config *c, int64_t day_ms)
{
	size_t most = (size_t)x->argc;
	struct str t;
	int64_t n;
	c->service = arena_newn(x->a, struct sim_service, most);
	c->staff = arena_newn(x->a, struct sim_staff, most);
	c->choice = arena_newn(x->a, struct sim_choice, most);
	while ((t = args_text(x, "service", S(""))).n) {
		struct sim_service *s = &c->service[c->n_service++];
		struct str how = t;
		s->element = str_cut(&how, S("="));
		if (!dist(how, day_ms, &s->dist)) return wrong(x, t);
	}
	while ((t = args_text(x, "staff", S(""))).n) {
		struct sim_staff *s = &c->staff[c->n_staff++];
		struct str how = t;
		s->role = str_cut(&how, S("="));
		if (!str_int(how, &n) || n < 1 || n > 100000) return wrong(x, t);
		s->n = (uint32_t)n;
	}
	while ((t = args_text(x, "choice", S(""))).n) {
		struct sim_choice *s = &c->choice[c->n_choice++];
		struct str rest = t, share;
		dec d;
		s->element = str_cut(&rest, S(":"));
		s->name = str_cut(&rest, S("="));
		s->value = str_cut(&rest, S(","));
		share = rest;
		if (!s->element.n || !s->name.n || !dec_parse(share, &d)) return wrong(x, t);
		s->share = (double)d;
	}
	static const struct { const char *name, *otherwise; } numbers[] = {{"days", "240"}, {"warm", "20"}, {"seed", "1"}};
	int64_t value[3];
	for (size_t i = 0; i < 3; i++)
		if (!str_int(args_text(x, numbers[i].name, str_of(numbers[i].otherwise)), &value[i]) || value[i] < 0 || (i < 2 && value[i] > 20000))
			return wrong(x, str_fmt(x->a, "--%s", numbers[i].name));
	c->days = (int32_t)value[0];
	c->warm_days = (int32_t)value[1];
	c->seed = (uint64_t)value[2];
	return NULL;
}

static void progress(void *ctx, int64_t done, int64_t all)
{
	(void)ctx;
	fprintf(stderr, "\r  %3lld%%  %lld / %lld 工作日", (long long)(done * 100 / all), (long long)done, (long long)all);
	if (done == all) fputc('\n', stderr);
}

static double hours(double ms) { return ms / 3600000; }

static struct str one_line(const struct sim_result *r, size_t i)
{
	static char text[160];
	int n = snprintf(text, sizeof text, STR_FMT "/" STR_FMT, STR_ARG(r->step[i].model), STR_ARG(r->step[i].element));
	return (struct str){text, n < (int)sizeof text ? (size_t)n : sizeof text - 1};
}

static void print_text(const struct sim_config *c, const struct sim_result *r)
{
	printf("模拟 %d 个工作日（前 %d 天不计），种子 %llu\n", c->days, c->warm_days, (unsigned long long)c->seed);
	printf("到达 %lld 件 · 办结 %lld 件（每个工作日 %.1f 件）· 在办 %lld 件\n", (long long)r->arrived, (long long)r->ended,
		(double)r->ended / (c->days - c->warm_days), (long long)r->open);
	printf("平均办理用时 %.2f 小时（办公时间）", hours(r->through_ms));
	if (c->limit_wd && r->n_flow == 1) printf(" · 在 %d 个工作日内办结 %.1f%%", c->limit_wd, r->ended ? 100.0 * (double)r->in_limit / (double)r->ended : 0);
	printf("\n");
	for (size_t i = 0; r->n_flow > 1 && i < r->n_flow; i++) {
		const struct sim_flow *f = &r->flow[i];
		printf("%-24.*s 到达 %lld · 办结 %lld · 平均 %.2f 小时", STR_ARG(f->name), (long long)f->arrived, (long long)f->ended, hours(f->through_ms));
		if (f->limit_wd) printf(" · 在 %d 个工作日内 %.1f%%", f->limit_wd, f->ended ? 100.0 * (double)f->in_limit / (double)f->ended : 0);
		printf("\n");
	}
	printf("\n岗位 role            人数   办理件次   平均等待(时)  最长等待(时)  最长队列  忙碌\n");
	for (size_t i = 0; i < r->n_role; i++)
		printf("%-20.*s %4u %10lld %13.2f %13.2f %9u %5.1f%%%s\n", STR_ARG(r->role[i].role), r->role[i].n, (long long)r->role[i].served,
			hours(r->role[i].wait_ms), hours(r->role[i].wait_max_ms), r->role[i].queue_max, 100 * r->role[i].busy,
			(int)i == r->bottleneck ? "  ← 瓶颈 bottleneck" : "");
	printf("\n步骤 step                 件次   平均等待(时)  平均办理(时)\n");
	for (size_t i = 0; i < r->n_step; i++)
		printf("%-20.*s %9lld %13.2f %13.2f  " STR_FMT "\n", STR_ARG(r->n_flow > 1 && r->step[i].model.n ? one_line(r, i) : r->step[i].element), (long long)r->step[i].done, hours(r->step[i].wait_ms),
			hours(r->step[i].service_ms), STR_ARG(r->step[i].name));
}

// Milliseconds as whole numbers, shares in thousandths: figures that compare equal.
static void print_json(struct arena *a, const struct sim_config *c, const struct sim_result *r)
{
	struct json *o = json_obj(a), *roles = json_arr(a), *steps = json_arr(a);
	json_put(a, o, S("seed"), json_num(a, (int64_t)c->seed));
	json_put(a, o, S("days"), json_num(a, c->days - c->warm_days));
	json_put(a, o, S("arrived"), json_num(a, r->arrived));
	json_put(a, o, S("ended"), json_num(a, r->ended));
	json_put(a, o, S("through_ms"), json_num(a, (int64_t)r->through_ms));
	json_put(a, o, S("in_limit"), json_num(a, r->in_limit));
	if (r->bottleneck >= 0) json_put(a, o, S("bottleneck"), json_str(a, r->role[r->bottleneck].role));
	for (size_t i = 0; i < r->n_role; i++) {
		struct json *x = json_obj(a);
		json_put(a, x, S("role"), json_str(a, r->role[i].role));
		json_put(a, x, S("staff"), json_num(a, r->role[i].n));
		json_put(a, x, S("served"), json_num(a, r->role[i].served));
		json_put(a, x, S("wait_ms"), json_num(a, (int64_t)r->role[i].wait_ms));
		json_put(a, x, S("busy_thousandths"), json_num(a, (int64_t)(1000 * r->role[i].busy)));
		json_put(a, x, S("queue_max"), json_num(a, r->role[i].queue_max));
		json_add(a, roles, x);
	}
	struct json *flows = json_arr(a);
	for (size_t i = 0; i < r->n_flow; i++) {
		struct json *x = json_obj(a);
		json_put(a, x, S("model"), json_str(a, r->flow[i].name));
		json_put(a, x, S("arrived"), json_num(a, r->flow[i].arrived));
		json_put(a, x, S("ended"), json_num(a, r->flow[i].ended));
		json_put(a, x, S("through_ms"), json_num(a, (int64_t)r->flow[i].through_ms));
		json_put(a, x, S("in_limit"), json_num(a, r->flow[i].in_limit));
		json_add(a, flows, x);
	}
	json_put(a, o, S("models"), flows);
	for (size_t i = 0; i < r->n_step; i++) {
		struct json *x = json_obj(a);
		if (r->n_flow > 1) json_put(a, x, S("model"), json_str(a, r->step[i].model));
		json_put(a, x, S("step"), json_str(a, r->step[i].element));
		json_put(a, x, S("done"), json_num(a, r->step[i].done));
		json_put(a, x, S("wait_ms"), json_num(a, (int64_t)r->step[i].wait_ms));
		json_put(a, x, S("service_ms"), json_num(a, (int64_t)r->step[i].service_ms));
		json_add(a, steps, x);
	}
	json_put(a, o, S("roles"), roles);
	json_put(a, o, S("steps"), steps);
	struct buf b = buf_new(a);
	json_print_pretty(&b, o);
	printf(STR_FMT "\n", STR_ARG(buf_str(&b)));
}

static struct err *load(struct arena *a, const struct catalogue *cat, struct str what, struct sim_config *c)
{
	struct bpmn_model *m;
	struct str text;
	struct err *e;
	if (str_find(what, S(":")) > 0) {
		e = flow_model_make(a, cat, what, &m, &c->process, &c->start);
	} else {
		e = file_read(a, what, 16 << 20, &text);
		if (!e) e = bpmn_load(a, text, what, &m);
		if (!e) c->process = bpmn_process(m, S(""));
	}
	c->name = what;
	if (!e) c->model = m;
	return e;
}

int simulate_cmd(int argc, char **argv)
{
	struct arena *a = arena_new(0);
	struct args x = args_new(a, argc, argv);
	struct catalogue *cat = NULL;
	struct findings *f = findings_new(a, 5);
	struct sim_config c = {0};
	struct sim_result r;
	struct str what = S(""), city = args_text(&x, "city", S("city")), from = args_text(&x, "from", S(""));
	bool json = args_flag(&x, "json");
	struct err *e = catalogue_load(city, f, &cat);
	if (!e && f->errors) e = err_arg(a, E_CATALOGUE, str_fmt(a, "%zu", f->errors));
	if (!e) {
		c.calendar = cat->calendar;
		c.hours = &cat->hours;
		// The calendar of the year to come is published late in the year: this one's is taken from its beginning.
		c.from = day_of(day_civil(day_shanghai(seam_now_ms())).year, 1, 1);
		int64_t day_ms = (int64_t)(c.hours->close_min - c.hours->after_min + c.hours->noon_min - c.hours->open_min) * 60000;
		if (from.n && !day_parse(from, &c.from)) e = wrong(&x, S("--from"));
		struct written arrivals = all_of(&x, "arrivals"), limits = all_of(&x, "limit");
		if (!e) e = options(&x, &c, day_ms);
		if (!e && !args_next(&x, &what)) e = wrong(&x, S("MODEL"));
		if (!e) e = load(a, cat, what, &c);
		struct sim_config *last = &c;
		while (!e && args_next(&x, &what)) {
			struct sim_config *m = arena_new1(a, struct sim_config);
			e = load(a, cat, what, m);
			last->beside = m;
			last = m;
		}
		if (!e) e = models(&x, &c, day_ms, arrivals, limits);
		if (!e) e = args_end(&x);
	}
	if (isatty(2)) c.progress = progress;
	if (!e) e = simulate(a, &c, &r);
	if (!e && json) print_json(a, &c, &r);
	else if (!e) print_text(&c, &r);
	int code = e ? args_fail(e) : 0;
	catalogue_unref(cat);
	arena_free(a);
	return code;
}
