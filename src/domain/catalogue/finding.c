// finding.c — see finding.h.
#include "domain/catalogue/finding.h"

#define ERROR SEV_ERROR
#define WARNING SEV_WARNING
#define NOTE SEV_NOTE
static const struct { const char *id; enum severity severity; const char *source, *zh, *en, *hint; } rule[RULE_COUNT] = {
#define R(id, severity, source, zh, en, hint) {#id, severity, source, zh, en, hint},
#include "domain/catalogue/rules.def"
#undef R
};

struct findings *findings_new(struct arena *a, size_t max)
{
	struct findings *f = arena_new1(a, struct findings);
	f->a = a;
	f->end = &f->first;
	f->max = max ? max : 200;
	return f;
}

void finding_add(struct findings *f, enum rule_id r, struct str file, uint32_t line, struct str subject,
	struct str a0, struct str a1, struct str a2)
{
	f->n++;
	f->errors += rule[r].severity == SEV_ERROR;
	f->warnings += rule[r].severity == SEV_WARNING;
	if (f->per_rule[r]++ >= f->max)
		return;
	struct finding *x = arena_new1(f->a, struct finding);
	*x = (struct finding){r, str_copy(f->a, file), line, 0, str_copy(f->a, subject),
		{str_copy(f->a, a0), str_copy(f->a, a1), str_copy(f->a, a2)}, NULL};
	*f->end = x;
	f->end = &x->next;
}

// Empty ones too stand in the arena: a compiled catalogue keeps its findings.
static struct str own(struct arena *a, struct str s)
{
	return s.n ? str_copy(a, s) : (struct str){arena_alloc(a, 1), 0};
}

static void append(struct findings *f, const struct finding *x, bool copy)
{
	struct finding *to = arena_new1(f->a, struct finding);
	*to = *x;
	to->next = NULL;
	if (copy) {
		to->file = own(f->a, x->file);
		to->subject = own(f->a, x->subject);
		for (size_t i = 0; i < countof(to->arg); i++)
			to->arg[i] = own(f->a, x->arg[i]);
	}
	*f->end = to;
	f->end = &to->next;
}

void findings_join(struct findings *f, const struct findings *more)
{
	size_t room[RULE_COUNT];
	for (int r = 0; r < RULE_COUNT; r++) {
		room[r] = f->max > f->per_rule[r] ? f->max - f->per_rule[r] : 0;
		f->per_rule[r] += more->per_rule[r];
	}
	f->n += more->n;
	f->errors += more->errors;
	f->warnings += more->warnings;
	for (const struct finding *x = more->first; x; x = x->next)
		if (room[x->rule]) {
			room[x->rule]--;
			append(f, x, true);
		}
}

static bool same(const struct finding *a, const struct finding *b)
{
	bool same = a->rule == b->rule && a->line == b->line && str_eq(a->file, b->file) && str_eq(a->subject, b->subject);
	for (size_t i = 0; same && i < countof(a->arg); i++)
		same = str_eq(a->arg[i], b->arg[i]);
	return same;
}

void findings_change(struct findings *f, const struct findings *before, const struct findings *gone, const struct findings *come)
{
	struct arena *tmp = arena_new(0);
	const struct finding **out = arena_newn(tmp, const struct finding *, gone->n + 1);
	size_t n_out = 0, room[RULE_COUNT];
	for (const struct finding *x = gone->first; x; x = x->next)
		out[n_out++] = x;
	f->n = before->n - gone->n + come->n;
	f->errors = before->errors - gone->errors + come->errors;
	f->warnings = before->warnings - gone->warnings + come->warnings;
	for (int r = 0; r < RULE_COUNT; r++) {
		f->per_rule[r] = before->per_rule[r] - gone->per_rule[r] + come->per_rule[r];
		room[r] = f->max;
	}
	for (const struct finding *x = come->first; x; x = x->next)
		if (room[x->rule]) {
			room[x->rule]--;
			append(f, x, false);
		}
	for (const struct finding *x = before->first; x; x = x->next) {
		bool still = room[x->rule] > 0;
		for (size_t i = 0; gone->per_rule[x->rule] && still && i < n_out; i++)
			if (out[i] && same(out[i], x)) {       // once each: a finding may be said twice
				out[i] = NULL;
				still = false;
			}
		if (still) {
			room[x->rule]--;
			append(f, x, false);
		}
	}
	arena_free(tmp);
}

static char name_of[RULE_COUNT][48];

// Names are made before main: afterwards any thread may read them.
__attribute__((constructor)) static void names_make(void)
{
	for (int i = 0; i < RULE_COUNT; i++)
		for (size_t k = 0; rule[i].id[k] && k < sizeof name_of[i] - 1; k++)
			name_of[i][k] = rule[i].id[k] == '_' ? '-' : rule[i].id[k];
}

const char *rule_name(enum rule_id r)
{
	return name_of[r];
}

enum severity rule_severity(enum rule_id r)
{
	return rule[r].severity;
}

const char *rule_source(enum rule_id r)
{
	return rule[r].source;
}

bool rule_find(struct str name, enum rule_id *out)
{
	for (int i = 0; i < RULE_COUNT; i++)
		if (str_eq(name, str_of(rule_name((enum rule_id)i))) || str_eq(name, str_of(rule[i].id))) {
			*out = (enum rule_id)i;
			return true;
		}
	return false;
}

// {0} {1} {2} are arguments; {{ and }} stand for themselves.
static struct str fill(struct arena *a, const char *sentence, const struct str *arg)
{
	struct buf b = buf_new(a);
	for (const char *p = sentence; *p; p++) {
		if ((p[0] == '{' && p[1] == '{') || (p[0] == '}' && p[1] == '}'))
			buf_byte(&b, *p++);
		else if (p[0] == '{' && p[1] >= '0' && p[1] <= '2' && p[2] == '}') {
			buf_add(&b, arg[p[1] - '0']);
			p += 2;
		} else {
			buf_byte(&b, *p);
		}
	}
	return buf_str(&b);
}

struct str rule_hint(enum rule_id r)
{
	return str_of(rule[r].hint);
}

struct str finding_text(struct arena *a, const struct finding *x, bool english)
{
	return fill(a, english ? rule[x->rule].en : rule[x->rule].zh, x->arg);
}

static const char *severity_name(enum severity s)
{
	static const char *const name[] = {"error", "warning", "note"};
	return name[s];
}

struct json *findings_json(struct arena *a, const struct findings *f)
{
	struct json *o = json_obj(a), *list = json_arr(a);
	json_put(a, o, S("errors"), json_num(a, (int64_t)f->errors));
	json_put(a, o, S("warnings"), json_num(a, (int64_t)f->warnings));
	json_put(a, o, S("findings"), list);
	for (const struct finding *x = f->first; x; x = x->next) {
		struct json *j = json_obj(a);
		json_put(a, j, S("rule"), json_str(a, str_of(rule_name(x->rule))));
		json_put(a, j, S("severity"), json_str(a, str_of(severity_name(rule[x->rule].severity))));
		json_put(a, j, S("source"), json_str(a, str_of(rule[x->rule].source)));
		json_put(a, j, S("file"), json_str(a, x->file));
		json_put(a, j, S("line"), json_num(a, x->line));
		json_put(a, j, S("subject"), json_str(a, x->subject));
		json_put(a, j, S("zh"), json_str(a, finding_text(a, x, false)));
		json_put(a, j, S("en"), json_str(a, finding_text(a, x, true)));
		json_put(a, j, S("hint"), json_str(a, fill(a, rule[x->rule].hint, x->arg)));
		json_add(a, list, j);
	}
	return o;
}

void findings_print(struct buf *b, const struct findings *f, bool english)
{
	for (int s = 0; s <= SEV_NOTE; s++)
		for (int r = 0; r < RULE_COUNT; r++) {
			if (!f->per_rule[r] || rule[r].severity != (enum severity)s)
				continue;
			buf_fmt(b, "%s %s (%zu) — %s\n", severity_name((enum severity)s), rule_name((enum rule_id)r),
				f->per_rule[r], rule[r].source);
			size_t shown = 0;
			for (const struct finding *x = f->first; x; x = x->next) {
				if (x->rule != (enum rule_id)r)
					continue;
				buf_fmt(b, "  " STR_FMT, STR_ARG(x->file.n ? x->file : S("city")));
				if (x->line)
					buf_fmt(b, ":%u", x->line);
				buf_lit(b, "  ");
				if (x->subject.n)
					buf_fmt(b, STR_FMT ": ", STR_ARG(x->subject));
				buf_add(b, finding_text(b->a, x, english));
				buf_byte(b, '\n');
				shown++;
			}
			if (f->per_rule[r] > shown)
				buf_fmt(b, "  … %zu more\n", f->per_rule[r] - shown);
			if (rule[r].hint[0])
				buf_fmt(b, "  → " STR_FMT "\n", STR_ARG(fill(b->a, rule[r].hint, (struct str[3]){{0}})));
		}
	buf_fmt(b, "%zu errors, %zu warnings\n", f->errors, f->warnings);
}
