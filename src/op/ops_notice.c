// ops_notice.c — a person's messages.
#include "op/access.h"
#include "op/show.h"

enum { MESSAGE_PAGE = 30 };

// Where the message leads to: what it asks for, or the case it tells of, as far as the reader may see that.
static struct err *put_case(struct op_call *c, struct json *o, const struct message *m)
{
	struct kase *k;
	struct op_access x;
	if (!m->case_id) return NULL;
	struct err *e = op_access(c, "case", m->case_id, &x);
	if (e || (!x.own && !x.party)) return e;
	e = case_read(c->p, m->case_id, &k);
	if (e || k->state == CASE_dropped) return e;
	put_text(c, o, "case", k->number);
	put_text(c, o, "name", matter_name(c, k));
	if (x.own) put_link(c, o, "link", k->number.n ? tr(c, "查看办件", "Open the case") : tr(c, "打开申请", "Open the application"), case_href(c, k));
	else if (k->state == CASE_signing) put_link(c, o, "link", tr(c, "去确认", "Confirm"), str_fmt(c->a, "/sign/%lld/confirm", (long long)k->id));
	else if (k->number.n) put_link(c, o, "link", tr(c, "查看办件", "Open the case"), case_href(c, k));
	return NULL;
}

static void put_message(struct op_call *c, struct json *o, const struct message *m)
{
	put_id(c, o, "id", m->id);
	bool english = c->p->actor.english && m->title.en.n && m->text.en.n;
	put_text(c, o, "title", words_in(m->title, english));
	put_text(c, o, "text", words_in(m->text, english));
	put_bool(c, o, "chinese", c->p->actor.english && !english);
	put_ms(c, o, "at", m->at_ms);
	put_bool(c, o, "read", m->read_ms != 0);
}

struct err *op_notice_mine(struct op_call *c)
{
	struct messages all;
	int64_t unread;
	bool only = str_is(op_text(c, "state"), "unread");
	struct err *e = message_list(c->p, c->p->actor.party, only, op_id(c, "after"), MESSAGE_PAGE, &all);
	if (!e) e = message_unread(c->p, c->p->actor.party, &unread);
	if (e) return e;
	struct json *rows = put_list(c, c->out, "rows");
	bool chinese = false;
	for (size_t i = 0; i < all.n; i++) {
		put_message(c, list_obj(c, rows), &all.m[i]);
		chinese |= !all.m[i].title.en.n || !all.m[i].text.en.n;
	}
	put_bool(c, c->out, "chinese", c->p->actor.english && chinese);
	put_int(c, c->out, "unread", unread);
	put_text(c, c->out, "state", only ? S("unread") : S("all"));
	if (all.more) put_text(c, c->out, "next", str_fmt(c->a, "/messages?%safter=%lld", only ? "state=unread&" : "", (long long)all.m[all.n - 1].id));
	return NULL;
}

struct err *op_notice_unread(struct op_call *c)
{
	int64_t unread;
	struct err *e = message_unread(c->p, c->p->actor.party, &unread);
	if (!e) put_int(c, c->out, "unread", unread);
	return e;
}

static struct err *mine(struct op_call *c, struct message *m)
{
	bool found;
	struct err *e = message_of(c->p, c->p->actor.party, op_id(c, "message"), m, &found);
	return e || found ? e : err_arg(c->a, E_NOT_FOUND, tr(c, "这条消息", "This message"));
}

struct err *op_notice_get(struct op_call *c)
{
	struct message m;
	struct err *e = mine(c, &m);
	if (e) return e;
	put_message(c, c->out, &m);
	return put_case(c, c->out, &m);
}

struct err *op_notice_read(struct op_call *c)
{
	struct message m;
	int64_t unread;
	struct err *e = mine(c, &m);
	if (!e) e = message_unread(c->p, c->p->actor.party, &unread);
	if (!e) e = message_seen(c->p, &m);
	if (e) return e;
	put_id(c, c->out, "message", m.id);
	put_int(c, c->out, "unread", unread - (m.read_ms == 0));
	return NULL;
}
