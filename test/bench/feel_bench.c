// feel_bench.c — expressions of a JSON file a second, parsed each time and parsed once; and a table of
// 20 rows × 6 columns, loaded once. One JSON line a case. test/bench/feelin/run.mjs sets it beside feelin.
//
//   feel_bench CASES [SECONDS]
#include "base/file.h"
#include "base/seam.h"
#include "dmn/dmn.h"
#include "dmn/sheet.h"
#include "feel/feel.h"

#include <stdio.h>
#include <stdlib.h>

static double budget = 0.5;

static void must(struct err *e)
{
	if (!e) return;
	struct str t = err_text(arena_new(0), e, true);
	fprintf(stderr, STR_FMT "\n", STR_ARG(t));
	exit(1);
}

struct expression { struct str text; enum feel_text_kind kind; struct feel_context *ctx; struct feel_scope *scope; struct feel_value *vars; struct feel_expr *x; };

static struct feel_value once(struct arena *a, const struct expression *e, const struct feel_expr *x)
{
	struct feel_run run;
	feel_run_init(&run, a);
	if (e->kind == FEEL_EXPRESSION) return feel_eval(&run, x, e->vars);
	struct feel_value input = feel_null();
	feel_context_get(e->ctx, S("?"), &input);
	return feel_test(&run, x, e->vars, input);
}

static struct feel_expr *parsed(struct arena *a, const struct expression *e)
{
	// As a caller does who has nothing but the text and the data: names first, then the text.
	struct feel_scope *s = feel_scope_new(a, NULL);
	struct feel_expr *x;
	for (uint32_t i = 0; i < e->ctx->n; i++) feel_scope_add(s, e->ctx->key[i], feel_type_of_value(a, e->ctx->value[i]));
	must(feel_compile(a, e->text, e->kind, s, &x));
	return x;
}

static double rate(const struct expression *e, bool parse)
{
	struct arena *a = arena_new(0);
	int64_t began = seam_mono_us(), n = 0;
	double s = 0;
	uint64_t sum = 0;
	while (s < budget) {
		for (int i = 0; i < 256; i++, n++) {
			if (i % 32 == 0) arena_reset(a);                 // a request evaluates several
			sum += once(a, e, parse ? parsed(a, e) : e->x).kind;
		}
		s = (double)(seam_mono_us() - began) / 1e6;
	}
	if (sum == UINT64_MAX) puts("");
	arena_free(a);
	return (double)n / s;
}

static void expression(struct arena *a, const struct json *j)
{
	struct expression e = {.text = json_text(json_get(j, S("expr")))};
	struct feel_value ctx;
	struct buf value = buf_new(a);
	must(feel_from_json(a, json_get(j, S("context")), &ctx));
	e.kind = str_is(json_text(json_get(j, S("kind"))), "unary-tests") ? FEEL_UNARY_TESTS : FEEL_EXPRESSION;
	e.ctx = (struct feel_context *)ctx.ctx;
	e.vars = e.ctx->value;
	e.x = parsed(a, &e);
	json_print(&value, feel_to_json(a, once(a, &e, e.x)));
	printf("{\"name\":\"" STR_FMT "\",\"parse_and_evaluate\":%.0f,\"parsed_once\":%.0f,\"value\":" STR_FMT "}\n", STR_ARG(json_text(json_get(j, S("name")))),
		rate(&e, true), rate(&e, false), STR_ARG(buf_str(&value)));
	fflush(stdout);
}

// The table that run.mjs builds too: row i is hit first by inputs of its own, the last row by anything.
static struct dmn_model *table(struct arena *a)
{
	struct buf b = buf_new(a);
	struct dmn_sheet *s;
	struct dmn_model *m;
	buf_lit(&b, "名称,t\n命中策略,F\n类别,输入,输入,输入,输入,输入,输入,输出\n表达式,a,b,c,d,e,f,out\n类型,number,string,number,string,number,string,number\n规则\n");
	for (int i = 0; i < 20; i++)
		buf_fmt(&b, ",[%d..%d),\"\"\"k%d\"\"\",< %d,%s,>= %d,\"\"\"x%d\"\", \"\"y%d\"\"\",%d\n", 3 * i, 3 * i + 30, i % 4, 10 + i, i % 3 ? "\"\"\"yes\"\"\"" : "-", i, i % 5, i % 3, 10 * i);
	must(dmn_sheet_parse(a, (struct dmn_text){S("t.csv"), buf_str(&b)}, &s));
	must(dmn_sheet_load(a, s, &m));
	must((struct err *)dmn_problems(m));
	return m;
}

static struct feel_value decide(struct arena *a, const struct dmn_model *m, const struct dmn_item *d, int n)
{
	struct feel_context *c = feel_context_new(a, 6);
	struct dmn_result r;
	feel_context_put(a, c, S("a"), feel_int(n % 70));
	feel_context_put(a, c, S("b"), feel_text(str_fmt(a, "k%d", n % 4)));
	feel_context_put(a, c, S("c"), feel_int(n % 30));
	feel_context_put(a, c, S("d"), feel_text(n % 2 ? S("yes") : S("no")));
	feel_context_put(a, c, S("e"), feel_int(n % 23));
	feel_context_put(a, c, S("f"), feel_text(str_fmt(a, "x%d", n % 5)));
	dmn_eval(m, d, c, &(struct dmn_env){0}, a, &r);
	return r.value;
}

static void decisions(struct arena *a)
{
	struct dmn_model *m = table(a);
	const struct dmn_item *d = dmn_find(m, DMN_DECISION, S("t"));
	struct arena *one = arena_new(0);
	int64_t sum = 0, hits = 0, n = 0, out;
	for (int i = 0; i < 1000; i++) {                         // what the two sides must agree on
		struct feel_value v = decide(one, m, d, i);
		if (v.kind == FEEL_NUMBER && dec_to_int(v.num, &out)) sum += out, hits++;
		arena_reset(one);
	}
	int64_t began = seam_mono_us();
	double s = 0;
	while (s < budget) {
		for (int i = 0; i < 256; i++, n++) {
			arena_reset(one);
			decide(one, m, d, (int)(n % 100000));
		}
		s = (double)(seam_mono_us() - began) / 1e6;
	}
	printf("{\"name\":\"table 20x6\",\"parsed_once\":%.0f,\"value\":[%lld,%lld]}\n", (double)n / s, (long long)sum, (long long)hits);
	arena_free(one);
}

int main(int argc, char **argv)
{
	struct arena *a = arena_new(0);
	struct str text;
	struct json *j;
	if (argc < 2) return fprintf(stderr, "usage: feel_bench CASES [SECONDS]\n"), 2;
	if (argc > 2) budget = atof(argv[2]);
	must(file_read(a, str_of(argv[1]), 1 << 20, &text));
	must(json_parse(a, text, (struct json_limits){0}, &j));
	for (uint32_t i = 0; i < json_count(j); i++) expression(a, j->item[i]);
	decisions(a);
	arena_free(a);
	return 0;
}
