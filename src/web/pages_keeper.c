// pages_keeper.c — the catalogue's keepers: items and their guides, releases, files, comparison, problems.
#include "web/page.h"

static bool failed(struct page *q, struct err *e)
{
	if (e) page_error(q, e);
	return e != NULL;
}

static void from_query(struct page *q, struct json *in, const char *key)
{
	if (page_query(q, key).n) page_set(q, in, key, page_query(q, key));
}

// ---- items ----

static void items(struct page *q)
{
	static const char *const keys[] = {"q", "office", "lack", "after"};
	struct json *in = json_obj(q->a);
	for (size_t i = 0; i < countof(keys); i++) from_query(q, in, keys[i]);
	if (failed(q, page_read(q, "items", "item.list", in))) return;
	page_show(q, "keep-items", S("事项"), 200);
}

// What was typed stands in the form again beside its error.
static void typed_again(struct page *q, struct json *list, const char *prefix, const char *key, const char *value)
{
	for (uint32_t i = 0; i < json_count(list); i++) {
		struct str name = str_fmt(q->a, "%s" STR_FMT, prefix, STR_ARG(json_text(json_get(list->item[i], str_of(key)))));
		page_set(q, list->item[i], value, page_form(q, str_z(q->a, name)));
	}
}

static void item(struct page *q)
{
	struct json *in = page_in(q, "code", page_param(q, 0)), *view = page_in(q, "what", page_param(q, 0));
	bool draft = page_query(q, "release").n != 0;
	from_query(q, in, "release");
	from_query(q, view, "release");
	if (failed(q, page_read(q, "item", "item.get", in))) return;
	bool unreadable = json_is_true(json_path(q->view, "item.unreadable"));
	if (!unreadable && failed(q, page_read(q, "preview", draft ? "item.preview" : "guide.get", view))) return;
	if (q->errors) {
		struct json *groups = json_path(q->view, "item.groups");
		for (uint32_t g = 0; g < json_count(groups); g++) typed_again(q, json_get(groups->item[g], S("fields")), "f-", "path", "value");
		typed_again(q, json_path(q->view, "item.sections"), "s-", "key", "text");
	}
	page_show(q, "keep-item", json_text(json_path(q->view, "item.name")), q->errors ? err_status(q->errors->code) : 200);
}

static void item_post(struct page *q)
{
	struct json *in = page_in(q, "code", page_param(q, 0)), *fields = json_obj(q->a), *sections = json_obj(q->a), *reply;
	from_query(q, in, "release");
	for (uint32_t i = 0; i < q->form.n; i++) {
		struct url_pair *f = &q->form.item[i];
		if (str_starts(f->key, S("f-"))) page_set(q, fields, str_z(q->a, str_from(f->key, 2)), f->value);
		if (str_starts(f->key, S("s-"))) page_set(q, sections, str_z(q->a, str_from(f->key, 2)), f->value);
	}
	json_put(q->a, in, S("fields"), fields);
	json_put(q->a, in, S("sections"), sections);
	struct err *e = page_write(q, "item.edit", in, &reply);
	if (e && err_status(e->code) < 500 && e->code != E_NOT_FOUND) {
		q->errors = e;
		item(q);
		return;
	}
	if (failed(q, e)) return;
	page_go(q, str_fmt(q->a, "/catalogue/items/" STR_FMT "?release=" STR_FMT, STR_ARG(page_param(q, 0)), STR_ARG(json_text(json_get(reply, S("release"))))));
}

static void compare(struct page *q)
{
	struct json *in = json_obj(q->a);
	from_query(q, in, "basic");
	if (failed(q, page_read(q, "compare", "item.compare", in))) return;
	page_show(q, "keep-compare", S("区间比较"), 200);
}

// ---- releases ----

static void releases(struct page *q)
{
	struct json *in = json_obj(q->a);
	from_query(q, in, "state");
	from_query(q, in, "before");
	if (failed(q, page_read(q, "releases", "release.list", in))) return;
	page_show(q, "keep-releases", S("发布"), 200);
}

static void release(struct page *q)
{
	if (failed(q, page_read(q, "release", "release.get", page_in(q, "release", page_param(q, 0))))) return;
	struct json *r = json_get(q->view, S("release"));
	if (q->errors && page_form(q, "day").n) page_set(q, r, "day", page_form(q, "day"));
	if (q->errors && page_form(q, "time").n) page_set(q, r, "time", page_form(q, "time"));
	page_show(q, "keep-release", json_text(json_get(r, S("title"))), q->errors ? err_status(q->errors->code) : 200);
}

// "2026-12-01" and "08:30" as an instant; the day alone means its beginning.
static struct err *instant_of(struct page *q, struct json *in)
{
	day_t day;
	struct str time = page_form(q, "time"), hour = str_cut(&time, S(":"));
	int64_t h = 0, m = 0;
	if (!page_form(q, "day").n) return NULL;
	bool good = day_parse(page_form(q, "day"), &day) && (!hour.n || (str_int(hour, &h) && str_int(str_part(time, 0, time.n < 2 ? time.n : 2), &m)));
	if (!good || h < 0 || h > 23 || m < 0 || m > 59) return err_field(q->a, E_TYPE, S("from"), S("2026-12-01 08:30"));
	json_put(q->a, in, S("from"), json_num(q->a, ms_shanghai(day, (int)h, (int)m)));
	return NULL;
}

static void release_post(struct page *q)
{
	struct str what = page_form(q, "do");
	struct json *in = page_in(q, "release", page_param(q, 0)), *reply = NULL;
	struct err *e = NULL;
	bool agree = str_is(what, "agree");
	if (str_is(what, "propose")) {
		if (page_form(q, "title").n) page_set(q, in, "title", page_form(q, "title"));
		e = instant_of(q, in);
		if (!e) e = page_write(q, "release.propose", in, &reply);
	} else if (agree || str_is(what, "refuse")) {
		json_put(q->a, in, S("agree"), json_bool(q->a, agree));
		if (page_form(q, "reason").n) page_set(q, in, "reason", page_form(q, "reason"));
		e = page_write(q, "release.judge", in, &reply);
	} else if (str_is(what, "retry")) {
		e = page_write(q, "release.retry", in, &reply);
	} else if (str_is(what, "take_back")) {
		page_set(q, in, "reason", page_form(q, "reason"));
		e = str_trim(page_form(q, "reason")).n ? page_write(q, "release.take_back", in, &reply) : err_field(q->a, E_REQUIRED, S("back"), S("back"));
	} else if (str_is(what, "drop")) {
		page_set(q, in, "path", page_form(q, "path"));
		e = page_write(q, "release.drop_file", in, &reply);
	} else {
		e = err_arg(q->a, E_NOT_FOUND, S("这个操作"));
	}
	if (e && err_status(e->code) < 500 && e->code != E_NOT_FOUND) {
		q->errors = e;
		release(q);
		return;
	}
	if (failed(q, e)) return;
	page_go(q, str_fmt(q->a, "/catalogue/releases/" STR_FMT, STR_ARG(json_text(json_get(reply, S("release"))))));
}

// ---- files ----

static void files(struct page *q)
{
	struct json *in = json_obj(q->a);
	from_query(q, in, "q");
	if (failed(q, page_read(q, "files", "release.files", in))) return;
	page_show(q, "keep-files", S("文件"), 200);
}

static void file_show(struct page *q, struct str path, struct str draft)
{
	struct json *in = page_in(q, "path", path), *reply, *list = json_arr(q->a);
	if (draft.n) page_set(q, in, "release", draft);
	if (failed(q, page_read(q, "file", "release.file", in))) return;
	struct json *file = json_get(q->view, S("file"));
	if (q->errors) page_set(q, file, "text", page_form(q, "text"));
	if (draft.n && !page_op(q, "release.get", page_in(q, "release", draft), &reply)) {
		struct json *all = json_get(reply, S("findings"));
		for (uint32_t i = 0; i < json_count(all); i++)
			if (str_eq(json_text(json_get(all->item[i], S("file"))), path)) json_add(q->a, list, all->item[i]);
	}
	json_put(q->a, file, S("findings"), list);
	page_show(q, "keep-file", path, q->errors ? err_status(q->errors->code) : 200);
}

static void file(struct page *q)
{
	file_show(q, page_query(q, "path"), page_query(q, "release"));
}

static void file_post(struct page *q)
{
	struct json *in = page_in(q, "path", page_form(q, "path")), *reply;
	if (page_form(q, "release").n) page_set(q, in, "release", page_form(q, "release"));
	page_set(q, in, "text", page_form(q, "text"));
	if (!page_form(q, "release").n) page_set(q, in, "title", str_fmt(q->a, "修改 " STR_FMT, STR_ARG(page_form(q, "path"))));
	struct err *e = page_write(q, "release.save", in, &reply);
	if (e && err_status(e->code) < 500 && e->code != E_NOT_FOUND) {
		q->errors = e;
		file_show(q, page_form(q, "path"), page_form(q, "release"));
		return;
	}
	if (failed(q, e)) return;
	page_go(q, str_fmt(q->a, "/catalogue/file?path=" STR_FMT "&release=" STR_FMT, STR_ARG(page_form(q, "path")), STR_ARG(json_text(json_get(reply, S("release"))))));
}

// ---- problems ----

static void problems(struct page *q)
{
	static const char *const keys[] = {"office", "state", "kind", "after"};
	struct json *in = json_obj(q->a);
	for (size_t i = 0; i < countof(keys); i++) from_query(q, in, keys[i]);
	if (failed(q, page_read(q, "problems", "flaw.list", in))) return;
	page_show(q, "keep-problems", S("问题清单"), q->errors ? err_status(q->errors->code) : 200);
}

static void problems_post(struct page *q)
{
	struct json *in = page_in(q, "key", page_form(q, "key"));
	page_set(q, in, "state", page_form(q, "do"));
	if (page_form(q, "reason").n) page_set(q, in, "reason", page_form(q, "reason"));
	struct err *e = page_write(q, "flaw.mark", in, NULL);
	if (e && e->field.n) {
		if (page_form(q, "number").n) e->field = str_fmt(q->a, "reason-" STR_FMT, STR_ARG(page_form(q, "number")));
		q->errors = e;
		problems(q);
		return;
	}
	if (failed(q, e)) return;
	page_go(q, str_fmt(q->a, "/catalogue/problems%s" STR_FMT, q->r->query.n ? "?" : "", STR_ARG(q->r->query)));
}

const struct route keeper_routes[] = {
	{"GET", "/catalogue/problems", problems, true}, {"POST", "/catalogue/problems", problems_post, true},
	{"GET", "/catalogue", items, true}, {"GET", "/catalogue/items/{}", item, true}, {"POST", "/catalogue/items/{}", item_post, true},
	{"GET", "/catalogue/compare", compare, true}, {"GET", "/catalogue/releases", releases, true},
	{"GET", "/catalogue/releases/{}", release, true}, {"POST", "/catalogue/releases/{}", release_post, true},
	{"GET", "/catalogue/files", files, true}, {"GET", "/catalogue/file", file, true}, {"POST", "/catalogue/file", file_post, true},
};
const size_t keeper_routes_n = countof(keeper_routes);
