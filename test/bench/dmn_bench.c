// Decision tables a second: one JSON line a figure. Inputs vary, every decision allocates its own
// context and result as a caller would, and the answers are summed so that none is left out.
#include "base/seam.h"
#include "dmn/dmn.h"
#include "dmn/sheet.h"
#include <stdio.h>
#include <stdlib.h>

static struct dmn_model *load(struct arena *a, struct buf *sheet)
{
	struct dmn_sheet *s;
	struct dmn_model *m = NULL;
	struct err *e = dmn_sheet_parse(a, (struct dmn_text){S("bench.csv"), buf_str(sheet)}, &s);
	if (!e) e = dmn_sheet_load(a, s, &m);
	if (e || dmn_problems(m)) {
		struct str t = err_text(a, e ? e : dmn_problems(m), true);
		fprintf(stderr, STR_FMT "\n", STR_ARG(t));
		exit(1);
	}
	return m;
}

// 20 rules over number, string, boolean, date, number and string.
static struct dmn_model *small(struct arena *a)
{
	static const char *const region[] = {"本市", "本省", "外省", "境外"};
	struct buf b = buf_new(a);
	buf_lit(&b, "名称,补贴\n命中策略,F\n类别,输入,输入,输入,输入,输入,输入,输出\n"
		"表达式,年龄,户籍,低保,登记日,收入,类别,金额\n类型,number,string,boolean,date,number,string,number\n规则\n");
	for (int i = 0; i < 20; i++)
		buf_fmt(&b, "r%d,[%d..%d),\"\"\"%s\"\"\",%s,\"< @\"\"20%02d-01-01\"\"\",<= %d,\"\"\"a%d\"\", \"\"b%d\"\"\",%d\n", i, 3 * i, 3 * i + 30,
			region[i % 4], i % 3 ? "true" : "-", 10 + i, 1000 * (20 - i), i % 5, i % 3, 10 * i);
	buf_lit(&b, "last,-,-,-,-,-,-,0\n");
	return load(a, &b);
}

// 10,000 rules: a code and an interval of amounts.
static struct dmn_model *large(struct arena *a)
{
	struct buf b = buf_new(a);
	buf_lit(&b, "名称,费率\n命中策略,U\n类别,输入,输入,输出\n表达式,代码,数额,费\n类型,string,number,number\n规则\n");
	for (int i = 0; i < 10000; i++)
		buf_fmt(&b, ",\"\"\"c%04d\"\"\",[%d..%d),%d\n", i / 4, (i % 4) * 100, (i % 4) * 100 + 100, i);
	return load(a, &b);
}

// 10,000 rules: nothing but intervals, in two columns.
static struct dmn_model *intervals(struct arena *a)
{
	struct buf b = buf_new(a);
	buf_lit(&b, "名称,费率\n命中策略,U\n类别,输入,输入,输出\n表达式,长,宽,费\n类型,number,number,number\n规则\n");
	for (int i = 0; i < 10000; i++)
		buf_fmt(&b, ",[%d..%d),[%d..%d),%d\n", (i / 100) * 7, (i / 100) * 7 + 7, (i % 100) * 3, (i % 100) * 3 + 3, i);
	return load(a, &b);
}

static uint32_t seed = 1;

static uint32_t next(uint32_t n)
{
	seed = seed * 1664525 + 1013904223;
	return (uint32_t)((uint64_t)(seed >> 8) * n >> 24);
}

static struct feel_context *input_small(struct arena *a)
{
	static const char *const region[] = {"本市", "本省", "外省", "境外"}, *const kind[] = {"a0", "a1", "b2", "b0", "zz"};
	struct feel_context *c = feel_context_new(a, 6);
	feel_context_put(a, c, S("年龄"), feel_int(next(90)));
	feel_context_put(a, c, S("户籍"), feel_text(str_of(region[next(4)])));
	feel_context_put(a, c, S("低保"), feel_bool(next(2)));
	feel_context_put(a, c, S("登记日"), feel_date(10000 + next(8000)));
	feel_context_put(a, c, S("收入"), feel_int(next(20000)));
	feel_context_put(a, c, S("类别"), feel_text(str_of(kind[next(5)])));
	return c;
}

static struct feel_context *input_large(struct arena *a)
{
	static char code[2500][8];
	struct feel_context *c = feel_context_new(a, 2);
	uint32_t i = next(2500);
	if (!code[i][0]) snprintf(code[i], sizeof code[i], "c%04u", i);
	feel_context_put(a, c, S("代码"), feel_text(str_of(code[i])));
	feel_context_put(a, c, S("数额"), feel_int(next(400)));
	return c;
}

static struct feel_context *input_intervals(struct arena *a)
{
	struct feel_context *c = feel_context_new(a, 2);
	feel_context_put(a, c, S("长"), feel_int(next(700)));
	feel_context_put(a, c, S("宽"), feel_int(next(300)));
	return c;
}

static void run(const char *what, struct dmn_model *m, struct feel_context *(*input)(struct arena *), uint32_t rows, uint32_t columns,
	bool trace)
{
	struct arena *a = arena_new(0);
	const struct dmn_item *d = NULL;
	for (size_t i = 0; i < dmn_items(m) && !d; i++)
		if (dmn_item(m, i)->kind == DMN_DECISION) d = dmn_item(m, i);
	dec sum = 0;
	uint64_t n = 0, hits = 0;
	struct dmn_env env = {.now_ms = 0, .trace = trace};
	int64_t from = seam_mono_us(), to;
	do {
		for (int i = 0; i < 1000; i++, n++) {
			struct dmn_result r;
			dmn_eval(m, d, input(a), &env, a, &r);
			if (r.value.kind == FEEL_NUMBER) sum += r.value.num, hits++;
			arena_reset(a);
		}
		to = seam_mono_us();
	} while (to - from < 1000000);
	printf("{\"figure\":\"%s\",\"decisions_per_second\":%.0f,\"microseconds\":%.3f,\"rows\":%u,\"columns\":%u,\"trace\":%s,\"decided\":%.3f}\n",
		what, (double)n * 1e6 / (double)(to - from), (double)(to - from) / (double)n, rows, columns, trace ? "true" : "false",
		(double)hits / (double)n);
	fflush(stdout);
	arena_free(a);
}

int main(void)
{
	struct arena *a = arena_new(0);
	struct dmn_model *m = small(a);
	run("dmn table", m, input_small, 21, 6, false);
	run("dmn table with trace", m, input_small, 21, 6, true);
	int64_t from = seam_mono_us();
	m = large(a);
	int64_t to = seam_mono_us();
	printf("{\"figure\":\"dmn load\",\"rows\":10000,\"milliseconds\":%.1f}\n", (double)(to - from) / 1000);
	run("dmn large table, codes", m, input_large, 10000, 2, false);
	run("dmn large table, intervals", intervals(a), input_intervals, 10000, 2, false);
	arena_free(a);
	return 0;
}
