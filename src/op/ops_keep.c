// ops_keep.c — backup and proof, for the command line while the server runs.
#include "base/file.h"
#include "domain/trail.h"
#include "op/show.h"

enum { LISTED = 1000, SIGN_EVERY_MS = 3600 * 1000 };

struct err *op_keep_backup(struct op_call *c)
{
	struct str to = op_text(c, "to"), from = c->p->domain->data_dir;
	struct json *detail = json_obj(c->a);
	if (to.p[0] != '/') return err_field(c->a, E_SETTING, S("to"), S("to"));
	struct err *e = store_backup(c->app->store, c->a, to);
	if (!e) e = folder_copy(c->a, str_fmt(c->a, STR_FMT "/keys", STR_ARG(from)), str_fmt(c->a, STR_FMT "/keys", STR_ARG(to)));
	if (!e) e = folder_copy(c->a, str_fmt(c->a, STR_FMT "/catalogue", STR_ARG(from)), str_fmt(c->a, STR_FMT "/catalogue", STR_ARG(to)));
	if (e) return e;
	put_bool(c, c->out, "done", true);
	json_put(c->a, detail, S("to"), json_str(c->a, to));
	return trail_add(c->p, "backup", store_id(c->app->store), 0, detail);
}

struct err *op_keep_save(struct op_call *c)
{
	struct buf b = buf_new(c->a);
	struct err *e = journal_save(c->p->snap, c->a, &b);
	if (!e) put_text(c, c->out, "saved", buf_str(&b));
	return e;
}

struct listing { struct op_call *c; struct json *list; };

static void found(void *ctx, const struct journal_finding *f)
{
	struct listing *l = ctx;
	if (l->list->n >= LISTED) return;
	struct json *o = list_obj(l->c, l->list);
	put_text(l->c, o, "wrong", str_of(journal_wrong_name(f->wrong)));
	put_text(l->c, o, "kind", f->kind);
	json_put(l->c->a, o, S("id"), json_id(l->c->a, f->id));
	json_put(l->c->a, o, S("seq"), json_num(l->c->a, f->seq));
}

struct err *op_keep_verify(struct op_call *c)
{
	struct journal_saved saved;
	struct journal_report r;
	bool given = op_text(c, "saved").n > 0;
	struct listing l = {c, put_list(c, c->out, "list")};
	struct err *e = given ? journal_saved_read(c->a, op_text(c, "saved"), &saved) : NULL;
	struct journal_check k = {.saved = given ? &saved : NULL, .key = c->p->domain->sign, .interval_ms = SIGN_EVERY_MS, .tables = trail_tables,
		.n_tables = trail_tables_n, .found = found, .ctx = &l};
	if (!e) e = journal_verify(c->app->store, c->a, &k, &r);
	if (e) return e;
	const struct { const char *name; int64_t n; } numbers[] = {{"entries", r.entries}, {"subjects", r.subjects}, {"checkpoints", r.checkpoints},
		{"signatures", r.signatures}, {"rows", r.rows}, {"accesses", r.accesses}, {"findings", r.findings}};
	for (size_t i = 0; i < countof(numbers); i++) json_put(c->a, c->out, str_of(numbers[i].name), json_num(c->a, numbers[i].n));
	return NULL;
}
