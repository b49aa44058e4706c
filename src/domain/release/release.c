// release.c — proposing, approving, putting in force, taking back.
#include "domain/release/release.h"

#include <pthread.h>

#include "base/log.h"
#include "domain/release/release_store.h"
#include "domain/trail.h"

enum { FILES_MAX = 200, PATH_MAX_BYTES = 200, FINDINGS_A_RULE = 50 };

static struct err *journal(struct plan *p, const struct release *r)
{
	struct json *d = json_obj(p->a);
	json_put(p->a, d, S("release"), json_id(p->a, r->id));
	json_put(p->a, d, S("state"), json_str(p->a, r->state));
	if (r->base.n) json_put(p->a, d, S("base"), json_str(p->a, r->base));
	if (r->hash.n) json_put(p->a, d, S("hash"), json_str(p->a, r->hash));
	return trail_add(p, "catalogue", r->id, 0, d);
}

static struct err *in_state(struct plan *p, const struct release *r, const char *a, const char *b)
{
	if (str_eq(r->state, str_of(a)) || (b && str_eq(r->state, str_of(b)))) return NULL;
	return err_arg(p->a, E_RELEASE_STATE, r->title);
}

static struct err *by_author(struct plan *p, const struct release *r)
{
	return r->author == p->actor.account ? NULL : err_arg(p->a, E_RELEASE_AUTHOR, r->author_name);
}

// ---- files ----

static bool path_good(struct str path)
{
	static const char *const ends[] = {".yaml", ".csv", ".tsv", ".dmn", ".bpmn"};
	bool end = false;
	for (size_t i = 0; i < countof(ends); i++) end |= str_ends(path, str_of(ends[i]));
	if (!end || path.n > PATH_MAX_BYTES || path.p[0] == '.' || path.p[0] == '/') return false;
	if (str_find(path, S("/.")) >= 0 || str_find(path, S("//")) >= 0) return false;
	for (size_t i = 0; i < path.n; i++) {
		char c = path.p[i];
		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.' || c == '/')) return false;
	}
	return true;
}

struct err *release_text(struct plan *p, const struct release *r, struct str path, struct str *out)
{
	struct shelf_change *f;
	size_t n;
	struct err *e = release_files(p, r->id, &f, &n);
	for (size_t i = 0; i < n && !e; i++)
		if (str_eq(f[i].path, path)) {
			*out = f[i].gone ? S("") : f[i].text;
			return NULL;
		}
	return e ? e : shelf_text(p->domain, p->a, r->base, path, out);
}

struct err *release_begin(struct plan *p, struct str title, struct release *out)
{
	struct release_force now;
	bool found;
	struct err *e = release_now(p, &now, &found);
	if (e) return e;
	*out = (struct release){.id = store_id(p->store), .version = 1, .title = title, .state = S("draft"), .base = found ? now.hash : p->cat->hash, .hash = S(""),
		.author = p->actor.account, .author_name = p->actor.name, .judge_name = S(""), .reason = S(""), .changes = S("{}"), .made_ms = p->now_ms};
	release_store_insert(p, out);
	return journal(p, out);
}

// A write to a release that was begun in this plan must not read it: its row is not there yet.
static struct err *open_for_writing(struct plan *p, struct release *r)
{
	struct err *e = in_state(p, r, "draft", "refused");
	if (!e) e = by_author(p, r);
	if (e) return e;
	r->state = S("draft");
	r->hash = S("");
	release_store_update(p, r);
	return r->version > 2 ? journal(p, r) : NULL;
}

struct err *release_put(struct plan *p, struct release *r, struct str path, struct str text, bool gone)
{
	struct shelf_change *f;
	struct buf b = buf_new(p->a);
	size_t n;
	if (!path_good(path)) return err_field(p->a, E_RELEASE_PATH, S("path"), path);
	struct err *e = open_for_writing(p, r);
	if (!e) e = release_files(p, r->id, &f, &n);
	if (e) return e;
	if (n >= FILES_MAX) return err_arg(p->a, E_BUDGET, str_fmt(p->a, "%d files", FILES_MAX));
	for (size_t i = 0; i < text.n; i++)                      // forms send CR LF
		if (text.p[i] != '\r') buf_byte(&b, text.p[i]);
	if (b.n && buf_str(&b).p[b.n - 1] != '\n') buf_byte(&b, '\n');
	release_store_file(p, r->id, &(struct shelf_change){path, gone ? S("") : buf_str(&b), gone});
	return NULL;
}

struct err *release_drop(struct plan *p, struct release *r, struct str path)
{
	struct err *e = open_for_writing(p, r);
	if (!e) release_store_file_drop(p, r->id, path);
	return e;
}

// ---- what it makes ----

static void matter_add(struct arena *a, struct release_trial *t, struct str code)
{
	for (uint32_t i = 0; i < t->n_matters; i++)
		if (str_eq(t->matter[i], code)) return;
	t->matter[t->n_matters++] = str_copy(a, code);
}

static void matters(struct arena *a, struct release_trial *t, const struct catalogue *to, const struct diff *d, const struct shelf_change *f, size_t n)
{
	t->matter = arena_newn(a, struct str, d->n + to->n_items + to->n_bundles);
	for (const struct change *c = d->first; c; c = c->next) matter_add(a, t, c->code);
	for (uint32_t i = 0; i < to->n_items; i++)
		for (size_t k = 0; k < n; k++)
			if (str_eq(to->item[i]->at.file, f[k].path)) matter_add(a, t, to->item[i]->code);
	for (uint32_t i = 0; i < to->n_bundles; i++)
		for (size_t k = 0; k < n; k++)
			if (str_eq(to->bundle[i].at.file, f[k].path)) matter_add(a, t, to->bundle[i].code);
}

struct err *release_try(struct plan *p, const struct release *r, struct release_trial *t)
{
	struct shelf_change *f;
	struct catalogue *base;
	struct diff d;
	size_t n;
	*t = (struct release_trial){.findings = findings_new(p->a, FINDINGS_A_RULE), .changes = S("{}")};
	struct err *e = release_files(p, r->id, &f, &n);
	if (!e) e = domain_catalogue_version(p->domain, p->a, r->base, &base);
	if (!e) e = shelf_try(p->domain, p->a, base, f, (uint32_t)n, t->findings, &t->candidate);
	if (e) return e;
	struct catalogue *to = candidate_catalogue(t->candidate);
	t->hash = str_copy(p->a, to->hash);
	if (t->findings->errors) return NULL;                    // nothing in it may be followed
	catalogue_diff(p->a, base, to, &d);
	struct buf b = buf_new(p->a);
	json_print(&b, diff_json(p->a, &d));
	t->changes = buf_str(&b);
	matters(p->a, t, to, &d, f, n);
	return NULL;
}

static struct err *faults(struct plan *p, const struct release_trial *t)
{
	for (const struct finding *x = t->findings->first; x; x = x->next) {
		if (rule_severity(x->rule) != SEV_ERROR) continue;
		return err_args(p->a, E_RELEASE_FINDINGS, str_fmt(p->a, "%zu", t->findings->errors), str_fmt(p->a, STR_FMT ":%u", STR_ARG(x->file), x->line),
			finding_text(p->a, x, p->actor.english));
	}
	return NULL;
}

static struct err *on_now(struct plan *p, const struct release *r, struct release_force *now)
{
	bool found;
	struct err *e = release_now(p, now, &found);
	if (e) return e;
	return found && str_eq(now->hash, r->base) ? NULL : err_new(p->a, E_RELEASE_BASE);
}

struct err *release_propose(struct plan *p, struct release *r, struct str title, int64_t from_ms)
{
	struct release_force now;
	struct release_trial t = {0};
	struct err *e = in_state(p, r, "draft", NULL);
	if (!e) e = by_author(p, r);
	if (!e && !title.n && !r->title.n) e = err_field(p->a, E_REQUIRED, S("title"), S("title"));
	if (!e && from_ms && from_ms <= p->now_ms) e = err_field(p->a, E_RELEASE_PAST, S("from"), S(""));
	if (!e) e = on_now(p, r, &now);
	if (!e) e = release_try(p, r, &t);
	if (!e && t.findings->errors) e = faults(p, &t);
	if (!e && str_eq(t.hash, r->base)) e = err_new(p->a, E_RELEASE_SAME);
	candidate_drop(t.candidate);
	if (e) return e;
	if (title.n) r->title = title;
	r->state = S("proposed");
	r->from_ms = from_ms;
	r->hash = t.hash;
	r->changes = t.changes;
	r->warnings = (int64_t)t.findings->warnings;
	r->reason = S("");
	r->judge = 0;
	r->judge_name = S("");
	r->judged_ms = 0;
	r->proposed_ms = p->now_ms;
	release_store_update(p, r);
	for (uint32_t i = 0; i < t.n_matters; i++) release_store_matter(p, r->id, t.matter[i]);
	return journal(p, r);
}

struct err *release_retry(struct plan *p, struct release *r)
{
	struct release_force now;
	struct shelf_change *f;
	size_t n;
	bool found;
	struct err *e = str_is(r->state, "draft") || str_is(r->state, "proposed") || str_is(r->state, "approved") ? NULL : err_arg(p->a, E_RELEASE_STATE, r->title);
	if (!e) e = by_author(p, r);
	if (!e) e = release_now(p, &now, &found);
	if (!e) e = release_files(p, r->id, &f, &n);
	if (e) return e;
	for (size_t i = 0; i < n && !str_eq(now.hash, r->base); i++) {
		struct str was = S(""), is = S("");
		struct err *a = shelf_text(p->domain, p->a, r->base, f[i].path, &was), *b = shelf_text(p->domain, p->a, now.hash, f[i].path, &is);
		if (a && a->code != E_NOT_FOUND) return a;
		if (b && b->code != E_NOT_FOUND) return b;
		if (!str_eq(was, is) && !str_eq(is, f[i].text)) return err_arg(p->a, E_RELEASE_CONFLICT, f[i].path);
	}
	r->base = now.hash;
	r->hash = S("");
	r->state = S("draft");
	r->reason = S("");
	release_store_update(p, r);
	return journal(p, r);
}

// ---- deciding ----

static struct err *force(struct plan *p, struct release *r, const struct release_force *now)
{
	struct release_force next = {.hash = r->hash, .release = r->id, .since_ms = p->now_ms, .folder = now->folder};
	struct json *d = json_obj(p->a);
	r->state = S("in_force");
	r->force_ms = p->now_ms;
	release_store_force(p, now->hash, &next);
	json_put(p->a, d, S("hash"), json_str(p->a, r->hash));
	json_put(p->a, d, S("before"), json_str(p->a, now->hash));
	json_put(p->a, d, S("release"), json_id(p->a, r->id));
	return trail_add(p, "catalogue", 1, 0, d);
}

struct err *release_judge(struct plan *p, struct release *r, bool agree, struct str reason)
{
	struct release_force now;
	struct release_trial t = {0};
	struct err *e = in_state(p, r, "proposed", NULL);
	if (!e && r->author == p->actor.account) e = err_new(p->a, E_RELEASE_SAME_PERSON);
	if (!e && !agree && !reason.n) e = err_field(p->a, E_REQUIRED, S("reason"), S("reason"));
	if (!e && agree) e = on_now(p, r, &now);
	if (!e && agree) e = release_try(p, r, &t);
	if (!e && agree && t.findings->errors) e = faults(p, &t);
	if (!e && agree) e = shelf_keep(p->domain, p->a, t.candidate);
	candidate_drop(t.candidate);
	if (e) return e;
	r->judge = p->actor.account;
	r->judge_name = p->actor.name;
	r->judged_ms = p->now_ms;
	r->reason = reason;
	if (!agree) r->state = S("refused");
	else if (r->from_ms > p->now_ms) r->state = S("scheduled");
	else e = force(p, r, &now);
	if (e) return e;
	release_store_update(p, r);
	return journal(p, r);
}

struct err *release_enforce(struct plan *p, struct release *r)
{
	struct release_force now;
	struct err *e = in_state(p, r, "scheduled", NULL);
	if (!e && r->from_ms > p->now_ms) e = err_arg(p->a, E_RELEASE_STATE, r->title);
	if (e) return e;
	e = on_now(p, r, &now);
	if (e && e->code == E_RELEASE_BASE) {                    // approved, but of another version: its author tries again
		r->state = S("approved");
		r->reason = err_text(p->a, e, false);
		e = NULL;
	} else if (!e) {
		e = force(p, r, &now);
	}
	if (e) return e;
	release_store_update(p, r);
	return journal(p, r);
}

struct err *release_take_back(struct plan *p, struct release *r, struct str reason, struct release *out)
{
	struct release_force now;
	struct shelf_change *f;
	struct catalogue *from, *to;
	struct diff d;
	size_t n;
	bool found;
	struct err *e = in_state(p, r, "in_force", NULL);
	if (!e && !reason.n) e = err_field(p->a, E_REQUIRED, S("reason"), S("reason"));
	if (!e) e = release_now(p, &now, &found);
	if (!e && (now.release != r->id || !r->base.n)) e = err_new(p->a, E_RELEASE_NOT_LAST);
	if (!e) e = domain_catalogue_version(p->domain, p->a, r->hash, &from);
	if (!e) e = domain_catalogue_version(p->domain, p->a, r->base, &to);
	if (!e) e = release_files(p, r->id, &f, &n);
	if (e) return e;
	struct buf b = buf_new(p->a);
	catalogue_diff(p->a, from, to, &d);
	json_print(&b, diff_json(p->a, &d));
	*out = (struct release){.id = store_id(p->store), .version = 1, .title = str_fmt(p->a, "撤回：" STR_FMT, STR_ARG(r->title)), .state = S("draft"), .base = r->hash,
		.hash = r->base, .author = p->actor.account, .author_name = p->actor.name, .judge_name = S(""), .reason = reason, .changes = buf_str(&b),
		.of = r->id, .made_ms = p->now_ms, .proposed_ms = p->now_ms, .judged_ms = p->now_ms};
	e = force(p, out, &now);
	release_store_insert(p, out);
	for (size_t i = 0; i < n && !e; i++) {
		struct shelf_change was = {.path = f[i].path, .text = S("")};
		struct err *x = shelf_text(p->domain, p->a, r->base, f[i].path, &was.text);
		if (x && x->code != E_NOT_FOUND) e = x;
		was.gone = x != NULL;
		release_store_file(p, out->id, &was);
	}
	struct release_trial t = {0};
	matters(p->a, &t, to, &d, f, n);
	for (uint32_t i = 0; i < t.n_matters; i++) release_store_matter(p, out->id, t.matter[i]);
	r->state = S("taken_back");
	r->reason = reason;
	release_store_update(p, r);
	if (!e) e = journal(p, r);
	return e ? e : journal(p, out);
}

// ---- what holds ----

struct err *release_behind(struct plan *p, bool *out)
{
	struct release_force now;
	bool found;
	struct err *e = release_now(p, &now, &found);
	struct catalogue *cat = domain_catalogue(p->domain);
	*out = !e && found && !(cat && str_eq(cat->hash, now.hash));
	catalogue_unref(cat);
	return e;
}

void release_follow(struct store *store, struct domain *d)
{
	static pthread_mutex_t one = PTHREAD_MUTEX_INITIALIZER;  // two that follow at once would load one version twice
	struct arena *a = arena_new(0);
	struct plan p = {.a = a, .store = store, .domain = d};
	struct release_force now;
	bool found = false;
	pthread_mutex_lock(&one);
	struct err *e = snap_open(store, a, &p.snap);
	if (!e) e = release_now(&p, &now, &found);
	snap_close(p.snap);
	if (!e && found) e = shelf_enforce(d, a, now.hash);
	pthread_mutex_unlock(&one);
	if (e) log_event(LOG_ERROR, "release.follow_failed", log_err(e));
	arena_free(a);
}

struct err *release_start(struct plan *p, struct str folder)
{
	struct release_force now = {.hash = S(""), .folder = S("")};
	struct catalogue *from, *to;
	struct diff d;
	bool found;
	struct err *e = release_now(p, &now, &found);
	if (e || (!found && !folder.n)) return e;
	// The same folder as last time: what was published since then stays.
	if (found && (!folder.n || str_eq(now.folder, folder))) return shelf_enforce(p->domain, p->a, now.hash);
	struct release r = {.id = store_id(p->store), .version = 1, .title = found ? S("城市文件夹有改动，启动时发布") : S("首次发布"), .state = S("in_force"),
		.base = now.hash, .hash = folder, .author_name = p->actor.name, .judge_name = S(""), .reason = S(""), .changes = S("{}"),
		.made_ms = p->now_ms, .proposed_ms = p->now_ms, .judged_ms = p->now_ms, .force_ms = p->now_ms};
	if (found && !domain_catalogue_version(p->domain, p->a, now.hash, &from) && !domain_catalogue_version(p->domain, p->a, folder, &to)) {
		struct buf b = buf_new(p->a);
		catalogue_diff(p->a, from, to, &d);
		json_print(&b, diff_json(p->a, &d));
		r.changes = buf_str(&b);
		for (const struct change *c = d.first; c; c = c->next) release_store_matter(p, r.id, c->code);
	}
	if (found && !str_eq(now.folder, now.hash)) log_event(LOG_WARN, "release.folder_replaces", log_int("release", now.release));
	struct release_force next = {.hash = folder, .release = r.id, .since_ms = p->now_ms, .folder = folder};
	release_store_insert(p, &r);
	release_store_force(p, now.hash, &next);
	struct json *detail = json_obj(p->a);
	json_put(p->a, detail, S("hash"), json_str(p->a, folder));
	json_put(p->a, detail, S("release"), json_id(p->a, r.id));
	e = trail_add(p, "catalogue", 1, 0, detail);
	return e ? e : journal(p, &r);
}
