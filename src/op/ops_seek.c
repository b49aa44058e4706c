// ops_seek.c — searches without a result, lists to carry, the encyclopedia of certificates.
#include "codec/url.h"
#include "domain/catalogue/search.h"
#include "domain/seek/seek.h"
#include "op/show.h"

enum { MONTH = 30, SHOWN = 100 };

struct err *op_search_missed(struct op_call *c)
{
	struct search_result r;
	bool kept = false;
	search_run(domain_search(c->p->domain, c->p->cat), c->a, op_text(c, "q"), 1, &r);
	struct err *e = r.n ? NULL : seek_missed_add(c->p, seek_plain(c->a, op_text(c, "q")), &kept);
	put_bool(c, c->out, "kept", kept);
	return e || !kept ? e : trail_add(c->p, "search", store_id(c->app->store), 0, NULL);
}

struct err *op_search_missing(struct op_call *c)
{
	struct missed *m;
	size_t n;
	struct err *e = seek_missed(c->p, day_shanghai(c->p->now_ms) - MONTH, SHOWN, &m, &n);
	struct json *rows = put_list(c, c->out, "rows");
	for (size_t i = 0; i < n && !e; i++) {
		struct json *o = list_obj(c, rows);
		put_text(c, o, "text", m[i].text);
		put_int(c, o, "count", m[i].count);
		put_day(c, o, "last", (day_t)m[i].last_day);
	}
	return e;
}

// ---- lists ----

static struct err *list_of(struct op_call *c, struct matter *m)
{
	struct json *answers;
	struct guide g;
	*m = catalogue_matter(c->p->cat, op_text(c, "what"));
	if (!m->bundle && !m->item) return err_arg(c->a, E_NOT_FOUND, tr(c, "这个事项", "This matter"));
	struct err *e = show_answers_read(c, op_text(c, "answers"), &answers);
	return e ? e : guide(c->a, c->p->cat, *m, answers, &g);
}

struct err *op_guide_carry(struct op_call *c)
{
	struct matter m;
	struct str code;
	struct err *e = list_of(c, &m);
	if (!e) e = seek_carry(c->p, op_text(c, "what"), op_text(c, "answers"), &code);
	if (e) return e;
	put_text(c, c->out, "code", code);
	put_ms(c, c->out, "until", c->p->now_ms + CARRIED_DAYS * 86400000LL);
	return trail_add(c->p, "carried", store_id(c->app->store), 0, NULL);
}

struct err *op_guide_carried(struct op_call *c)
{
	struct str what, answers;
	bool found;
	struct err *e = seek_carried(c->p, op_text(c, "code"), &what, &answers, &found);
	struct matter m = found ? catalogue_matter(c->p->cat, what) : (struct matter){0};
	if (!e && !m.bundle && !m.item) e = err_arg(c->a, E_NOT_FOUND, tr(c, "这个号的清单", "A list of this number"));
	if (e) return e;
	put_text(c, c->out, "what", what);
	put_text(c, c->out, "answers", answers);
	put_text(c, c->out, "name", matter_short(c, m));
	return NULL;
}

struct err *op_guide_send(struct op_call *c)
{
	struct matter m;
	struct json *facts = json_obj(c->a), *english = json_obj(c->a);
	struct err *e = list_of(c, &m);
	if (e) return e;
	struct words name = m.bundle ? m.bundle->name : m.item->name;
	for (int en = 0; en < 2; en++) {
		struct buf link = buf_new(c->a);
		buf_fmt(&link, STR_FMT "%s/guide/" STR_FMT "/result?answers=", STR_ARG(c->p->domain->base_url), en ? "/en" : "",
			STR_ARG(m.bundle ? m.bundle->code : m.item->code));
		url_encode(&link, op_text(c, "answers"));
		put_text(c, en ? english : facts, "matter", words_in(name, en));
		put_text(c, en ? english : facts, "link", buf_str(&link));
	}
	message_send(c->p, &(struct message_new){.home = (m.bundle ? m.bundle->lead : m.item->office)->home, .party = c->p->actor.party, .code = S("message_guide"), .facts = facts, .english = english});
	put_bool(c, c->out, "sent", true);
	return trail_add(c->p, "account", c->p->actor.account, 0, NULL);
}

// ---- certificates ----

static struct str validity(struct op_call *c, const struct certificate_type *t)
{
	return t->for_ever || !t->validity.n ? tr(c, "长期有效", "no date of expiry") : limit_text(c->a, t->validity, c->p->actor.english);
}

struct err *op_certificate_types(struct op_call *c)
{
	struct json *rows = put_list(c, c->out, "rows");
	for (uint32_t i = 0; i < c->p->cat->n_certificates; i++) {
		const struct certificate_type *t = &c->p->cat->certificate[i];
		struct json *o = list_obj(c, rows);
		put_text(c, o, "code", t->code);
		put_words(c, o, "name", t->name);
		put_words(c, o, "issuer", t->issuer->name);
		put_text(c, o, "validity", validity(c, t));
	}
	return NULL;
}

static void put_item(struct op_call *c, struct json *list, const struct item *it)
{
	struct json *o = list_obj(c, list);
	put_text(c, o, "code", it->code);
	put_words(c, o, "name", it->name);
	put_words(c, o, "office", it->office->name);
	put_limit(c, o, "promise", it->promised);
}

struct err *op_certificate_type(struct op_call *c)
{
	const struct catalogue *cat = c->p->cat;
	const struct certificate_type *t = catalogue_certificate(cat, op_text(c, "code"));
	if (!t) return err_arg(c->a, E_NOT_FOUND, tr(c, "这种证照", "This kind of certificate"));
	put_text(c, c->out, "code", t->code);
	put_words(c, c->out, "name", t->name);
	put_text(c, c->out, "name_en", t->name.en);
	put_words(c, c->out, "summary", t->summary);
	put_words(c, c->out, "issuer", t->issuer->name);
	put_text(c, c->out, "phone", t->issuer->phone);
	put_text(c, c->out, "validity", validity(c, t));
	put_text(c, c->out, "gb_code", t->gb_code);
	put_bool(c, c->out, "no_english", c->p->actor.english && (!t->name.en.n || !t->summary.en.n));
	struct json *fields = put_list(c, c->out, "fields"), *get = put_list(c, c->out, "get"), *spared = put_list(c, c->out, "spared");
	for (uint32_t i = 0; i < t->n_fields; i++) json_add(c->a, fields, json_str(c->a, words(c, t->field[i].name)));
	for (uint32_t i = 0; i < cat->n_items; i++) {
		bool asks = false;
		if (cat->item[i]->certificate == t) put_item(c, get, cat->item[i]);
		for (uint32_t k = 0; k < cat->item[i]->n_materials; k++) asks |= cat->item[i]->material[k].material->certificate == t;
		if (asks) put_item(c, spared, cat->item[i]);
	}
	return NULL;
}
