// flaw.c — problems from three sources, each with what was decided about it.
#include "domain/flaw/flaw.h"

#include <stdlib.h>

#include "domain/flaw/flaw_store.h"
#include "domain/flaw/gap.h"
#include "domain/seek/seek.h"
#include "domain/shelf.h"
#include "domain/trail.h"

enum { DAYS = 30, SEARCHES = 200, A_RULE = 200, KEY_MAX = 200 };

struct list { struct plan *p; struct flaw *f; size_t n, cap; };

static struct flaw *add(struct list *l, struct str key, const char *kind)
{
	struct flaw *f = vec_push(l->p->a, l->f, l->n, l->cap);
	*f = (struct flaw){.key = str_part(key, 0, key.n > KEY_MAX ? KEY_MAX : key.n), .kind = str_of(kind), .office = S(""), .state = S("open"), .reason = S(""), .by = S("")};
	return f;
}

static struct str lang(const struct plan *p, struct words w)
{
	return words_in(w, p->actor.english);
}

static void incomplete(struct list *l)
{
	struct arena *a = l->p->a;
	for (uint32_t i = 0; i < l->p->cat->n_items; i++) {
		const struct item *it = l->p->cat->item[i];
		struct buf b = buf_new(a);
		struct gaps g;
		item_gaps(a, it, day_shanghai(l->p->now_ms), &g);
		if (!g.n) continue;
		for (uint32_t k = 0; k < g.n; k++) buf_fmt(&b, "%s" STR_FMT, k ? "、" : "", STR_ARG(lang(l->p, g.gap[k].name)));
		struct flaw *f = add(l, str_fmt(a, "item:" STR_FMT, STR_ARG(it->code)), "item");
		f->office = it->office->code;
		f->code = it->code;
		f->name = lang(l->p, it->name);
		f->text = buf_str(&b);
		f->count = g.n;
	}
}

static struct err *warnings(struct list *l)
{
	struct plan *p = l->p;
	struct findings *all = findings_new(p->a, A_RULE);
	struct candidate *c = NULL;
	struct err *e = shelf_try(p->domain, p->a, p->cat, NULL, 0, all, &c);
	candidate_drop(c);
	for (const struct finding *x = all->first; x && !e; x = x->next) {
		if (rule_severity(x->rule) != SEV_WARNING) continue;
		struct matter m = catalogue_matter(p->cat, x->subject);
		struct flaw *f = add(l, str_fmt(p->a, "rule:%s:" STR_FMT ":" STR_FMT, rule_name(x->rule), STR_ARG(x->file), STR_ARG(x->subject)), "warning");
		f->office = m.item ? m.item->office->code : m.bundle ? m.bundle->lead->code : S("");
		f->code = m.item ? m.item->code : S("");
		f->name = m.item ? lang(p, m.item->name) : m.bundle ? lang(p, m.bundle->name) : x->file;
		f->text = finding_text(p->a, x, p->actor.english);
		f->hint = rule_hint(x->rule);
		f->count = 1;
	}
	return e;
}

static struct err *searches(struct list *l)
{
	struct missed *m;
	size_t n;
	struct err *e = seek_missed(l->p, day_shanghai(l->p->now_ms) - DAYS, SEARCHES, &m, &n);
	for (size_t i = 0; i < n && !e; i++) {
		struct flaw *f = add(l, str_fmt(l->p->a, "search:" STR_FMT, STR_ARG(m[i].text)), "search");
		f->name = m[i].text;
		f->count = m[i].count;
	}
	return e;
}

static int by_key(const void *x, const void *y)
{
	return str_cmp(((const struct flaw *)x)->key, ((const struct flaw *)y)->key);
}

struct err *flaw_list(struct plan *p, struct flaw **out, size_t *n)
{
	struct list l = {.p = p};
	struct flaw *decided;
	size_t n_decided;
	incomplete(&l);
	struct err *e = warnings(&l);
	if (!e) e = searches(&l);
	if (!e) e = flaw_store_all(p, &decided, &n_decided);
	for (size_t i = 0; i < l.n && !e; i++) {
		struct flaw *d = n_decided ? bsearch(&l.f[i], decided, n_decided, sizeof *decided, by_key) : NULL;
		if (d) l.f[i].state = d->state, l.f[i].reason = d->reason, l.f[i].by = d->by, l.f[i].at_ms = d->at_ms;
	}
	*out = l.f;
	*n = l.n;
	return e;
}

struct err *flaw_mark(struct plan *p, struct str key, struct str state, struct str reason)
{
	bool known = str_starts(key, S("item:")) || str_starts(key, S("rule:")) || str_starts(key, S("search:"));
	if (!known || key.n > KEY_MAX) return err_arg(p->a, E_NOT_FOUND, p->actor.english ? S("This problem") : S("这个问题"));
	if (str_is(state, "dismissed") && !reason.n) return err_field(p->a, E_REQUIRED, S("reason"), S("reason"));
	flaw_store_put(p, key, state, reason);
	struct json *d = json_obj(p->a);
	json_put(p->a, d, S("state"), json_str(p->a, state));
	return trail_add(p, "flaw", (int64_t)(str_hash(key) >> 1), 0, d);
}
