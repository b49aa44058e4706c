// pages_public.c — pages of citizens and enterprises.
#include "domain/pay/pay.h"
#include "web/asset.h"
#include "web/page.h"

static struct str tr(const struct page *q, const char *zh, const char *en)
{
	return str_of(q->english ? en : zh);
}

static bool failed(struct page *q, struct err *e)
{
	if (e) page_error(q, e);
	return e != NULL;
}

static struct json *view(struct page *q, const char *alias)
{
	return json_get(q->view, str_of(alias));
}

static struct str text(struct page *q, const char *path)
{
	return json_text(json_path(q->view, path));
}

// ---- home, search, guide ----

static void home(struct page *q)
{
	if (failed(q, page_read(q, "home", "home.get", page_in(q, NULL, S(""))))) return;
	if (q->actor.party && page_read(q, "todo", "home.todo", page_in(q, NULL, S("")))) {
		struct json *t = json_obj(q->a);
		json_put(q->a, t, S("unavailable"), json_bool(q->a, true));
		json_put(q->a, q->view, S("todo"), t);
	}
	page_show(q, "home", tr(q, "首页", "Home"), 200);
}

static void search(struct page *q)
{
	struct json *in = page_in(q, "q", page_query(q, "q"));
	struct str kind = page_query(q, "kind");
	if (str_is(kind, "bundle") || str_is(kind, "item")) page_set(q, in, "kind", kind);
	static const char *const filters[] = {"who", "theme", "office", "online", "novisit", "page"};
	for (size_t i = 0; i < countof(filters); i++)
		if (page_query(q, filters[i]).n) page_set(q, in, filters[i], page_query(q, filters[i]));
	if (failed(q, page_read(q, "search", "search.find", in))) return;
	// Nothing found: the keepers hear of the words, not of who typed them; the page does not wait upon its success.
	if (str_is(text(q, "search.found"), "0") && page_query(q, "q").n) {
		struct err *lost = page_op(q, "search.missed", page_in(q, "q", page_query(q, "q")), NULL);
		(void)lost;
	}
	page_show(q, "search", tr(q, "搜索", "Search"), 200);
}

static void suggest(struct page *q)
{
	struct json *reply;
	if (failed(q, page_op(q, "search.suggest", page_in(q, "q", page_query(q, "q")), &reply))) return;
	struct buf b = buf_new(q->a);
	json_print(&b, reply);
	page_bytes(q, 200, S("application/json"), buf_str(&b));
}

static void guide_page(struct page *q)
{
	struct json *in = page_in(q, "what", page_param(q, 0));
	if (page_query(q, "answers").n) page_set(q, in, "answers", page_query(q, "answers"));
	if (page_query(q, "area").n) page_set(q, in, "area", page_query(q, "area"));
	if (failed(q, page_read(q, "guide", "guide.get", in))) return;
	page_show(q, "guide", text(q, "guide.name_parts.0"), 200);
}

// Shows the question that is open, or goes on to the result.
static void question_of(struct page *q, struct str answers, struct str error, int status)
{
	struct json *in = page_in(q, "what", page_param(q, 0)), *reply;
	if (answers.n) page_set(q, in, "answers", answers);
	if (failed(q, page_op(q, "guide.question", in, &reply))) return;
	struct json *open = json_get(reply, S("question"));
	if (!open) {
		struct buf b = buf_new(q->a);
		url_encode(&b, answers);
		page_go(q, str_fmt(q->a, "/guide/" STR_FMT "/result?answers=" STR_FMT, STR_ARG(page_param(q, 0)), STR_ARG(buf_str(&b))));
		return;
	}
	if (error.n) page_set(q, open, "error", error);
	json_put(q->a, q->view, S("question"), open);
	page_show(q, "question", json_text(json_get(open, S("text"))), status);
}

static void question_get(struct page *q)
{
	question_of(q, page_query(q, "answers"), S(""), 200);
}

static void question_post(struct page *q)
{
	struct str answers = page_form(q, "answers"), answer = page_form(q, "answer");
	struct json *in = page_in(q, "what", page_param(q, 0)), *reply;
	if (answers.n) page_set(q, in, "answers", answers);
	if (!answer.n) {
		question_of(q, answers, tr(q, "请选择一个答案", "Choose an answer"), 400);
		return;
	}
	if (failed(q, page_op(q, "guide.question", in, &reply))) return;
	struct str key = json_text(json_path(reply, "question.key"));
	struct str all = !key.n ? answers : answers.n ? str_fmt(q->a, STR_FMT "," STR_FMT ":" STR_FMT, STR_ARG(answers), STR_ARG(key), STR_ARG(answer))
		: str_fmt(q->a, STR_FMT ":" STR_FMT, STR_ARG(key), STR_ARG(answer));
	in = page_in(q, "what", page_param(q, 0));
	page_set(q, in, "answers", all);
	if (failed(q, page_op(q, "guide.question", in, &reply))) return;
	struct buf b = buf_new(q->a);
	url_encode(&b, all);
	int64_t n = 0;
	json_int(json_path(reply, "question.number"), &n);
	if (n) page_go(q, str_fmt(q->a, "/guide/" STR_FMT "/questions/%lld?answers=" STR_FMT, STR_ARG(page_param(q, 0)), (long long)n, STR_ARG(buf_str(&b))));
	else page_go(q, str_fmt(q->a, "/guide/" STR_FMT "/result?answers=" STR_FMT, STR_ARG(page_param(q, 0)), STR_ARG(buf_str(&b))));
}

static void result(struct page *q)
{
	struct json *in = page_in(q, "what", page_param(q, 0)), *reply;
	if (page_query(q, "answers").n) page_set(q, in, "answers", page_query(q, "answers"));
	if (failed(q, page_op(q, "guide.question", in, &reply))) return;
	struct json *r = json_get(reply, S("result"));
	if (!r) {
		question_of(q, page_query(q, "answers"), S(""), 200);
		return;
	}
	json_put(q->a, q->view, S("result"), r);
	page_show(q, "result", tr(q, "您需要的", "What you need"), 200);
}

// The list taken along: a number for the window, or a message to one's own phone.
static void carry(struct page *q)
{
	struct json *in = page_in(q, "what", page_param(q, 0)), *show = page_in(q, "what", page_param(q, 0)), *reply, *note = json_obj(q->a);
	struct str answers = page_form(q, "answers");
	bool send = str_is(page_form(q, "do"), "send");
	if (answers.n) page_set(q, in, "answers", answers), page_set(q, show, "answers", answers);
	if (failed(q, page_write(q, send ? "guide.send" : "guide.carry", in, &reply))) return;
	struct str code = json_text(json_get(reply, S("code")));
	if (failed(q, page_op(q, "guide.question", show, &reply))) return;
	struct json *r = json_get(reply, S("result"));
	if (!r) {
		question_of(q, answers, S(""), 200);
		return;
	}
	json_put(q->a, q->view, S("result"), r);
	page_set(q, note, "kind", S("ok"));
	page_set(q, note, "text", send ? tr(q, "清单已发到您的手机。", "The list was sent to your phone.") : str_fmt(q->a, q->english
		? "Your number is " STR_FMT ". Tell it at any window within 30 days: your answers need not be given again." : "您的清单号是 " STR_FMT "。30 天内到任何窗口报这个号，不用再回答一遍问题。", STR_ARG(code)));
	q->notices = json_arr(q->a);
	json_add(q->a, q->notices, note);
	page_show(q, "result", tr(q, "您需要的", "What you need"), 200);
}

// ---- signing in ----

static void sign_in_show(struct page *q, struct str account, struct err *e, int status)
{
	struct json *s = json_obj(q->a), *choices, *list = json_arr(q->a);
	struct str next = page_form(q, "next").n ? page_form(q, "next") : page_query(q, "next");
	page_set(q, s, "next", next);
	page_set(q, s, "account", account);
	if (e) page_set(q, s, "password_error", err_text(q->a, e, q->english));
	if (next.n) page_set(q, s, "reason", tr(q, "登录后继续。", "Sign in to go on."));
	if (!page_op(q, "session.choices", page_in(q, NULL, S("")), &choices)) {
		struct json *people = json_get(choices, S("people"));
		for (uint32_t i = 0; i < json_count(people); i++) {
			struct json *o = json_obj(q->a);
			page_set(q, o, "id", json_text(json_get(people->item[i], S("login"))));
			page_set(q, o, "name", json_text(json_get(people->item[i], S("name"))));
			page_set(q, o, "note", json_text(json_get(people->item[i], S("about"))));
			page_set(q, o, "group", str_is(json_text(json_get(people->item[i], S("kind"))), "staff") ? S("staff") : S("person"));
			json_add(q->a, list, o);
		}
	}
	json_put(q->a, s, S("identities"), list);
	json_put(q->a, q->view, S("sign_in"), s);
	q->errors = e;
	page_show(q, "sign-in", tr(q, "登录", "Sign in"), status);
}

static void sign_in_get(struct page *q)
{
	sign_in_show(q, S(""), NULL, 200);
}

// Only ways inside this site: no scheme, no //host.
static struct str inside(struct page *q, struct str next, struct str otherwise)
{
	bool good = str_starts(next, S("/")) && !str_starts(next, S("//")) && str_find(next, S("\\")) < 0;
	if (good && q->base.n && str_starts(next, q->base)) next = str_from(next, q->base.n);
	return good && next.n ? next : otherwise;
}

static void sign_in_post(struct page *q)
{
	struct str login = page_form(q, "account"), password = page_form(q, "password"), identity = page_form(q, "identity");
	struct json *in = page_in(q, "login", identity.n ? identity : login), *reply;
	if (!identity.n) page_set(q, in, "password", password);
	struct err *e = page_op(q, identity.n ? "session.pick" : "session.sign_in", in, &reply);
	if (e) {
		sign_in_show(q, login, e, err_status(e->code));
		return;
	}
	bool staff = str_is(json_text(json_get(reply, S("kind"))), "staff");
	page_go(q, inside(q, page_form(q, "next"), staff ? S("/staff") : S("/")));
}

static void sign_out(struct page *q)
{
	if (failed(q, page_op(q, "session.sign_out", page_in(q, NULL, S("")), NULL))) return;
	page_go(q, S("/"));
}

// ---- filling in ----

static void apply_start(struct page *q)
{
	struct json *in = page_in(q, "what", page_form(q, "code")), *reply;
	if (page_form(q, "answers").n) page_set(q, in, "answers", page_form(q, "answers"));
	if (!q->actor.account) {
		struct buf b = buf_new(q->a), next = buf_new(q->a);
		url_encode(&b, page_form(q, "answers"));
		url_encode(&next, str_fmt(q->a, "/guide/" STR_FMT "/result?answers=" STR_FMT, STR_ARG(page_form(q, "code")), STR_ARG(buf_str(&b))));
		page_go(q, str_fmt(q->a, "/sign-in?next=" STR_FMT, STR_ARG(buf_str(&next))));
		return;
	}
	struct err *e = page_write(q, "draft.start", in, &reply);
	if (e && e->code == E_CASE_ANSWERS) {
		page_go(q, str_fmt(q->a, "/guide/" STR_FMT "/questions/1", STR_ARG(page_form(q, "code"))));
		return;
	}
	if (failed(q, e)) return;
	page_go(q, str_fmt(q->a, "/apply/" STR_FMT, STR_ARG(json_text(json_get(reply, S("case"))))));
}

static void tasks(struct page *q)
{
	if (failed(q, page_read(q, "application", "draft.get", page_in(q, "case", page_param(q, 0))))) return;
	if (str_is(text(q, "application.state"), "signing")) {
		page_go(q, str_fmt(q->a, "/apply/" STR_FMT "/signers", STR_ARG(page_param(q, 0))));
		return;
	}
	page_show(q, "tasks", tr(q, "申报", "Application"), 200);
}

static bool is_delivery(struct page *q)
{
	return str_is(page_param(q, 1), "delivery");
}

static struct err *form_view(struct page *q)
{
	struct json *in = page_in(q, "case", page_param(q, 0));
	if (is_delivery(q)) return page_read(q, "form", "draft.delivery_page", in);
	page_set(q, in, "page", page_param(q, 1));
	return page_read(q, "form", "draft.page", in);
}

static void form_get(struct page *q)
{
	if (failed(q, form_view(q))) return;
	page_show(q, "form", text(q, "form.title"), 200);
}

// What was typed and what is wrong with it, laid over the page as it was.
static void overlay_field(struct page *q, struct json *f)
{
	struct str key = json_text(json_get(f, S("key"))), typed = url_get(&q->form, key);
	if (json_is_true(json_get(f, S("readonly")))) return;
	if (typed.p) page_set(q, f, "value", typed);
	struct json *options = json_get(f, S("options"));
	for (uint32_t i = 0; i < json_count(options); i++)
		json_put(q->a, options->item[i], S("selected"), json_bool(q->a, typed.p && str_eq(typed, json_text(json_get(options->item[i], S("value"))))));
	for (const struct err *e = q->errors; e; e = e->next)
		if (str_eq(e->field, key)) {
			page_set(q, f, "error", err_text(q->a, e, q->english));
			json_put(q->a, f, S("typed"), json_bool(q->a, false));     // our words, no longer the office's
		}
}

static void overlay(struct page *q, struct json *form)
{
	struct json *fields = json_get(form, S("fields")), *groups = json_get(form, S("groups"));
	for (uint32_t i = 0; i < json_count(fields); i++) overlay_field(q, fields->item[i]);
	for (uint32_t g = 0; g < json_count(groups); g++) {
		struct json *list = json_get(groups->item[g], S("fields"));
		for (uint32_t i = 0; i < json_count(list); i++) overlay_field(q, list->item[i]);
	}
}

static bool ours(struct str key)
{
	return !str_is(key, "csrf") && !str_is(key, "form_id") && !str_is(key, "do");
}

static void form_post(struct page *q)
{
	struct json *in = page_in(q, "case", page_param(q, 0)), *values = json_obj(q->a), *reply;
	bool autosave = str_is(page_form(q, "do"), "autosave");
	for (uint32_t i = 0; i < q->form.n; i++)
		if (ours(q->form.item[i].key)) page_set(q, is_delivery(q) ? in : values, str_z(q->a, q->form.item[i].key), q->form.item[i].value);
	if (!is_delivery(q)) {
		page_set(q, in, "page", page_param(q, 1));
		json_put(q->a, in, S("values"), values);
	}
	struct err *e = page_write(q, is_delivery(q) ? "draft.delivery" : "draft.save", in, &reply);
	if (autosave) {
		page_bytes(q, e ? err_status(e->code) : 204, S("text/plain"), S(""));
		return;
	}
	if (e && e->field.n) {
		if (failed(q, form_view(q))) return;
		q->errors = e;
		overlay(q, view(q, "form"));
		page_show(q, "form", text(q, "form.title"), 400);
		return;
	}
	if (failed(q, e)) return;
	struct str next = json_text(json_get(reply, S("next")));
	if (str_is(page_form(q, "do"), "later") || is_delivery(q) || !next.n) page_go(q, str_fmt(q->a, "/apply/" STR_FMT, STR_ARG(page_param(q, 0))));
	else page_go(q, str_fmt(q->a, "/apply/" STR_FMT "/" STR_FMT, STR_ARG(page_param(q, 0)), STR_ARG(next)));
}

static void materials(struct page *q)
{
	if (failed(q, page_read(q, "materials", "draft.materials", page_in(q, "case", page_param(q, 0))))) return;
	page_show(q, "materials", tr(q, "材料", "Materials"), q->errors ? 400 : 200);
}

// One tile's post: a file, or what to do about one. Used by drafts and by corrections.
static struct err *material_do(struct page *q, struct str id)
{
	struct str what = page_form(q, "do");
	struct json *in = page_in(q, "case", id);
	if (str_is(what, "remove")) {
		page_set(q, in, "file", page_form(q, "file"));
		return page_write(q, "draft.drop_file", in, NULL);
	}
	page_set(q, in, "material", page_param(q, 1));
	if (str_is(what, "skip_certificate") || str_is(what, "use_certificate")) {
		json_put(q->a, in, S("use"), json_bool(q->a, str_is(what, "use_certificate")));
		return page_write(q, "draft.use_certificate", in, NULL);
	}
	return q->up.err ? q->up.err : page_write(q, "draft.upload", in, NULL);
}

// A script that sent the last piece stays on its page: a redirect would carry its headers along.
static void material_done(struct page *q, struct str href)
{
	if (http_get_header(q->r, S("upload-id")).n) page_bytes(q, 204, S("text/plain"), S(""));
	else page_go(q, href);
}

static void material_post(struct page *q)
{
	struct err *e = material_do(q, page_param(q, 0));
	if (e && !err_is_world(e->code) && e->code != E_NOT_FOUND && e->code != E_SIGN_IN) {
		e->field = str_fmt(q->a, "material-" STR_FMT, STR_ARG(page_param(q, 1)));
		q->errors = e;
		materials(q);
		return;
	}
	if (failed(q, e)) return;
	material_done(q, str_fmt(q->a, "/apply/" STR_FMT "/materials#f-material-" STR_FMT, STR_ARG(page_param(q, 0)), STR_ARG(page_param(q, 1))));
}

static void check_get(struct page *q)
{
	if (failed(q, page_read(q, "check", "draft.check", page_in(q, "case", page_param(q, 0))))) return;
	page_show(q, "check", tr(q, "核对信息", "Check your answers"), q->errors ? 400 : 200);
}

static void after_submit(struct page *q, struct json *reply)
{
	struct str number = json_text(json_get(reply, S("number")));
	if (number.n) page_go(q, str_fmt(q->a, "/case/" STR_FMT "/done", STR_ARG(number)));
	else page_go(q, str_fmt(q->a, "/apply/" STR_FMT "/signers", STR_ARG(page_param(q, 0))));
}

static void check_post(struct page *q)
{
	struct json *in = page_in(q, "case", page_param(q, 0)), *reply;
	page_set(q, in, "declared", page_form(q, "declared").n ? S("true") : S("false"));
	if (page_form(q, "by_person").n) page_set(q, in, "by_person", S("true"));
	struct err *e = page_write(q, "draft.submit", in, &reply);
	if (e && e->field.n) {
		q->errors = e;
		check_get(q);
		return;
	}
	if (!failed(q, e)) after_submit(q, reply);
}

static void discard(struct page *q)
{
	if (failed(q, page_write(q, "draft.drop", page_in(q, "case", page_param(q, 0)), NULL))) return;
	page_go(q, S("/cases"));
}

// ---- signatories ----

static void signers_get(struct page *q)
{
	if (failed(q, page_read(q, "signers", "sign.waiting", page_in(q, "case", page_param(q, 0))))) return;
	if (q->errors) {
		page_set(q, view(q, "signers"), "signer", page_form(q, "signer"));
		page_set(q, view(q, "signers"), "document", page_form(q, "document"));
		page_set(q, view(q, "signers"), "error", err_text(q->a, q->errors, q->english));
	}
	page_show(q, "signers", tr(q, "等待各方确认", "Waiting for confirmations"), q->errors ? 400 : 200);
}

static void signers_post(struct page *q)
{
	struct json *in = page_in(q, "case", page_param(q, 0)), *reply;
	struct err *e;
	if (str_is(page_form(q, "do"), "recall")) {
		e = page_write(q, "sign.recall", in, &reply);
		if (failed(q, e)) return;
		page_go(q, str_fmt(q->a, "/apply/" STR_FMT, STR_ARG(page_param(q, 0))));
		return;
	}
	if (str_is(page_form(q, "do"), "at_window")) {
		page_set(q, in, "role", page_form(q, "signer"));
		page_set(q, in, "digest", page_form(q, "digest"));
		page_set(q, in, "document", page_form(q, "document"));
		e = page_write(q, "sign.at_window", in, &reply);
		if (e && !err_is_world(e->code) && e->code != E_NOT_FOUND) {
			e->field = str_fmt(q->a, "document-" STR_FMT, STR_ARG(page_form(q, "signer")));
			q->errors = e;
			signers_get(q);
			return;
		}
		if (failed(q, e)) return;
		if (json_text(json_get(reply, S("number"))).n) page_go(q, str_fmt(q->a, "/desk/" STR_FMT, STR_ARG(page_param(q, 0))));
		else page_go(q, str_fmt(q->a, "/apply/" STR_FMT "/signers", STR_ARG(page_param(q, 0))));
		return;
	}
	signers_get(q);
}

static void invite(struct page *q)
{
	if (failed(q, page_read(q, "invite", "sign.invitation", page_in(q, "token", page_param(q, 0))))) return;
	page_show(q, "invite", tr(q, "请您确认一件申请", "Please confirm an application"), 200);
}

static bool digits(struct str s)
{
	int64_t n;
	return str_int(s, &n) && n > 0;
}

static void confirm_get(struct page *q)
{
	struct json *reply;
	struct str id = page_param(q, 0);
	if (!digits(id)) {
		if (failed(q, page_op(q, "sign.open", page_in(q, "token", id), &reply))) return;
		page_go(q, str_fmt(q->a, "/sign/" STR_FMT "/confirm", STR_ARG(json_text(json_get(reply, S("case"))))));
		return;
	}
	if (failed(q, page_read(q, "confirm", "sign.get", page_in(q, "case", id)))) return;
	for (const struct err *e = q->errors; e; e = e->next)
		page_set(q, view(q, "confirm"), str_is(e->field, "reason") ? "reason_error" : "error", err_text(q->a, e, q->english));
	page_show(q, "confirm", tr(q, "确认申请", "Confirm"), q->errors ? 400 : 200);
}

static void confirm_post(struct page *q)
{
	struct json *in = page_in(q, "case", page_param(q, 0)), *reply;
	struct err *e;
	if (str_is(page_form(q, "do"), "decline")) {
		page_set(q, in, "reason", page_form(q, "reason"));
		e = page_write(q, "sign.refuse", in, &reply);
	} else {
		// The digest of what was shown: if the application changed since, the confirmation is refused.
		page_set(q, in, "digest", page_form(q, "digest"));
		page_set(q, in, "declared", page_form(q, "declared").n ? S("true") : S("false"));
		e = page_write(q, "sign.confirm", in, &reply);
	}
	if (e && e->field.n) {
		q->errors = e;
		confirm_get(q);
		return;
	}
	if (failed(q, e)) return;
	struct str number = json_text(json_get(reply, S("number")));
	page_go(q, number.n ? str_fmt(q->a, "/case/" STR_FMT, STR_ARG(number)) : S("/"));
}

// ---- cases ----

static struct err *case_id(struct page *q, struct str *id)
{
	struct json *reply;
	struct str no = page_param(q, 0), root = str_cut(&no, S("-"));
	struct err *e = page_op(q, "case.find", page_in(q, "number", root), &reply);
	if (!e) *id = json_text(json_get(reply, S("case")));
	return e;
}

static void case_show(struct page *q, const char *alias, const char *op, const char *template, struct str title)
{
	struct str id;
	if (failed(q, case_id(q, &id))) return;
	if (failed(q, page_read(q, alias, op, page_in(q, "case", id)))) return;
	page_show(q, template, title, q->errors ? 400 : 200);
}

static void cases(struct page *q)
{
	struct json *in = json_obj(q->a);
	static const char *const states[] = {"open", "todo", "closed", "draft"};
	if (page_query(q, "after").n) page_set(q, in, "after", page_query(q, "after"));
	for (size_t i = 0; i < countof(states); i++)
		if (str_eq(page_query(q, "state"), str_of(states[i]))) page_set(q, in, "state", page_query(q, "state"));
	if (failed(q, page_read(q, "cases", "case.list", in))) return;
	page_show(q, "cases", tr(q, "我的办件", "My cases"), 200);
}

static void case_page(struct page *q) { case_show(q, "case", "case.get", "case", tr(q, "办件进度", "Progress")); }
static void case_flow(struct page *q) { case_show(q, "flow", "case.flow", "case-flow", tr(q, "流程图", "The process")); }
static void done(struct page *q) { case_show(q, "done", "case.done", "done", tr(q, "已提交", "Submitted")); }
static void correction(struct page *q) { case_show(q, "correction", "case.correction", "correction", tr(q, "补正", "Correct")); }
static void withdraw_get(struct page *q) { case_show(q, "withdraw", "case.withdrawal", "withdraw", tr(q, "撤回申请", "Withdraw")); }
static void rate_get(struct page *q) { case_show(q, "rate", "case.rating", "rate", tr(q, "评价", "Rate")); }

static void correction_post(struct page *q)
{
	struct str id;
	struct json *in, *values = json_obj(q->a), *reply;
	if (failed(q, case_id(q, &id))) return;
	in = page_in(q, "case", id);
	for (uint32_t i = 0; i < q->form.n; i++)
		if (ours(q->form.item[i].key)) page_set(q, values, str_z(q->a, q->form.item[i].key), q->form.item[i].value);
	json_put(q->a, in, S("values"), values);
	struct err *e = json_count(values) ? page_write(q, "case.correct", in, &reply) : NULL;
	if (!e && !str_is(page_form(q, "do"), "later")) e = page_write(q, "case.resubmit", page_in(q, "case", id), &reply);
	if (e && e->field.n) {
		q->errors = e;
		correction(q);
		return;
	}
	if (failed(q, e)) return;
	page_go(q, str_fmt(q->a, "/case/" STR_FMT, STR_ARG(page_param(q, 0))));
}

static void correction_material(struct page *q)
{
	struct str id;
	if (failed(q, case_id(q, &id))) return;
	struct err *e = material_do(q, id);
	if (e && !err_is_world(e->code) && e->code != E_NOT_FOUND && e->code != E_SIGN_IN) {
		e->field = str_fmt(q->a, "material-" STR_FMT, STR_ARG(page_param(q, 1)));
		q->errors = e;
		correction(q);
		return;
	}
	if (failed(q, e)) return;
	material_done(q, str_fmt(q->a, "/case/" STR_FMT "/correction#f-material-" STR_FMT, STR_ARG(page_param(q, 0)), STR_ARG(page_param(q, 1))));
}

static void withdraw_post(struct page *q)
{
	struct str id;
	if (failed(q, case_id(q, &id))) return;
	struct json *in = page_in(q, "case", id);
	page_set(q, in, "reason", page_form(q, "reason"));
	if (page_form(q, "item").n) page_set(q, in, "item", page_form(q, "item"));
	struct err *e = page_write(q, "case.withdraw", in, NULL);
	if (e && e->field.n) {
		q->errors = e;
		withdraw_get(q);
		return;
	}
	if (failed(q, e)) return;
	page_go(q, str_fmt(q->a, "/case/" STR_FMT, STR_ARG(page_param(q, 0))));
}

static void rate_post(struct page *q)
{
	struct str id;
	if (failed(q, case_id(q, &id))) return;
	struct json *in = page_in(q, "case", id);
	struct buf tags = buf_new(q->a);
	for (uint32_t i = 0; i < q->form.n; i++)
		if (str_is(q->form.item[i].key, "tags")) buf_fmt(&tags, "%s" STR_FMT, tags.n ? "," : "", STR_ARG(q->form.item[i].value));
	page_set(q, in, "level", page_form(q, "level").n ? page_form(q, "level") : S("0"));
	page_set(q, in, "tags", buf_str(&tags));
	page_set(q, in, "comment", page_form(q, "comment"));
	struct err *e = page_write(q, "case.rate", in, NULL);
	if (e && e->field.n) {
		// The same page with what was chosen and typed.
		q->errors = e;
		if (failed(q, page_read(q, "rate", "case.rating", page_in(q, "case", id)))) return;
		struct json *rate = view(q, "rate"), *list = json_get(rate, S("tags"));
		page_set(q, rate, str_is(e->field, "tags") ? "tags_error" : "error", err_text(q->a, e, q->english));
		page_set(q, rate, "level", page_form(q, "level"));
		page_set(q, rate, "comment", page_form(q, "comment"));
		for (uint32_t i = 0; i < q->form.n; i++)
			for (uint32_t k = 0; str_is(q->form.item[i].key, "tags") && k < json_count(list); k++)
				if (str_eq(q->form.item[i].value, json_text(json_get(list->item[k], S("value"))))) json_put(q->a, list->item[k], S("selected"), json_bool(q->a, true));
		page_show(q, "rate", tr(q, "评价", "Rate"), 400);
		return;
	}
	if (failed(q, e)) return;
	page_go(q, str_fmt(q->a, "/case/" STR_FMT "/rate", STR_ARG(page_param(q, 0))));
}

// ---- paying: the sandbox cashier stands in for the gateway's own page ----

static void pay_get(struct page *q)
{
	if (failed(q, page_read(q, "pay", "pay.get", page_in(q, "order", page_param(q, 0))))) return;
	page_show(q, "pay", tr(q, "缴费", "Pay"), 200);
}

static void pay_post(struct page *q)
{
	struct json *order, *in = json_obj(q->a);
	int64_t fen = 0;
	if (str_is(page_form(q, "do"), "renew")) {
		struct err *no = page_op(q, "pay.renew", page_in(q, "order", page_param(q, 0)), &order);
		if (!failed(q, no)) page_go(q, str_fmt(q->a, "/pay/" STR_FMT, STR_ARG(json_text(json_get(order, S("order"))))));
		return;
	}
	struct err *e = page_op(q, "pay.start", page_in(q, "order", page_param(q, 0)), NULL);
	if (!e) e = page_op(q, "pay.get", page_in(q, "order", page_param(q, 0)), &order);
	if (failed(q, e)) return;
	if (!str_is(page_form(q, "do"), "pay")) {
		page_set(q, order, "state", S("failed"));
		page_set(q, order, "reason", tr(q, "您取消了支付，可以再试一次。", "You cancelled the payment; you can try again."));
		json_put(q->a, q->view, S("pay"), order);
		page_show(q, "pay", tr(q, "缴费", "Pay"), 200);
		return;
	}
	// From here on the gateway speaks: a signed notification, as it would come from outside.
	struct json *body = json_obj(q->a);
	struct buf text = buf_new(q->a);
	struct plan p = {.a = q->a, .domain = q->w->app->domain};
	json_int(json_get(order, S("fen")), &fen);
	page_set(q, body, "order", page_param(q, 0));
	json_put(q->a, body, S("amount_fen"), json_num(q->a, fen));
	page_set(q, body, "gateway_no", str_fmt(q->a, "SB" STR_FMT, STR_ARG(page_param(q, 0))));
	struct json *book = page_in(q, "kind", S("paid"));
	page_set(q, book, "order", page_param(q, 0));
	json_put(q->a, book, S("amount_fen"), json_num(q->a, fen));
	page_set(q, book, "gateway_no", str_fmt(q->a, "SB" STR_FMT, STR_ARG(page_param(q, 0))));
	struct op_request taken = {.name = S("pay.book"), .actor = {.roles = 1u << ROLE_SYSTEM, .via = VIA_API}, .in = book, .a = q->a};
	op_call(q->w->app, &taken);
	if (failed(q, taken.err)) return;
	page_set(q, body, "result", S("paid"));
	json_print(&text, body);
	page_set(q, in, "body", buf_str(&text));
	page_set(q, in, "signature", pay_sign(&p, buf_str(&text)));
	struct op_request r = {.name = S("pay.callback"), .actor = {.roles = 1u << ROLE_PUBLIC, .via = VIA_API, .english = q->english}, .in = in, .a = q->a};
	op_call(q->w->app, &r);
	if (failed(q, r.err)) return;
	page_go(q, str_fmt(q->a, "/pay/" STR_FMT, STR_ARG(page_param(q, 0))));
}

// ---- certificates, verification, files ----

static void verify(struct page *q)
{
	struct str code = page_param(q, 0).n ? page_param(q, 0) : page_query(q, "code");
	if (code.n) {
		if (failed(q, page_read(q, "verify", "cert.verify", page_in(q, "code", code)))) return;
	} else {
		json_put(q->a, q->view, S("verify"), page_in(q, "state", S("none")));
	}
	page_show(q, "verify", tr(q, "证照验真", "Verify"), 200);
}

static void certificates(struct page *q)
{
	if (failed(q, page_read(q, "certificates", "cert.list", page_in(q, NULL, S(""))))) return;
	page_show(q, "certificates", tr(q, "我的证照", "My certificates"), 200);
}

static void bytes_out(struct page *q, const char *op, const char *key, struct str id)
{
	if (str_ends(id, S(".pdf"))) id = str_part(id, 0, id.n - 4);
	struct op_request r = {.name = str_of(op), .actor = q->actor, .in = page_in(q, key, id), .a = q->a};
	op_call(q->w->app, &r);
	if (r.err) {
		page_error(q, r.err);
		return;
	}
	page_stream(q, &r.out_stream);
}

static void notice(struct page *q)
{
	struct op_request r = {.name = S("guide.notice"), .actor = q->actor, .in = page_in(q, "what", page_param(q, 0)), .a = q->a};
	r.actor.english = q->english;
	if (page_query(q, "answers").n) page_set(q, r.in, "answers", page_query(q, "answers"));
	op_call(q->w->app, &r);
	if (r.err) page_error(q, r.err);
	else page_stream(q, &r.out_stream);
}

// 证照百科
static void certificate_types(struct page *q)
{
	if (failed(q, page_read(q, "types", "certificate.types", page_in(q, NULL, S(""))))) return;
	page_show(q, "certificate-types", tr(q, "证照百科", "Certificates explained"), 200);
}

static void certificate_type(struct page *q)
{
	if (failed(q, page_read(q, "type", "certificate.type", page_in(q, "code", page_param(q, 0))))) return;
	page_show(q, "certificate-type", text(q, "type.name"), 200);
}

static void file(struct page *q) { bytes_out(q, "file.get", "file", page_param(q, 0)); }
static void paper(struct page *q) { bytes_out(q, "paper.get", "paper", page_param(q, 0)); }
static void certificate(struct page *q) { bytes_out(q, "cert.pdf", "certificate", page_param(q, 0)); }

// ---- modes ----

static void mode_set(struct page *q, bool elder, bool contrast, struct str next)
{
	struct http_header h[] = {
		{S("Set-Cookie"), elder ? S("mode=elder; Path=/; SameSite=Lax; Max-Age=31536000") : S("mode=; Path=/; SameSite=Lax; Max-Age=0")},
		{S("Set-Cookie"), contrast ? S("contrast=1; Path=/; SameSite=Lax; Max-Age=31536000") : S("contrast=; Path=/; SameSite=Lax; Max-Age=0")},
		{S("Location"), str_fmt(q->a, STR_FMT STR_FMT, STR_ARG(q->base), STR_ARG(inside(q, next, S("/"))))}};
	struct http_answer a = {.status = 303, .header = h, .headers = countof(h)};
	http_reply(q->r, &a);
}

static void mode_get(struct page *q)
{
	if (page_query(q, "elder").n) {
		mode_set(q, str_is(page_query(q, "elder"), "1"), q->contrast, page_query(q, "next"));
		return;
	}
	json_put(q->a, q->view, S("mode"), page_in(q, "next", page_query(q, "next")));
	page_show(q, "mode", tr(q, "显示方式", "Display"), 200);
}

static void mode_post(struct page *q)
{
	mode_set(q, str_is(page_form(q, "mode"), "elder"), page_form(q, "contrast").n != 0, page_form(q, "next"));
}

static void api_page(struct page *q)
{
	if (failed(q, page_read(q, "api", "api.list", page_in(q, NULL, S(""))))) return;
	page_show(q, "api", tr(q, "接口说明", "API reference"), 200);
}

// Every component in its states, for those who build pages; only where nobody real is served.
static void gallery(struct page *q)
{
	struct str text;
	struct json *sample;
	if (!q->w->app->domain->demo || !asset_text(S("gallery.json"), &text) || json_parse(q->a, text, (struct json_limits){0}, &sample)) {
		page_error(q, err_arg(q->a, E_NOT_FOUND, tr(q, "这个页面", "This page")));
		return;
	}
	json_put(q->a, q->view, S("ui"), json_get(sample, S("ui")));
	page_show(q, "ui", tr(q, "组件", "Components"), 200);
}

static void accessibility(struct page *q)
{
	page_show(q, "accessibility", tr(q, "无障碍声明", "Accessibility"), 200);
}

// An enquiry is asked by one press; the answer has an address of its own, so that a reload asks nothing again.
static void query_get(struct page *q)
{
	struct json *in = page_in(q, "what", page_param(q, 0));
	if (page_query(q, "answer").n) page_set(q, in, "answer", page_query(q, "answer"));
	if (failed(q, page_read(q, "query", "query.get", in))) return;
	page_show(q, "query", text(q, "query.name"), 200);
}

static void query_post(struct page *q)
{
	struct json *reply;
	if (failed(q, page_write(q, "query.run", page_in(q, "what", page_param(q, 0)), &reply))) return;
	struct str id = json_text(json_path(reply, "answer.id"));
	if (id.n) {
		page_go(q, str_fmt(q->a, "/query/" STR_FMT "?answer=" STR_FMT, STR_ARG(page_param(q, 0)), STR_ARG(id)));
		return;
	}
	json_put(q->a, q->view, S("query"), reply);
	page_show(q, "query", text(q, "query.name"), 200);
}

static void instant(struct page *q)
{
	if (failed(q, page_read(q, "instant", "guide.instant", page_in(q, NULL, S(""))))) return;
	page_show(q, "instant", tr(q, "秒批专区", "Done at once"), 200);
}

static void rectified_post(struct page *q)
{
	struct json *in = page_in(q, "rectification", page_form(q, "rectification"));
	int64_t level = 0;
	if (!str_int(page_form(q, "level"), &level)) level = 0;
	json_put(q->a, in, S("level"), json_num(q->a, level));
	struct err *e = page_write(q, "rectify.rate", in, NULL);
	if (e && !e->field.n && failed(q, e)) return;
	page_go(q, str_fmt(q->a, "/case/" STR_FMT "#rectification", STR_ARG(page_param(q, 0))));
}

// ---- messages ----

static void messages(struct page *q)
{
	struct json *in = json_obj(q->a);
	if (page_query(q, "after").n) page_set(q, in, "after", page_query(q, "after"));
	if (str_is(page_query(q, "state"), "unread")) page_set(q, in, "state", S("unread"));
	if (failed(q, page_read(q, "messages", "notice.mine", in))) return;
	page_show(q, "messages", tr(q, "我的消息", "My messages"), 200);
}

static void message(struct page *q)
{
	if (failed(q, page_read(q, "message", "notice.get", page_in(q, "message", page_param(q, 0))))) return;
	// Opening it is reading it; a store that cannot write that down still shows the message.
	struct err *e = json_is_true(json_path(q->view, "message.read")) ? NULL : page_op(q, "notice.read", page_in(q, "message", page_param(q, 0)), NULL);
	(void)e;
	page_show(q, "message", text(q, "message.title"), 200);
}

static void review_post(struct page *q)
{
	struct json *found;
	if (failed(q, page_op(q, "case.find", page_in(q, "number", page_param(q, 0)), &found))) return;
	struct json *in = page_in(q, "case", json_text(json_get(found, S("case"))));
	if (page_form(q, "words").n) page_set(q, in, "words", page_form(q, "words"));
	if (failed(q, page_write(q, "case.review_request", in, NULL))) return;
	page_go(q, str_fmt(q->a, "/case/" STR_FMT "#machine", STR_ARG(page_param(q, 0))));
}

const struct route public_routes[] = {
	{"GET", "/instant", instant, false}, {"POST", "/case/{}/review", review_post, false},
	{"GET", "/", home, false}, {"GET", "/search", search, false}, {"GET", "/suggest", suggest, false},
	{"GET", "/guide/{}", guide_page, false}, {"GET", "/guide/{}/questions", question_get, false}, {"GET", "/guide/{}/questions/{}", question_get, false},
	{"POST", "/guide/{}/questions/{}", question_post, false}, {"GET", "/guide/{}/result", result, false}, {"GET", "/guide/{}/notice.pdf", notice, false},
	{"GET", "/sign-in", sign_in_get, false}, {"POST", "/sign-in", sign_in_post, false}, {"POST", "/sign-out", sign_out, false},
	{"POST", "/apply", apply_start, false}, {"GET", "/apply/{}", tasks, false}, {"GET", "/apply/{}/materials", materials, false},
	{"POST", "/apply/{}/materials/{}", material_post, false}, {"GET", "/apply/{}/check", check_get, false}, {"POST", "/apply/{}/check", check_post, false},
	{"POST", "/apply/{}/delete", discard, false}, {"GET", "/apply/{}/signers", signers_get, false}, {"POST", "/apply/{}/signers", signers_post, false},
	{"GET", "/apply/{}/{}", form_get, false}, {"POST", "/apply/{}/{}", form_post, false},
	{"GET", "/sign/{}", invite, false}, {"GET", "/sign/{}/confirm", confirm_get, false}, {"POST", "/sign/{}/confirm", confirm_post, false},
	{"POST", "/case/{}/rectification", rectified_post, false},
	{"GET", "/messages", messages, false}, {"GET", "/messages/{}", message, false},
	{"GET", "/cases", cases, false}, {"GET", "/case/{}", case_page, false}, {"GET", "/case/{}/done", done, false}, {"GET", "/case/{}/flow", case_flow, false},
	{"GET", "/case/{}/correction", correction, false}, {"POST", "/case/{}/correction", correction_post, false},
	{"POST", "/case/{}/materials/{}", correction_material, false}, {"GET", "/case/{}/withdraw", withdraw_get, false},
	{"POST", "/case/{}/withdraw", withdraw_post, false}, {"GET", "/case/{}/rate", rate_get, false}, {"POST", "/case/{}/rate", rate_post, false},
	{"GET", "/pay/{}", pay_get, false}, {"POST", "/pay/{}", pay_post, false}, {"GET", "/verify", verify, false}, {"GET", "/verify/{}", verify, false},
	{"GET", "/certificates", certificates, false}, {"GET", "/certificates/types", certificate_types, false}, {"GET", "/certificates/types/{}", certificate_type, false},
	{"POST", "/guide/{}/carry", carry, false}, {"GET", "/certificates/{}", certificate, false}, {"GET", "/files/{}", file, false},
	{"GET", "/papers/{}", paper, false}, {"GET", "/query/{}", query_get, false}, {"POST", "/query/{}", query_post, false}, {"GET", "/mode", mode_get, false}, {"POST", "/mode", mode_post, false}, {"GET", "/accessibility", accessibility, false}, {"GET", "/api", api_page, false}, {"GET", "/dev/ui", gallery, false},
};
const size_t public_routes_n = countof(public_routes);
