// ops_session.c — signing in and out.
#include "domain/party/account.h"
#include "domain/trail.h"
#include "op/show.h"

static struct err *signed_in(struct op_call *c, const struct signed_in *in)
{
	c->set_cookie = in->token;
	put_text(c, c->out, "name", in->name);
	put_text(c, c->out, "kind", in->staff ? S("staff") : S("person"));
	return NULL;
}

struct err *op_session_sign_in(struct op_call *c)
{
	struct signed_in in;
	struct err *e = account_sign_in(c->p, op_text(c, "login"), op_text(c, "password"), &in);
	if (e) {
		c->keep = e->code == E_SIGN_IN_WRONG && wset_count(c->p->ws);
		return e;
	}
	return signed_in(c, &in);
}

struct err *op_session_pick(struct op_call *c)
{
	struct signed_in in;
	if (!c->p->domain->demo) return err_new(c->a, E_FORBIDDEN);
	struct err *e = account_pick_sample(c->p, op_text(c, "login"), &in);
	return e ? e : signed_in(c, &in);
}

struct err *op_session_sign_out(struct op_call *c)
{
	account_sign_out(c->p, c->p->actor.session);
	c->set_cookie = S("-");
	put_bool(c, c->out, "done", true);
	return trail_add(c->p, "account", c->p->actor.account, c->p->actor.unit, NULL);
}

struct err *op_session_choices(struct op_call *c)
{
	struct sample_account *s;
	size_t n;
	put_bool(c, c->out, "demo", c->p->domain->demo);
	struct json *list = put_list(c, c->out, "people");
	if (!c->p->domain->demo) return NULL;
	struct err *e = account_samples(c->p, &s, &n);
	for (size_t i = 0; i < n && !e; i++) {
		struct json *o = list_obj(c, list);
		put_text(c, o, "login", s[i].login);
		put_text(c, o, "name", s[i].name);
		put_text(c, o, "about", s[i].about);
		put_text(c, o, "kind", s[i].staff ? S("staff") : S("person"));
	}
	return e;
}
