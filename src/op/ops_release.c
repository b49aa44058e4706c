// ops_release.c — publication: proposed, shown, approved, taken back.
#include "domain/calendar/folder.h"
#include "domain/release/release.h"
#include "op/show.h"

enum { LISTED = 30, CONTEXT = 2, LCS_MAX = 1200, LINES_SHOWN = 400, FILES_LISTED = 300 };

static struct json *parsed(struct op_call *c, struct str text)
{
	struct json *v = NULL;
	struct err *e = json_parse(c->a, text, (struct json_limits){.bytes = 16 << 20, .nodes = 1 << 20}, &v);
	return e ? json_obj(c->a) : v;
}

static bool may(struct op_call *c, enum actor_role role)
{
	return (c->p->actor.roles >> role) & 1;
}

static void put_release(struct op_call *c, struct json *o, const struct release *r, const struct release_force *now)
{
	put_id(c, o, "id", r->id);
	put_text(c, o, "title", r->title.n ? r->title : tr(c, "（还没有标题）", "(no title yet)"));
	put_text(c, o, "state", r->state);
	put_text(c, o, "author", r->author_name);
	put_text(c, o, "judge", r->judge_name);
	put_text(c, o, "reason", r->reason);
	put_ms(c, o, "made_at", r->made_ms);
	put_ms(c, o, "proposed_at", r->proposed_ms);
	put_ms(c, o, "judged_at", r->judged_ms);
	put_ms(c, o, "force_at", r->force_ms);
	put_ms(c, o, "from", r->from_ms);
	put_text(c, o, "hash", str_part(r->hash, 0, r->hash.n < 12 ? r->hash.n : 12));
	put_text(c, o, "base", str_part(r->base, 0, r->base.n < 12 ? r->base.n : 12));
	put_bool(c, o, "mine", r->author == c->p->actor.account);
	put_bool(c, o, "current", now->release == r->id);
}

struct err *op_release_list(struct op_call *c)
{
	struct release *r;
	struct release_force now = {0};
	size_t n;
	bool found;
	struct str state = op_text(c, "state");
	struct err *e = release_list(c->p, state, op_id(c, "before"), LISTED + 1, &r, &n);
	if (!e) e = release_now(c->p, &now, &found);
	if (e) return e;
	struct json *rows = put_list(c, c->out, "rows");
	for (size_t i = 0; i < n && i < LISTED; i++) put_release(c, list_obj(c, rows), &r[i], &now);
	if (n > LISTED) put_id(c, c->out, "next", r[LISTED - 1].id);
	put_text(c, c->out, "state", state);
	put_text(c, c->out, "hash", str_part(now.hash, 0, now.hash.n < 12 ? now.hash.n : 12));
	put_ms(c, c->out, "since", now.since_ms);
	put_bool(c, c->out, "can_edit", may(c, ROLE_EDITOR));
	return NULL;
}

// ---- what a file changes, line by line ----

struct lines { struct str *line; uint32_t n; };

static struct lines lines_of(struct arena *a, struct str text)
{
	struct lines l = {arena_newn(a, struct str, text.n + 1), 0};
	while (text.n) l.line[l.n++] = str_cut(&text, S("\n"));
	return l;
}

static void put_line(struct op_call *c, struct json *list, const char *kind, uint32_t number, struct str text)
{
	if (json_count(list) >= LINES_SHOWN) return;
	struct json *o = list_obj(c, list);
	put_text(c, o, "kind", str_of(kind));
	put_int(c, o, "number", number);
	put_text(c, o, "text", text);
}

// The changed middle of both, by the longest common subsequence; too long for that: out with the old, in with the new.
static void put_middle(struct op_call *c, struct json *list, const struct lines *x, const struct lines *y, uint32_t from, uint32_t nx, uint32_t ny)
{
	uint32_t i = 0, k = 0, w = ny + 1;
	uint16_t *len = NULL;
	if (nx <= LCS_MAX && ny <= LCS_MAX) {
		len = arena_newn(c->a, uint16_t, (size_t)(nx + 1) * w);
		for (i = nx; i-- > 0;)
			for (k = ny; k-- > 0;)
				len[i * w + k] = str_eq(x->line[from + i], y->line[from + k]) ? (uint16_t)(len[(i + 1) * w + k + 1] + 1)
					: len[(i + 1) * w + k] > len[i * w + k + 1] ? len[(i + 1) * w + k] : len[i * w + k + 1];
		i = k = 0;
	}
	while (i < nx || k < ny) {
		bool same = len && i < nx && k < ny && str_eq(x->line[from + i], y->line[from + k]);
		bool out = !same && i < nx && (!len || k >= ny || len[(i + 1) * w + k] >= len[i * w + k + 1]);
		if (same) put_line(c, list, "same", from + k + 1, y->line[from + k]), i++, k++;
		else if (out) put_line(c, list, "old", from + i + 1, x->line[from + i]), i++;
		else put_line(c, list, "new", from + k + 1, y->line[from + k]), k++;
	}
}

static struct json *put_diff(struct op_call *c, struct str was, struct str is)
{
	struct json *list = json_arr(c->a);
	struct lines x = lines_of(c->a, was), y = lines_of(c->a, is);
	uint32_t head = 0, tail = 0;
	while (head < x.n && head < y.n && str_eq(x.line[head], y.line[head])) head++;
	while (tail < x.n - head && tail < y.n - head && str_eq(x.line[x.n - tail - 1], y.line[y.n - tail - 1])) tail++;
	for (uint32_t i = head > CONTEXT ? head - CONTEXT : 0; i < head; i++) put_line(c, list, "same", i + 1, y.line[i]);
	put_middle(c, list, &x, &y, head, x.n - head - tail, y.n - head - tail);
	for (uint32_t i = 0; i < CONTEXT && i < tail; i++) put_line(c, list, "same", y.n - tail + i + 1, y.line[y.n - tail + i]);
	return list;
}

// ---- one release ----

static void put_changes(struct op_call *c, struct json *o, struct str changes)
{
	static const struct { const char *key, *zh, *en; } parts[] = {{"applicants", "对申请人", "For applicants"}, {"offices", "对办理单位", "For offices"},
		{"running", "对办理中的办件", "For cases under way"}};
	struct json *all = parsed(c, changes), *groups = put_list(c, o, "changes");
	int64_t n = 0;
	for (size_t i = 0; i < countof(parts); i++) {
		struct json *list = json_get(all, str_of(parts[i].key));
		if (!json_count(list)) continue;
		struct json *g = list_obj(c, groups), *rows;
		put_text(c, g, "name", tr(c, parts[i].zh, parts[i].en));
		rows = put_list(c, g, "rows");
		for (size_t k = 0; k < json_count(list); k++) {
			struct json *x = list->item[k], *row = list_obj(c, rows);
			int64_t ease = 0;
			bool en = c->p->actor.english && json_text(json_get(x, S("text_en"))).n;
			json_int(json_get(x, S("ease")), &ease);
			put_text(c, row, "code", json_text(json_get(x, S("code"))));
			put_text(c, row, "name", json_text(json_get(x, en && json_text(json_get(x, S("name_en"))).n ? S("name_en") : S("name"))));
			put_text(c, row, "text", json_text(json_get(x, en ? S("text_en") : S("text"))));
			put_text(c, row, "ease", ease > 0 ? S("easier") : ease < 0 ? S("harder") : S("same"));
			n++;
		}
	}
	put_int(c, o, "n_changes", n);
}

static void put_findings(struct op_call *c, struct json *o, const struct findings *f, const struct shelf_change *file, size_t n)
{
	struct json *list = put_list(c, o, "findings");
	for (const struct finding *x = f->first; x; x = x->next) {
		bool error = rule_severity(x->rule) == SEV_ERROR, touched = false;
		for (size_t i = 0; i < n; i++) touched |= str_eq(file[i].path, x->file);
		if (!error && !(touched && rule_severity(x->rule) == SEV_WARNING)) continue;
		struct json *row = list_obj(c, list);
		put_bool(c, row, "error", error);
		put_text(c, row, "file", x->file);
		put_int(c, row, "line", x->line);
		put_text(c, row, "rule", str_of(rule_name(x->rule)));
		put_text(c, row, "text", finding_text(c->a, x, c->p->actor.english));
		put_text(c, row, "hint", str_find(rule_hint(x->rule), S("{")) < 0 ? rule_hint(x->rule) : S(""));
	}
	put_int(c, o, "errors", (int64_t)f->errors);
	put_int(c, o, "warnings", (int64_t)f->warnings);
}

struct err *op_release_get(struct op_call *c)
{
	struct release r;
	struct release_force now = {0};
	struct shelf_change *f;
	struct release_trial t = {0};
	size_t n;
	bool found;
	struct err *e = release_read(c->p, op_id(c, "release"), &r);
	if (!e) e = release_now(c->p, &now, &found);
	if (!e) e = release_files(c->p, r.id, &f, &n);
	if (e) return e;
	bool writing = str_is(r.state, "draft") || str_is(r.state, "refused"), open = writing || str_is(r.state, "proposed") || str_is(r.state, "approved");
	struct json *o = c->out;
	put_release(c, o, &r, &now);
	struct json *files = put_list(c, o, "files");
	for (size_t i = 0; i < n; i++) {
		struct str was = S("");
		struct json *x = list_obj(c, files);
		struct err *none = r.base.n ? shelf_text(c->p->domain, c->a, r.base, f[i].path, &was) : NULL;
		put_text(c, x, "path", f[i].path);
		put_bool(c, x, "gone", f[i].gone);
		put_bool(c, x, "fresh", none != NULL);
		put_json(c, x, "lines", put_diff(c, was, f[i].text));
	}
	if (writing && n) {
		e = release_try(c->p, &r, &t);
		candidate_drop(t.candidate);
		if (e) return e;
		put_findings(c, o, t.findings, f, n);
	}
	put_changes(c, o, writing ? t.changes.n ? t.changes : S("{}") : r.changes);
	bool stale = open && found && !str_eq(now.hash, r.base), mine = r.author == c->p->actor.account;
	put_bool(c, o, "stale", stale);
	put_bool(c, o, "can_edit", writing && mine);
	put_bool(c, o, "can_propose", str_is(r.state, "draft") && mine && n && !stale && t.findings && !t.findings->errors);
	put_bool(c, o, "can_retry", mine && (stale || str_is(r.state, "approved")));
	put_bool(c, o, "can_judge", str_is(r.state, "proposed") && may(c, ROLE_PUBLISHER) && !mine);
	put_bool(c, o, "own_proposal", str_is(r.state, "proposed") && may(c, ROLE_PUBLISHER) && mine);
	put_bool(c, o, "can_take_back", str_is(r.state, "in_force") && now.release == r.id && r.base.n && may(c, ROLE_PUBLISHER));
	return NULL;
}

// ---- files ----

struct err *op_release_files(struct op_call *c)
{
	struct folder_file *f;
	uint32_t n;
	struct str q = op_text(c, "q");
	struct err *e = shelf_files(c->p->domain, c->a, c->p->cat->hash, &f, &n);
	struct json *rows = put_list(c, c->out, "rows");
	for (uint32_t i = 0; !e && i < n && json_count(rows) < FILES_LISTED; i++) {
		if (q.n && str_find(f[i].path, q) < 0 && str_find(f[i].text, q) < 0) continue;
		struct json *o = list_obj(c, rows);
		put_text(c, o, "path", f[i].path);
		put_int(c, o, "bytes", (int64_t)f[i].text.n);
	}
	put_text(c, c->out, "q", q);
	return e;
}

struct err *op_release_file(struct op_call *c)
{
	struct release r = {.base = c->p->cat->hash, .title = S("")};
	struct str text = S("");
	struct err *e = op_id(c, "release") ? release_read(c->p, op_id(c, "release"), &r) : NULL;
	if (!e) e = r.id ? release_text(c->p, &r, op_text(c, "path"), &text) : shelf_text(c->p->domain, c->a, r.base, op_text(c, "path"), &text);
	if (e) return e;
	put_text(c, c->out, "path", op_text(c, "path"));
	put_text(c, c->out, "text", text);
	put_id(c, c->out, "release", r.id);
	put_text(c, c->out, "title", r.title);
	return NULL;
}

static struct err *answered(struct op_call *c, const struct release *r)
{
	put_id(c, c->out, "release", r->id);
	if (c->op->nout > 1) put_text(c, c->out, "state", r->state);
	return NULL;
}

struct err *op_release_save(struct op_call *c)
{
	struct release r;
	struct err *e = op_id(c, "release") ? release_read(c->p, op_id(c, "release"), &r) : release_begin(c->p, op_text(c, "title"), &r);
	if (!e && op_text(c, "title").n) r.title = op_text(c, "title");
	if (!e) e = release_put(c->p, &r, op_text(c, "path"), op_text(c, "text"), op_bool(c, "gone"));
	return e ? e : answered(c, &r);
}

struct err *op_release_drop_file(struct op_call *c)
{
	struct release r;
	struct err *e = release_read(c->p, op_id(c, "release"), &r);
	if (!e) e = release_drop(c->p, &r, op_text(c, "path"));
	return e ? e : answered(c, &r);
}

// ---- steps ----

struct err *op_release_propose(struct op_call *c)
{
	struct release r;
	struct err *e = release_read(c->p, op_id(c, "release"), &r);
	if (!e) e = release_propose(c->p, &r, op_text(c, "title"), op_int(c, "from", 0));
	return e ? e : answered(c, &r);
}

struct err *op_release_retry(struct op_call *c)
{
	struct release r;
	struct err *e = release_read(c->p, op_id(c, "release"), &r);
	if (!e) e = release_retry(c->p, &r);
	return e ? e : answered(c, &r);
}

struct err *op_release_judge(struct op_call *c)
{
	struct release r;
	struct err *e = release_read(c->p, op_id(c, "release"), &r);
	if (!e) e = release_judge(c->p, &r, op_bool(c, "agree"), op_text(c, "reason"));
	c->follow = !e && str_is(r.state, "in_force");
	return e ? e : answered(c, &r);
}

struct err *op_release_take_back(struct op_call *c)
{
	struct release r, by;
	struct err *e = release_read(c->p, op_id(c, "release"), &r);
	if (!e) e = release_take_back(c->p, &r, op_text(c, "reason"), &by);
	c->follow = !e;
	return e ? e : answered(c, &by);
}

struct err *op_release_enforce(struct op_call *c)
{
	struct release r;
	struct err *e = release_read(c->p, op_id(c, "release"), &r);
	if (!e) e = release_enforce(c->p, &r);
	c->follow = !e && str_is(r.state, "in_force");
	return e ? e : answered(c, &r);
}
