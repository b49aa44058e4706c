// pages_staff.c — the window's workbench, the offices' work list and split view.
#include "web/page.h"

static bool failed(struct page *q, struct err *e)
{
	if (e) page_error(q, e);
	return e != NULL;
}

static void staff_home(struct page *q)
{
	bool watch = (q->actor.roles >> ROLE_SUPERVISOR) & 1 || (q->actor.roles >> ROLE_ADMIN) & 1, keeper = (q->actor.roles >> ROLE_EDITOR) & 1 || (q->actor.roles >> ROLE_PUBLISHER) & 1;
	page_go(q, (q->actor.roles >> ROLE_CLERK) & 1 ? S("/desk") : (q->actor.roles >> ROLE_APPROVER) & 1 ? S("/office") : watch ? S("/watch") : keeper ? S("/catalogue") : S("/"));
}

static bool number(struct str s)
{
	int64_t n;
	return str_int(s, &n) && n > 0;
}

// ---- the workbench ----

static void copy_query(struct page *q, struct json *in, const char *key)
{
	if (page_query(q, key).n) page_set(q, in, key, page_query(q, key));
}

static void wizard(struct page *q, struct json *in)
{
	struct err *e = page_read(q, "desk", "desk.wizard", in);
	if (e && e->field.n) {
		// The posted applicant was wrong: the same step again, with what was typed.
		q->errors = e;
		struct json *plain = page_in(q, "receipt", json_text(json_get(in, S("receipt"))));
		page_set(q, plain, "step", S("applicant"));
		e = page_read(q, "desk", "desk.wizard", plain);
		struct json *fields = json_path(q->view, "desk.applicant_fields");
		for (uint32_t i = 0; i < json_count(fields); i++) {
			struct str key = json_text(json_get(fields->item[i], S("key")));
			page_set(q, fields->item[i], "value", page_form(q, str_z(q->a, key)));
			for (const struct err *x = q->errors; x; x = x->next)
				if (str_eq(x->field, key)) page_set(q, fields->item[i], "error", err_text(q->a, x, q->english));
		}
	}
	if (failed(q, e)) return;
	page_show(q, "desk", S("受理台"), q->errors ? 400 : 200);
}

static void desk(struct page *q)
{
	wizard(q, page_in(q, "receipt", S("new")));
}

static void desk_get(struct page *q)
{
	struct str id = page_param(q, 0);
	if (number(id)) {
		if (failed(q, page_read(q, "desk", "desk.case", page_in(q, "case", id)))) return;
		struct str step = page_query(q, "step");
		if (str_is(step, "material") || str_is(step, "accept")) page_set(q, json_get(q->view, S("desk")), "step", step);
		int64_t m;
		if (str_int(page_query(q, "material"), &m)) json_put(q->a, json_get(q->view, S("desk")), S("material"), json_num(q->a, m));
		page_show(q, "desk", S("受理台"), q->errors ? 400 : 200);
		return;
	}
	struct json *in = page_in(q, "receipt", id);
	copy_query(q, in, "step");
	copy_query(q, in, "q");
	wizard(q, in);
}

static void go_desk(struct page *q, struct json *reply)
{
	struct str next = json_text(json_get(reply, S("next")));
	page_go(q, next.n ? str_fmt(q->a, "/desk/" STR_FMT, STR_ARG(next)) : S("/desk"));
}

// Reasons stand in fields named reason-field-<key> and reason-material-<key>: all told at once.
static struct json *marks(struct page *q)
{
	static const char *const kinds[] = {"field", "material"};
	struct json *list = json_arr(q->a);
	for (uint32_t i = 0; i < q->form.n; i++)
		for (size_t k = 0; k < countof(kinds); k++) {
			struct str prefix = str_fmt(q->a, "reason-%s-", kinds[k]);
			if (!str_starts(q->form.item[i].key, prefix) || !str_trim(q->form.item[i].value).n) continue;
			struct json *m = page_in(q, "kind", str_of(kinds[k]));
			page_set(q, m, "key", str_from(q->form.item[i].key, prefix.n));
			page_set(q, m, "reason", q->form.item[i].value);
			json_add(q->a, list, m);
		}
	return list;
}

static void desk_case_post(struct page *q, struct str id)
{
	struct json *reply, *in = page_in(q, "case", id);
	struct str what = page_form(q, "do"), version;
	struct err *e = page_op(q, "desk.case", page_in(q, "case", id), &reply);
	if (failed(q, e)) return;
	version = page_form(q, "version").n ? page_form(q, "version") : json_text(json_get(reply, S("version")));
	page_set(q, in, "version", version);
	if (str_is(what, "accept")) {
		if (page_form(q, "papers").n) json_put(q->a, in, S("papers"), json_bool(q->a, true));
		e = page_write(q, "desk.accept", in, &reply);
	} else if (str_is(what, "correct")) {
		json_put(q->a, in, S("marks"), marks(q));
		e = page_write(q, "desk.correct", in, &reply);
	} else if (str_is(what, "upload")) {
		struct json *up = page_in(q, "case", id);
		page_set(q, up, "material", page_form(q, "material"));
		e = q->up.err ? q->up.err : page_write(q, "draft.upload", up, &reply);
	} else if (str_is(what, "new")) {
		page_go(q, S("/desk"));
		return;
	} else {
		e = err_arg(q->a, E_NOT_FOUND, S("这个操作"));
	}
	if (e && (e->field.n || e->code == E_CASE_CORRECTED_ONCE)) {
		q->errors = e;
		desk_get(q);
		return;
	}
	if (failed(q, e)) return;
	if (str_is(what, "upload")) page_go(q, str_fmt(q->a, "/desk/" STR_FMT "?step=material", STR_ARG(id)));
	else go_desk(q, reply);
}

static void desk_post(struct page *q)
{
	struct str id = page_param(q, 0), what = page_form(q, "do");
	if (number(id)) {
		desk_case_post(q, id);
		return;
	}
	struct json *in = page_in(q, "receipt", id), *reply;
	if (str_is(what, "new")) {
		page_go(q, S("/desk"));
		return;
	}
	if (str_is(what, "applicant")) {
		static const char *const keys[] = {"name", "document", "phone"};
		for (size_t i = 0; i < countof(keys); i++) page_set(q, in, keys[i], page_form(q, keys[i]));
		if (!page_form(q, "document").n && !page_form(q, "name").n) page_set(q, in, "name", S("　"));
	} else if (str_is(what, "item") || page_form(q, "item").n) {
		page_set(q, in, "item", page_form(q, "item"));
	} else {
		struct buf answers = buf_new(q->a);
		for (uint32_t i = 0; i < q->form.n; i++)
			if (str_starts(q->form.item[i].key, S("a-")))
				buf_fmt(&answers, "%s" STR_FMT ":" STR_FMT, answers.n ? "," : "", STR_ARG(str_from(q->form.item[i].key, 2)), STR_ARG(q->form.item[i].value));
		page_set(q, in, "answers", buf_str(&answers));
	}
	struct err *e = page_op(q, "desk.wizard", in, &reply);
	if (e && e->field.n) {
		wizard(q, in);
		return;
	}
	if (failed(q, e)) return;
	struct str receipt = json_text(json_get(reply, S("receipt")));
	if (json_is_true(json_get(reply, S("ready")))) {
		e = page_write(q, "desk.start", page_in(q, "receipt", receipt), &reply);
		if (failed(q, e)) return;
		page_go(q, str_fmt(q->a, "/apply/" STR_FMT, STR_ARG(json_text(json_get(reply, S("case"))))));
		return;
	}
	page_go(q, str_fmt(q->a, "/desk/" STR_FMT, STR_ARG(receipt)));
}

// ---- the offices ----

static void office(struct page *q)
{
	struct json *in = json_obj(q->a);
	if (page_query(q, "after").n) page_set(q, in, "after", page_query(q, "after"));
	if (str_is(page_query(q, "queue"), "done")) page_set(q, in, "state", S("done"));
	if (failed(q, page_read(q, "work", "task.list", in))) return;
	page_show(q, "office-list", S("待办"), 200);
}

static void task_get(struct page *q)
{
	if (failed(q, page_read(q, "task", "task.get", page_in(q, "task", page_param(q, 0))))) return;
	struct json *task = json_get(q->view, S("task"));
	int64_t m;
	struct json *list = json_get(task, S("materials"));
	if (str_int(page_query(q, "material"), &m) && m >= 1 && m <= (int64_t)json_count(list)) {
		struct json *chosen = list->item[m - 1], *file = json_path(chosen, "files.0");
		json_put(q->a, task, S("material"), json_num(q->a, m));
		page_set(q, task, "viewer_name", json_text(json_get(chosen, S("name"))));
		page_set(q, task, "viewer_kind", file ? str_ends(json_text(json_get(file, S("name"))), S(".pdf")) ? S("pdf") : S("image") : S("none"));
		page_set(q, task, "viewer_file", json_text(json_get(file, S("id"))));
	}
	if (q->errors) {
		page_set(q, task, "opinion", page_form(q, "opinion"));
		page_set(q, task, "choice", page_form(q, "decision"));
	}
	page_show(q, "office-task", S("审批"), q->errors ? 400 : 200);
}

// A step at which somebody chooses: one more activity, or none any more.
static void pick_post(struct page *q, bool more)
{
	struct json *in = page_in(q, "task", page_param(q, 0)), *reply;
	page_set(q, in, "version", page_form(q, "version"));
	if (more) page_set(q, in, "activity", page_form(q, "activity"));
	struct err *e = page_write(q, more ? "task.pick" : "task.picked_all", in, &reply);
	if (e && (e->field.n || e->code == E_STALE || e->code == E_FLOW_NOT_WAITING)) {
		q->errors = e;
		task_get(q);
		return;
	}
	if (failed(q, e)) return;
	struct str next = more ? page_param(q, 0) : json_text(json_get(reply, S("next")));
	page_go(q, next.n ? str_fmt(q->a, "/office/" STR_FMT, STR_ARG(next)) : S("/office"));
}

static void task_post(struct page *q)
{
	if (str_is(page_form(q, "do"), "pick") || str_is(page_form(q, "do"), "picked_all")) {
		pick_post(q, str_is(page_form(q, "do"), "pick"));
		return;
	}
	struct json *in = page_in(q, "task", page_param(q, 0)), *reply;
	page_set(q, in, "version", page_form(q, "version"));
	page_set(q, in, "outcome", str_is(page_form(q, "decision"), "refuse") ? S("refuse") : S("agree"));
	page_set(q, in, "opinion", page_form(q, "opinion"));
	page_set(q, in, "reason", str_is(page_form(q, "decision"), "refuse") ? page_form(q, "opinion") : S(""));
	if (str_is(page_form(q, "decision"), "refuse")) page_set(q, in, "basis", page_form(q, "basis"));
	struct err *e = page_write(q, "task.decide", in, &reply);
	if (e && (e->field.n || e->code == E_STALE || e->code == E_TASK_TWICE || e->code == E_TASK_APART)) {
		q->errors = e;
		task_get(q);
		return;
	}
	if (failed(q, e)) return;
	struct str next = json_text(json_get(reply, S("next")));
	page_go(q, next.n && !str_is(page_form(q, "do"), "submit") ? str_fmt(q->a, "/office/" STR_FMT, STR_ARG(next)) : S("/office"));
}

static void staff_case(struct page *q)
{
	struct json *found;
	struct str no = page_param(q, 0), root = str_cut(&no, S("-"));
	if (failed(q, page_op(q, "case.find", page_in(q, "number", root), &found))) return;
	if (failed(q, page_read(q, "case", "desk.staff_case", page_in(q, "case", json_text(json_get(found, S("case"))))))) return;
	page_show(q, "staff-case", S("办件"), 200);
}

static void reveal(struct page *q)
{
	struct json *found, *reply, *in;
	struct str no = page_param(q, 0), root = str_cut(&no, S("-"));
	if (failed(q, page_op(q, "case.find", page_in(q, "number", root), &found))) return;
	in = page_in(q, "case", json_text(json_get(found, S("case"))));
	page_set(q, in, "field", page_form(q, "field"));
	page_set(q, in, "purpose", page_form(q, "purpose"));
	struct err *e = page_write(q, "case.reveal", in, &reply);
	if (e && e->field.n) q->errors = e;
	else if (failed(q, e)) return;
	struct json *note = page_in(q, "kind", e ? S("error") : S("info"));
	page_set(q, note, "text", e ? err_text(q->a, e, q->english) : str_fmt(q->a, "%.*s（本次查看已登记）", STR_ARG(json_text(json_get(reply, S("value"))))));
	q->notices = json_arr(q->a);
	json_add(q->a, q->notices, note);
	staff_case(q);
}

// ---- automated decisions ----

static void rules(struct page *q)
{
	if (failed(q, page_read(q, "rules", "rule.list", page_in(q, NULL, S(""))))) return;
	page_show(q, "rules", S("规则表"), 200);
}

static void rule_candidates(struct page *q)
{
	if (failed(q, page_read(q, "candidates", "rule.candidates", page_in(q, NULL, S(""))))) return;
	page_show(q, "rule-candidates", S("下一批秒批候选"), 200);
}

static void sources(struct page *q)
{
	if (failed(q, page_read(q, "sources", "source.list", json_obj(q->a)))) return;
	page_show(q, "sources", S("数据来源"), q->errors ? 400 : 200);
}

static void sources_post(struct page *q)
{
	struct json *in = page_in(q, "source", page_form(q, "source"));
	page_set(q, in, "behaviour", page_form(q, "behaviour"));
	struct err *e = page_write(q, "source.behave", in, NULL);
	if (e && e->field.n) {
		q->errors = e;
		sources(q);
		return;
	}
	if (!failed(q, e)) page_go(q, S("/rules/sources"));
}

static void rule_get(struct page *q)
{
	if (failed(q, page_read(q, "rule", "rule.get", page_in(q, "code", page_param(q, 0))))) return;
	struct json *fields = json_path(q->view, "rule.fields");
	for (uint32_t i = 0; q->errors && i < json_count(fields); i++)
		page_set(q, fields->item[i], "value", page_form(q, str_z(q->a, json_text(json_get(fields->item[i], S("key"))))));
	page_show(q, "rule", json_text(json_path(q->view, "rule.name")), q->errors ? 400 : 200);
}

static void rule_post(struct page *q)
{
	struct json *in = page_in(q, "code", page_param(q, 0)), *values = json_obj(q->a);
	for (uint32_t i = 0; i < q->form.n; i++)
		if (!str_is(q->form.item[i].key, "csrf") && !str_is(q->form.item[i].key, "form_id")) page_set(q, values, str_z(q->a, q->form.item[i].key), q->form.item[i].value);
	json_put(q->a, in, S("values"), values);
	struct err *e = page_read(q, "rule", "rule.try", in);
	if (e && e->field.n) {
		q->errors = e;
		rule_get(q);
		return;
	}
	if (failed(q, e)) return;
	page_show(q, "rule", json_text(json_path(q->view, "rule.name")), 200);
}

static void reviews(struct page *q)
{
	struct json *in = json_obj(q->a);
	if (str_is(page_query(q, "state"), "done")) page_set(q, in, "state", S("done"));
	if (failed(q, page_read(q, "reviews", "rule.reviews", in))) return;
	page_show(q, "reviews", S("自动决定的复核"), q->errors ? 400 : 200);
}

static void reviews_post(struct page *q)
{
	struct json *in = page_in(q, "review", page_form(q, "review"));
	json_put(q->a, in, S("agree"), json_bool(q->a, str_is(page_form(q, "do"), "agree")));
	if (page_form(q, "opinion").n) page_set(q, in, "opinion", page_form(q, "opinion"));
	struct err *e = page_write(q, "rule.review", in, NULL);
	if (e && e->field.n) {
		e->field = str_fmt(q->a, "opinion-" STR_FMT, STR_ARG(page_form(q, "review")));
		q->errors = e;
		reviews(q);
		return;
	}
	if (failed(q, e)) return;
	page_go(q, S("/reviews"));
}

// ---- bad ratings ----

static void ratings(struct page *q)
{
	struct json *in = json_obj(q->a);
	if (page_query(q, "after").n) page_set(q, in, "after", page_query(q, "after"));
	if (str_is(page_query(q, "state"), "done")) page_set(q, in, "state", S("done"));
	if (failed(q, page_read(q, "ratings", "rectify.list", in))) return;
	page_show(q, "ratings", S("差评整改"), 200);
}

static void rating_get(struct page *q)
{
	if (failed(q, page_read(q, "rating", "rectify.get", page_in(q, "rectification", page_param(q, 0))))) return;
	page_show(q, "rating", S("差评整改"), q->errors ? 400 : 200);
}

static void rating_post(struct page *q)
{
	static const char *const steps[][6] = {{"contact", "rectify.contact", "way", "finding", "note", "longer"},
		{"answer", "rectify.answer", "measures", "reply", NULL, NULL}, {"stands", "rectify.rule", "note", NULL, NULL, NULL},
		{"set_aside", "rectify.rule", "note", NULL, NULL, NULL}};
	struct json *in = page_in(q, "rectification", page_param(q, 0));
	struct err *e = err_arg(q->a, E_NOT_FOUND, S("这个操作"));
	page_set(q, in, "version", page_form(q, "version"));
	for (size_t i = 0; i < countof(steps); i++) {
		if (!str_eq(page_form(q, "do"), str_of(steps[i][0]))) continue;
		for (size_t k = 2; k < 6 && steps[i][k]; k++)
			if (page_form(q, steps[i][k]).n) page_set(q, in, steps[i][k], page_form(q, steps[i][k]));
		if (i > 1) json_put(q->a, in, S("set_aside"), json_bool(q->a, i == 3));
		e = page_write(q, steps[i][1], in, NULL);
	}
	if (e && (e->field.n || e->code == E_STALE || e->code == E_RECTIFY_STATE || e->code == E_RECTIFY_RATED)) {
		q->errors = e;
		rating_get(q);
		return;
	}
	if (!failed(q, e)) page_go(q, str_fmt(q->a, "/ratings/" STR_FMT, STR_ARG(page_param(q, 0))));
}

const struct route staff_routes[] = {
	{"GET", "/ratings", ratings, true}, {"GET", "/ratings/{}", rating_get, true}, {"POST", "/ratings/{}", rating_post, true},
	{"GET", "/rules", rules, true}, {"GET", "/rules/candidates", rule_candidates, true}, {"GET", "/rules/sources", sources, true}, {"POST", "/rules/sources", sources_post, true}, {"GET", "/rules/{}", rule_get, true}, {"POST", "/rules/{}", rule_post, true},
	{"GET", "/reviews", reviews, true}, {"POST", "/reviews", reviews_post, true},
	{"GET", "/staff", staff_home, true}, {"GET", "/desk", desk, true}, {"GET", "/desk/{}", desk_get, true}, {"POST", "/desk/{}", desk_post, true},
	{"GET", "/office", office, true}, {"GET", "/office/case/{}", staff_case, true}, {"POST", "/office/case/{}/reveal", reveal, true}, {"GET", "/office/{}", task_get, true}, {"POST", "/office/{}", task_post, true},
};
const size_t staff_routes_n = countof(staff_routes);
