// builtin.c — the table of built-in functions: names, forms, and how arguments reach them.
//
// A form lists its parameters: name:type, types n number, s string, b boolean, l list, c context,
// f function, d date (or date and time), v anything but null, a anything. Behind it: ~ null is
// allowed, ? may be left out (null then), * a list, or its items as arguments.
#include "feel/part.h"

#include <pthread.h>
#include <stdio.h>

static const struct builtin table[] = {
	{"not", "negand:a", b_not, FEEL_BOOLEAN},
	{"number", "from:s|from:s,grouping separator:s~,decimal separator:s~|from:n", b_number, FEEL_NUMBER},
	{"string", "from:a", b_string, FEEL_STRING},
	{"context", "entries:l", b_context, FEEL_ANY},
	{"range", "from:s", b_range, FEEL_RANGE},
	{"date", "from:v|year:n,month:n,day:n", b_date, FEEL_DATE},
	{"time", "from:v|hour:n,minute:n,second:n|hour:n,minute:n,second:n,offset:v~", b_time, FEEL_TIME},
	{"date and time", "from:v|date:v,time:v|year:n,month:n,day:n,hour:n,minute:n,second:n|"
		"year:n,month:n,day:n,hour:n,minute:n,second:n,offset:v~", b_date_and_time, FEEL_DATE_TIME},
	{"duration", "from:s", b_duration, FEEL_ANY},
	{"years and months duration", "from:d,to:d", b_ym_duration, FEEL_MONTHS_DURATION},
	{"substring", "string:s,start position:n,length:n?", b_substring, FEEL_STRING},
	{"string length", "string:s", b_string_length, FEEL_NUMBER},
	{"upper case", "string:s", b_upper_case, FEEL_STRING},
	{"lower case", "string:s", b_lower_case, FEEL_STRING},
	{"substring before", "string:s,match:s", b_substring_before, FEEL_STRING},
	{"substring after", "string:s,match:s", b_substring_after, FEEL_STRING},
	{"replace", "input:s,pattern:s,replacement:s,flags:s~?", b_replace, FEEL_STRING},
	{"contains", "string:s,match:s", b_contains, FEEL_BOOLEAN},
	{"starts with", "string:s,match:s", b_starts_with, FEEL_BOOLEAN},
	{"ends with", "string:s,match:s", b_ends_with, FEEL_BOOLEAN},
	{"matches", "input:s,pattern:s,flags:s~?", b_matches, FEEL_BOOLEAN},
	{"split", "string:s,delimiter:s", b_split, FEEL_LIST},
	{"string join", "list:l,delimiter:s~?", b_string_join, FEEL_STRING},
	{"list contains", "list:l,element:a", b_list_contains, FEEL_BOOLEAN},
	{"count", "list:l*", b_count, FEEL_NUMBER},
	{"min", "list:l*", b_min, FEEL_ANY},
	{"max", "list:l*", b_max, FEEL_ANY},
	{"sum", "list:l*", b_sum, FEEL_ANY},
	{"mean", "list:l*", b_mean, FEEL_ANY},
	{"all", "list:l*", b_all, FEEL_BOOLEAN},
	{"any", "list:l*", b_any, FEEL_BOOLEAN},
	{"sublist", "list:l,start position:n,length:n?", b_sublist, FEEL_LIST},
	{"append", "list:l,item:a+", b_append, FEEL_LIST},
	{"concatenate", "list:l+", b_concatenate, FEEL_LIST},
	{"insert before", "list:l,position:n,newItem:a", b_insert_before, FEEL_LIST},
	{"remove", "list:l,position:n", b_remove, FEEL_LIST},
	{"list replace", "list:l,position:n,newItem:a|list:l,match:f,newItem:a", b_list_replace, FEEL_LIST},
	{"reverse", "list:l", b_reverse, FEEL_LIST},
	{"index of", "list:l,match:a", b_index_of, FEEL_LIST},
	{"union", "list:l+", b_union, FEEL_LIST},
	{"distinct values", "list:l", b_distinct_values, FEEL_LIST},
	{"flatten", "list:l", b_flatten, FEEL_LIST},
	{"product", "list:l*", b_product, FEEL_NUMBER},
	{"median", "list:l*", b_median, FEEL_NUMBER},
	{"stddev", "list:l*", b_stddev, FEEL_NUMBER},
	{"mode", "list:l*", b_mode, FEEL_LIST},
	{"sort", "list:l,precedes:f?", b_sort, FEEL_LIST},
	{"decimal", "n:n,scale:n", b_decimal, FEEL_NUMBER},
	{"floor", "n:n,scale:n?", b_floor, FEEL_NUMBER},
	{"ceiling", "n:n,scale:n?", b_ceiling, FEEL_NUMBER},
	{"round up", "n:n,scale:n", b_round_up, FEEL_NUMBER},
	{"round down", "n:n,scale:n", b_round_down, FEEL_NUMBER},
	{"round half up", "n:n,scale:n", b_round_half_up, FEEL_NUMBER},
	{"round half down", "n:n,scale:n", b_round_half_down, FEEL_NUMBER},
	{"abs", "n:v", b_abs, FEEL_ANY},
	{"modulo", "dividend:n,divisor:n", b_modulo, FEEL_NUMBER},
	{"sqrt", "number:n", b_sqrt, FEEL_NUMBER},
	{"log", "number:n", b_log, FEEL_NUMBER},
	{"exp", "number:n", b_exp, FEEL_NUMBER},
	{"odd", "number:n", b_odd, FEEL_BOOLEAN},
	{"even", "number:n", b_even, FEEL_BOOLEAN},
	{"day of year", "date:d", b_day_of_year, FEEL_NUMBER},
	{"day of week", "date:d", b_day_of_week, FEEL_STRING},
	{"month of year", "date:d", b_month_of_year, FEEL_STRING},
	{"week of year", "date:d", b_week_of_year, FEEL_NUMBER},
	{"now", "", b_now, FEEL_DATE_TIME},
	{"today", "", b_today, FEEL_DATE},
	{"is", "value1:a?,value2:a?", b_is, FEEL_BOOLEAN},
	{"get value", "m:c,key:s|m:c,keys:l|context:c,key:s|context:c,keys:l", b_get_value, FEEL_ANY},
	{"get entries", "m:c|context:c", b_get_entries, FEEL_LIST},
	{"context put", "context:c,key:s,value:a|context:c,keys:l,value:a", b_context_put, FEEL_CONTEXT},
	{"context merge", "contexts:l", b_context_merge, FEEL_CONTEXT},
	{"before", "point1:v,point2:v|range:v,point:v|point:v,range:v|range1:v,range2:v", b_before, FEEL_BOOLEAN},
	{"after", "point1:v,point2:v|range:v,point:v|point:v,range:v|range1:v,range2:v", b_after, FEEL_BOOLEAN},
	{"meets", "range1:v,range2:v", b_meets, FEEL_BOOLEAN},
	{"met by", "range1:v,range2:v", b_met_by, FEEL_BOOLEAN},
	{"overlaps", "range1:v,range2:v", b_overlaps, FEEL_BOOLEAN},
	{"overlaps before", "range1:v,range2:v", b_overlaps_before, FEEL_BOOLEAN},
	{"overlaps after", "range1:v,range2:v", b_overlaps_after, FEEL_BOOLEAN},
	{"finishes", "point:v,range:v|range1:v,range2:v", b_finishes, FEEL_BOOLEAN},
	{"finished by", "range:v,point:v|range1:v,range2:v", b_finished_by, FEEL_BOOLEAN},
	{"includes", "range:v,point:v|range1:v,range2:v", b_includes, FEEL_BOOLEAN},
	{"during", "point:v,range:v|range1:v,range2:v", b_during, FEEL_BOOLEAN},
	{"starts", "point:v,range:v|range1:v,range2:v", b_starts, FEEL_BOOLEAN},
	{"started by", "range:v,point:v|range1:v,range2:v", b_started_by, FEEL_BOOLEAN},
	{"coincides", "point1:v,point2:v|range1:v,range2:v", b_coincides, FEEL_BOOLEAN},
};

enum { N = countof(table), MAX_FORMS = 4, MAX_PARAMS = 8, BUCKETS = 256 };

struct param { struct str name; char type; bool null_ok, optional, items, rest; };
struct form { uint32_t n, needed; struct param param[MAX_PARAMS]; };
static struct { uint32_t n; struct form form[MAX_FORMS]; } forms[N];
static struct feel_function values[N];
static uint8_t bucket[BUCKETS];                              // 1 + index; open addressing
static uint64_t hashes[N], pieced;
static uint8_t lengths[N];
static size_t longest;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void init(void)
{
	for (size_t i = 0; i < N; i++) {
		struct str name = str_of(table[i].name), rest = str_of(table[i].forms);
		if (name.n > longest) longest = name.n;
		size_t at = str_hash(name) % BUCKETS;
		while (bucket[at]) at = (at + 1) % BUCKETS;
		bucket[at] = (uint8_t)(i + 1);
		do {
			struct str text = str_cut(&rest, S("|"));
			CHECK(forms[i].n < MAX_FORMS);
			struct form *f = &forms[i].form[forms[i].n++];
			while (text.n) {
				struct str one = str_cut(&text, S(","));
				struct param *p = &f->param[f->n++];
				p->name = str_cut(&one, S(":"));
				p->type = one.p[0];
				for (size_t k = 1; k < one.n; k++) {
					p->null_ok |= one.p[k] == '~';
					p->optional |= one.p[k] == '?';
					p->items |= one.p[k] == '*';
					p->rest |= one.p[k] == '+';
				}
				if (!p->optional) f->needed = f->n;
			}
		} while (rest.p);
		hashes[i] = str_hash(name);
		lengths[i] = (uint8_t)name.n;
		if (str_find(name, S(" ")) > 0) pieced |= name_first_bit(name);
		values[i] = (struct feel_function){.name = name, .n = forms[i].form[0].n, .call = builtin_thunk, .user = &table[i]};
	}
}

const struct builtin *builtin_find(struct str name)
{
	return builtin_hashed(name, str_hash(name));
}

const struct builtin *builtin_hashed(struct str name, uint64_t hash)
{
	pthread_once(&once, init);
	for (size_t at = hash % BUCKETS; bucket[at]; at = (at + 1) % BUCKETS) {
		size_t i = bucket[at] - 1u;
		if (hashes[i] == hash && lengths[i] == name.n && !memcmp(name.p, table[i].name, name.n)) return &table[i];
	}
	return NULL;
}

uint64_t builtin_pieced(void)
{
	pthread_once(&once, init);
	return pieced;
}

size_t builtin_longest(void)
{
	pthread_once(&once, init);
	return longest;
}

bool feel_builtin(struct str name, struct feel_value *out)
{
	const struct builtin *b = builtin_find(name);
	if (b) *out = feel_of_function(&values[b - table]);
	return b != NULL;
}

struct feel_value builtin_thunk(struct feel_run *r, const struct feel_function *fn, const struct feel_value *arg, uint32_t n)
{
	struct feel_value out;
	builtin_call(r, fn->user, arg, n, &out);
	return out;
}

void arg_fail(struct args *a, struct feel_value *out, const char *fmt, ...)
{
	char text[400];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	*out = feel_error(a->run, "%s", text);
}

static bool of_type(const struct feel_value *v, const struct param *p)
{
	if (v->kind == FEEL_NULL) return p->null_ok || p->type == 'a';
	switch (p->type) {
	case 'n': return v->kind == FEEL_NUMBER;
	case 's': return v->kind == FEEL_STRING;
	case 'b': return v->kind == FEEL_BOOLEAN;
	case 'l': return v->kind == FEEL_LIST;
	case 'c': return v->kind == FEEL_CONTEXT;
	case 'f': return v->kind == FEEL_FUNCTION;
	case 'd': return v->kind == FEEL_DATE || v->kind == FEEL_DATE_TIME;
	default: return true;
	}
}

// One element stands for a list of it, a list of one for its element (DMN 1.5 §10.3.2.9.4).
static bool take(struct feel_run *r, const struct feel_value *v, const struct param *p, struct feel_value *out)
{
	*out = *v;
	if (of_type(v, p)) return true;
	if (v->kind == FEEL_NULL) return false;
	if (p->type == 'l') {
		struct feel_list *l = feel_list_new(r->arena, 1);
		l->item[0] = *v;
		*out = feel_of_list(l);
		return true;
	}
	if (v->kind != FEEL_LIST || v->list->n != 1) return false;
	*out = v->list->item[0];
	return out->kind != FEEL_NULL && of_type(out, p);
}

static struct feel_value packed(struct feel_run *r, const struct feel_value *v, uint32_t n)
{
	struct feel_list *l = feel_list_new(r->arena, n);
	if (n) memcpy(l->item, v, n * sizeof *v);
	return feel_of_list(l);
}

static bool fill(struct args *a, const struct form *f, const struct feel_value *v, uint32_t n)
{
	if (f->n && f->param[0].items) {
		if (n == 0 || (n == 1 && v[0].kind == FEEL_NULL)) return false;
		a->v[0] = n == 1 && v[0].kind == FEEL_LIST ? v[0] : packed(a->run, v, n);
		a->n = n;
		return true;
	}
	bool rest = f->n && f->param[f->n - 1].rest;
	if (n < f->needed || (n > f->n && !rest)) return false;
	uint32_t fixed = rest ? f->n - 1 : f->n;
	for (uint32_t i = 0; i < fixed; i++) {
		if (i >= n) set_null(&a->v[i]);
		else if (!take(a->run, &v[i], &f->param[i], &a->v[i])) return false;
	}
	if (rest) {
		struct feel_value all = packed(a->run, v + fixed, n - fixed);
		for (size_t i = 0; i < all.list->n; i++)
			if (!take(a->run, &v[fixed + i], &f->param[fixed], &all.list->item[i])) return false;
		a->v[fixed] = all;
	}
	a->n = n;
	return true;
}

static void wrong(struct feel_run *r, const struct builtin *b, const struct feel_value *v, uint32_t n, struct feel_value *out)
{
	char kinds[200];
	size_t at = 0;
	kinds[0] = 0;
	for (uint32_t i = 0; i < n && at < sizeof kinds - 40; i++)
		at += (size_t)snprintf(kinds + at, sizeof kinds - at, "%s%s", i ? ", " : "", feel_kind_name((enum feel_kind)v[i].kind));
	*out = feel_error(r, "%s(%s): no form of the function takes these arguments", b->name, kinds);
}

static void run(struct args *a, const struct builtin *b, struct feel_value *out)
{
	if (!feel_step(a->run, 4)) {
		set_null(out);
		return;
	}
	b->call(a, out);
	if (stopped(a->run)) set_null(out);
}

void builtin_call(struct feel_run *r, const struct builtin *b, const struct feel_value *v, uint32_t n, struct feel_value *out)
{
	struct args a;
	a.run = r;
	size_t i = (size_t)(b - table);
	for (a.form = 0; a.form < forms[i].n; a.form++) {
		if (!fill(&a, &forms[i].form[a.form], v, n)) continue;
		run(&a, b, out);
		return;
	}
	wrong(r, b, v, n, out);
}

static bool fill_named(struct args *a, const struct form *f, const struct str *name, const struct feel_value *v, uint32_t n)
{
	uint32_t given = 0;
	for (uint32_t i = 0; i < f->n; i++) {
		const struct param *p = &f->param[i];
		uint32_t at = 0;
		while (at < n && !str_eq(name[at], p->name)) at++;
		if (at < n) {
			given++;
			if (!take(a->run, &v[at], p, &a->v[i])) return false;
			if (p->rest) a->v[i] = packed(a->run, &a->v[i], 1);      // one argument under the name
		} else if (p->optional) {
			set_null(&a->v[i]);
		} else {
			return false;
		}
	}
	a->n = n;
	return given == n;
}

void builtin_call_named(struct feel_run *r, const struct builtin *b, const struct str *name, const struct feel_value *v,
	uint32_t n, struct feel_value *out)
{
	struct args a;
	a.run = r;
	size_t i = (size_t)(b - table);
	for (a.form = 0; a.form < forms[i].n; a.form++) {
		if (!fill_named(&a, &forms[i].form[a.form], name, v, n)) continue;
		run(&a, b, out);
		return;
	}
	wrong(r, b, v, n, out);
}
