// ops_query.c — enquiries that need no approval: asked, answered, printed.
#include "op/show.h"

static struct err *query_item(struct op_call *c, const struct item **out)
{
	*out = catalogue_item(c->p->cat, op_text(c, "what"));
	return *out && (*out)->query.answer ? NULL : err_arg(c->a, E_NOT_FOUND, tr(c, "这个查询", "This enquiry"));
}

static void put_head(struct op_call *c, const struct item *it)
{
	struct json *reads = put_list(c, c->out, "reads");
	put_text(c, c->out, "code", it->code);
	put_words(c, c->out, "name", it->name);
	put_words(c, c->out, "summary", it->summary);
	put_words(c, c->out, "office", it->office->name);
	for (uint32_t i = 0; i < it->query.n_from; i++) json_add(c->a, reads, json_str(c->a, words(c, it->query.from[i]->name)));
	if (it->query.cases) json_add(c->a, reads, json_str(c->a, tr(c, "办件", "cases")));
}

static void put_answer(struct op_call *c, struct json *o, const struct cert *k)
{
	int64_t found = 0;
	struct str text = json_text(json_get(k->face, S("answer")));
	(void)str_int(json_text(json_get(k->face, S("found"))), &found);
	put_id(c, o, "id", k->id);
	put_text(c, o, "number", k->number);
	put_text(c, o, "as_of", json_text(json_get(k->face, S("as_of"))));
	put_int(c, o, "found", found);
	put_text(c, o, "text", text);
	put_text(c, o, "code", k->code);
	put_text(c, o, "pdf", str_fmt(c->a, "/certificates/%lld.pdf", (long long)k->id));
}

struct err *op_query_get(struct op_call *c)
{
	const struct item *it;
	struct cert *cert;
	size_t n;
	struct err *e = query_item(c, &it);
	if (!e) e = cert_list(c->p, c->p->actor.party, &cert, &n);
	if (e) return e;
	put_head(c, it);
	struct json *earlier = put_list(c, c->out, "earlier");
	int64_t id = op_id(c, "answer");
	bool shown = !id;
	for (size_t i = 0; i < n; i++) {
		if (!str_eq(cert[i].type, it->query.answer->code)) continue;
		if (cert[i].id == id) {
			put_answer(c, put_obj(c, c->out, "answer"), &cert[i]);
			shown = true;
		} else if (json_count(earlier) < 5) {
			struct json *o = list_obj(c, earlier);
			put_text(c, o, "label", json_text(json_get(cert[i].face, S("as_of"))));
			put_text(c, o, "href", str_fmt(c->a, "/query/" STR_FMT "?answer=%lld", STR_ARG(it->code), (long long)cert[i].id));
		}
	}
	return shown ? NULL : err_arg(c->a, E_NOT_FOUND, tr(c, "这个结果", "This answer"));
}

struct err *op_query_run(struct op_call *c)
{
	const struct item *it;
	struct query_answer q;
	struct err *e = query_item(c, &it);
	if (!e) e = case_query(c->p, it, &q);
	if (e) return e;
	put_head(c, it);
	struct json *o = put_obj(c, c->out, "answer");
	put_int(c, o, "found", q.found);
	put_text(c, o, "as_of", q.as_of);
	put_text(c, o, "text", q.text);
	put_bool(c, o, "refused", q.refused);
	if (q.refused) return NULL;
	put_id(c, o, "id", q.certificate);
	put_text(c, o, "number", q.number);
	put_text(c, o, "pdf", str_fmt(c->a, "/certificates/%lld.pdf", (long long)q.certificate));
	return NULL;
}
