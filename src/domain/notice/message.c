// message.c — messages: sent through the outbox, kept for their receiver to read.
#include "domain/fill.h"
#include "domain/notice/notice.h"
#include "domain/notice/notice_store.h"
#include "domain/outbox.h"
#include "domain/trail.h"

void message_send(struct plan *p, const struct message_new *n)
{
	const struct paper *t = catalogue_paper(p->cat, n->code);
	if (!t) return;                                           // a city that sends no such message
	struct json *english = json_obj(p->a);
	for (uint32_t i = 0; i < json_count(n->facts); i++) json_put(p->a, english, n->facts->key[i], n->facts->item[i]);
	for (uint32_t i = 0; i < json_count(n->english); i++) json_put(p->a, english, n->english->key[i], n->english->item[i]);
	struct message m = {.id = store_id(p->store), .home = n->home, .case_id = n->case_id, .at_ms = p->now_ms, .code = n->code,
		.title = {template_fill(p->a, t->title.zh, n->facts), template_fill(p->a, t->title.en, english)},
		.text = {template_fill(p->a, t->body.zh, n->facts), template_fill(p->a, t->body.en, english)}};
	notice_store_message(p, &m, n->party, n->party ? S("") : n->document);
	struct json *body = json_obj(p->a);
	json_put(p->a, body, S("message"), json_id(p->a, m.id));
	if (n->party) json_put(p->a, body, S("party"), json_id(p->a, n->party));
	if (n->phone.n) json_put(p->a, body, S("phone"), json_str(p->a, secret_seal(p, n->phone)));
	if (json_get(n->facts, S("link"))) json_put(p->a, body, S("link"), json_get(n->facts, S("link")));
	json_put(p->a, body, S("text"), json_str(p->a, m.text.zh));
	outbox_add(p, S("message"), str_fmt(p->a, "%lld", (long long)m.id), body);
}

struct err *message_list(struct plan *p, int64_t party, bool unread, int64_t before, uint32_t limit, struct messages *out)
{
	struct err *e = notice_store_messages(p, party, unread, before ? before : INT64_MAX, limit + 1, &out->m, &out->n);
	out->more = !e && out->n > limit;
	if (out->more) out->n = limit;
	return e;
}

struct err *message_of(struct plan *p, int64_t party, int64_t id, struct message *out, bool *found)
{
	return notice_store_message_read(p, party, id, out, found);
}

struct err *message_unread(struct plan *p, int64_t party, int64_t *out)
{
	return notice_store_unread(p, party, MESSAGES_COUNTED, out);
}

struct err *message_seen(struct plan *p, const struct message *m)
{
	if (m->read_ms) return NULL;
	notice_store_seen(p, m->id);
	return trail_add(p, "message", m->id, m->home, NULL);
}
