// A version made from few changed files is the version compiled whole from the same files: same hash, rows, codes,
// findings, guides, forms, processes and hits, whatever was changed; and what was published over several steps is again
// the same after a start, and when it was made whole behind the scenes.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include "base/file.h"
#include "base/seam.h"
#include "domain/calendar/folder.h"
#include "domain/catalogue/diff.h"
#include "domain/catalogue/search.h"
#include "domain/domain.h"
#include "domain/flow/model.h"
#include "domain/shelf.h"

static struct arena *a, *held;           // the work of a comparison; what the domain holds
static char dir[] = "/tmp/tongban-delta.XXXXXX";
static struct str city;                     // the demonstration city with some items in one file
static const char *const together[] = {"case_record", "contract_filing", "deed_tax", "dog_vaccination", "elder_card", "legal_aid", "passport", "tv_transfer"};
static const char *const many = "items/several.yaml";

// ---- the same in every respect -------------------------------------------------------------------

static int by_text(const void *x, const void *y)
{
	return str_cmp(*(const struct str *)x, *(const struct str *)y);
}

static struct str findings_of(const struct findings *f)
{
	struct str *line = arena_newn(a, struct str, f->n + 1);
	size_t n = 0;
	for (const struct finding *x = f->first; x; x = x->next)
		line[n++] = str_fmt(a, "%s " STR_FMT ":%u " STR_FMT " " STR_FMT "\n", rule_name(x->rule), STR_ARG(x->file), x->line, STR_ARG(x->subject),
			STR_ARG(finding_text(a, x, true)));
	if (n) qsort(line, n, sizeof *line, by_text);
	struct buf b = buf_new(a);
	buf_fmt(&b, "%zu %zu %zu\n", f->n, f->errors, f->warnings);
	for (int r = 0; r < RULE_COUNT; r++)
		if (f->per_rule[r]) buf_fmt(&b, "%s %zu\n", rule_name((enum rule_id)r), f->per_rule[r]);
	for (size_t i = 0; i < n; i++) buf_add(&b, line[i]);
	return buf_str(&b);
}

static void put_words(struct buf *b, struct words w)
{
	buf_fmt(b, STR_FMT "|" STR_FMT "\n", STR_ARG(w.zh), STR_ARG(w.en));
}

static void put_item(struct buf *b, const struct catalogue *c, const struct item *it)
{
	buf_fmt(b, STR_FMT " " STR_FMT ":%u %u %d %d " STR_FMT " " STR_FMT " " STR_FMT " %u\n", STR_ARG(it->code), STR_ARG(it->at.file), it->at.line, it->promised_line,
		it->from, it->until, STR_ARG(it->office ? it->office->code : S("-")), STR_ARG(it->process), STR_ARG(it->decision), it->visits);
	put_words(b, it->name);
	put_words(b, it->summary);
	put_words(b, it->place);
	for (uint32_t i = 0; i < it->n_fields; i++) {
		const struct item_field *f = &it->field[i];
		buf_fmt(b, "f %u %u " STR_FMT " " STR_FMT " " STR_FMT " %d\n", f->line, f->when.line, STR_ARG(f->element->code), STR_ARG(f->subject->code),
			STR_ARG(f->when.text), f->when.program != 0);
	}
	for (uint32_t i = 0; i < it->n_materials; i++)
		buf_fmt(b, "m %u " STR_FMT " " STR_FMT " %u\n", it->material[i].line, STR_ARG(it->material[i].material->code), STR_ARG(it->material[i].when.text),
			it->material[i].originals);
	for (uint32_t i = 0; i < it->n_steps; i++)
		buf_fmt(b, "s %u " STR_FMT "\n", it->step[i].line, STR_ARG(it->step[i].role ? it->step[i].role->code : S("-")));
	for (uint32_t i = 0; i < it->n_fees; i++)
		buf_fmt(b, "c %u " STR_FMT " " STR_FMT "\n", it->fee[i].line, STR_ARG(it->fee[i].table), STR_ARG(it->fee[i].standard.zh));
	for (uint32_t i = 0; i < it->n_faq; i++)
		put_words(b, it->faq[i].answer);
	const struct str code[] = {it->code, it->basic_code, it->implementation_code, it->handling_code};
	for (size_t i = 0; i < countof(code); i++) {
		const struct item *found = catalogue_item(c, code[i]);
		buf_fmt(b, "-> " STR_FMT "\n", STR_ARG(found ? found->code : S("nothing")));
	}
}

static void put_matter(struct buf *b, const struct catalogue *c, struct matter m)
{
	struct guide g;
	struct form form;
	struct str code = m.bundle ? m.bundle->code : m.item->code, xml = S("");
	if (guide(a, c, m, NULL, &g)) buf_lit(b, "no guide\n");
	else json_print(b, guide_json(a, c, m, &g, true));
	if (form_merge(a, c, m, NULL, &form)) buf_lit(b, "no form\n");
	else json_print(b, form_json(a, c, &form, false));
	if (flow_model_xml(a, c, str_fmt(a, "apply:" STR_FMT, STR_ARG(code)), &xml)) buf_lit(b, "no process\n");
	buf_add(b, xml);
}

static void put_regimes(struct buf *b, const struct catalogue *c)
{
	for (uint32_t i = 0; i < c->n_areas; i++)
		for (uint32_t k = 0; k < c->n_bundles + c->n_items; k++) {
			struct matter m = k < c->n_bundles ? (struct matter){&c->bundle[k], NULL} : (struct matter){NULL, c->item[k - c->n_bundles]};
			const struct regime *r;
			struct matter x = matter_in_area(c, m, &c->area[i], &r);
			if (r) buf_fmt(b, "area " STR_FMT " %d\n", STR_ARG(x.bundle ? x.bundle->code : x.item ? x.item->code : S("dropped")), (int)r->measure);
			if (r && (x.bundle || x.item)) put_matter(b, c, x);
		}
}

static struct str all_of(const struct catalogue *c, bool followed)
{
	struct buf b = buf_new(a);
	buf_fmt(&b, STR_FMT " %u %u %u %u\n", STR_ARG(c->hash), c->n_files, c->n_items, c->n_bundles, c->n_area_items + c->n_area_bundles);
	for (uint32_t i = 0; i < c->n_files; i++) buf_fmt(&b, STR_FMT "\n", STR_ARG(c->file[i].path));
	for (uint32_t i = 0; followed && i < c->n_items + c->n_area_items; i++) put_item(&b, c, c->item[i]);
	for (uint32_t i = 0; followed && i < c->n_bundles + c->n_area_bundles; i++) {
		const struct bundle *x = &c->bundle[i];
		buf_fmt(&b, STR_FMT " " STR_FMT ":%u %d %d\n", STR_ARG(x->code), STR_ARG(x->at.file), x->at.line, x->for_person, x->for_enterprise);
		assert_ptr_equal(catalogue_bundle(c, x->code), x);
		for (uint32_t k = 0; k < x->n_items; k++) {
			assert_ptr_equal(catalogue_item(c, x->item[k].item->code), x->item[k].item);
			for (uint32_t j = 0; j < x->item[k].n_after; j++) buf_fmt(&b, "after " STR_FMT "\n", STR_ARG(x->item[k].after[j]->code));
		}
	}
	for (uint32_t i = 0; followed && i < c->n_bundles; i++) put_matter(&b, c, (struct matter){&c->bundle[i], NULL});
	for (uint32_t i = 0; followed && i < c->n_items; i++) put_matter(&b, c, (struct matter){NULL, c->item[i]});
	if (followed) put_regimes(&b, c);
	for (uint32_t i = 0; i < c->n_rules; i++)
		buf_fmt(&b, "rule " STR_FMT " " STR_FMT " %d\n", STR_ARG(c->rule[i].code), STR_ARG(c->rule[i].decision), c->rule[i].model != NULL);
	return buf_str(&b);
}

static struct str hits_of(const struct catalogue *c, const struct search *s)
{
	static const char *const q[] = {"二手房", "esf", "许可", "证", "s", "x", "xk", "dengji", "3507", "ershofang", "社保卡丢了", "二千房", "dog", "licence", "养犬", "改名登记",
		"gaiming", "法律援助", "flyz", "护照", "huzhoa", "新事项", "登记", "养狗办证", "不存在的东西"};
	struct buf b = buf_new(a);
	for (size_t i = 0; i < countof(q) + c->n_items; i++) {
		struct search_result r;
		search_run(s, a, i < countof(q) ? str_of(q[i]) : c->item[i - countof(q)]->name.zh, 12, &r);
		buf_fmt(&b, "%zu: %u %u %u\n", i, r.total[0], r.total[1], r.total[2]);
		for (size_t k = 0; k < r.n; k++) {
			buf_fmt(&b, STR_FMT " %u %d\n", STR_ARG(r.hit[k].code), r.hit[k].score, (int)r.hit[k].why);
			if (r.hit[k].item) assert_ptr_equal(r.hit[k].item, catalogue_item(c, r.hit[k].code));
		}
	}
	return buf_str(&b);
}

static void same(const char *what, struct str x, struct str y)
{
	if (str_eq(x, y)) return;
	size_t at = 0;
	while (at < x.n && at < y.n && x.p[at] == y.p[at]) at++;
	at = at > 200 ? at - 200 : 0;
	fail_msg("%s:\n--- over\n%.600s\n--- whole\n%.600s", what, str_z(a, str_from(x, at)), str_z(a, str_from(y, at)));
}

// ---- one change ----------------------------------------------------------------------------------

static struct domain *opened(struct str from)
{
	struct domain *d;
	bool changed;
	assert_null(domain_open(held, str_of(dir), &d));
	assert_null(from.n ? domain_publish(d, a, from, findings_new(a, 20), &changed) : domain_resume(d, a));
	return d;
}

static struct catalogue *now_of(struct domain *d)
{
	struct catalogue *c = domain_catalogue(d), *kept;
	assert_null(domain_catalogue_version(d, a, c->hash, &kept));
	catalogue_unref(c);
	return kept;
}

static struct catalogue *whole_of(struct domain *d, struct catalogue *base, const struct shelf_change *change, uint32_t n, struct findings *f)
{
	struct folder_file *file, *all;
	uint32_t n_file, n_all = 0;
	assert_null(shelf_files(d, a, base->hash, &file, &n_file));
	all = arena_newn(a, struct folder_file, n_file + n);
	bool *used = arena_newn(a, bool, n + 1);
	for (uint32_t i = 0; i < n_file; i++) {
		bool gone = false;
		struct str text = file[i].text;
		for (uint32_t k = 0; k < n; k++)
			if (str_eq(change[k].path, file[i].path)) used[k] = true, text = change[k].text, gone = change[k].gone;
		if (!gone) all[n_all++] = (struct folder_file){file[i].path, text};
	}
	for (uint32_t k = 0; k < n; k++)
		if (!used[k] && !change[k].gone) {
			uint32_t at = n_all++;
			for (; at && str_cmp(all[at - 1].path, change[k].path) > 0; at--) all[at] = all[at - 1];
			all[at] = (struct folder_file){change[k].path, change[k].text};
		}
	struct catalogue *c = catalogue_of_files(all, n_all, f);
	if (!f->errors) flow_check(c, f);
	return c;
}

enum want { EITHER, OVER };

// Both ways; the candidate is kept and enforced when asked for and good.
static bool compared(struct domain *d, const char *name, const struct shelf_change *change, uint32_t n, enum want want, bool publish)
{
	struct catalogue *base = now_of(d);
	struct candidate *made;
	struct findings *f = findings_new(a, 10000), *g = findings_new(a, 10000);
	assert_null(shelf_try(d, a, base, change, n, f, &made));
	struct catalogue *c = candidate_catalogue(made), *w = whole_of(d, base, change, n, g);
	bool over = c->root != NULL, good = !g->errors;
	if (want == OVER && !over) fail_msg("%s: the whole was compiled", name);
	same(name, findings_of(f), findings_of(g));
	same(name, all_of(c, good), all_of(w, good));
	if (good) {
		struct diff x, y;
		struct buf p = buf_new(a), q = buf_new(a);
		catalogue_diff(a, base, c, &x);
		catalogue_diff(a, base, w, &y);
		json_print(&p, diff_json(a, &x));
		json_print(&q, diff_json(a, &y));
		same(name, buf_str(&p), buf_str(&q));
		struct search *whole = search_new(w);
		assert_null(shelf_keep(d, a, made));
		struct catalogue *kept;
		assert_null(domain_catalogue_version(d, a, c->hash, &kept));
		same(name, hits_of(kept, domain_search(d, kept)), hits_of(w, whole));
		search_free(whole);
		if (publish) assert_null(shelf_enforce(d, a, c->hash));
	} else {
		assert_true(f->errors > 0);
	}
	candidate_drop(made);
	catalogue_unref(w);
	return over;
}

static struct str text_of(struct domain *d, const char *path)
{
	struct str text;
	if (shelf_text(d, a, now_of(d)->hash, str_of(path), &text)) fail_msg("no file %s", path);
	return text;
}

static struct shelf_change edited(struct domain *d, const char *path, const char *from, const char *to)
{
	struct str text = text_of(d, path);
	if (str_find(text, str_of(from)) < 0) fail_msg("%s does not say %s", path, from);
	return (struct shelf_change){.path = str_of(path), .text = str_replace(a, text, str_of(from), str_of(to))};
}

static const struct { const char *name, *path, *from, *to; } edit[] = {
	{"name", "items/dog_licence.yaml", "养犬许可", "改名登记"},
	{"a name that another has", "items/dog_licence.yaml", "name: {zh: 养犬许可", "name: {zh: 普通护照签发"},
	{"text with more lines", "items/dog_licence.yaml", "audience: [\"1\"]", "# more\n# lines\naudience: [\"1\"]"},
	{"limit", "items/dog_licence.yaml", "promised: {n: 5,", "promised: {n: 6,"},
	{"promise too long", "items/dog_licence.yaml", "promised: {n: 5,", "promised: {n: 60,"},
	{"basic code", "items/dog_licence.yaml", "350110007000", "350110907000"},
	{"another's code", "items/dog_licence.yaml", "code: dog_licence\n", "code: legal_aid\n"},
	{"material more", "items/dog_licence.yaml", "materials:\n", "materials:\n  - {material: power_of_attorney, subject: applicant, originals: 1}\n"},
	{"material less", "items/dog_licence.yaml", "  - {material: vaccination_record, subject: applicant, originals: 1}\n", ""},
	{"field less", "items/dog_licence.yaml", "  - {subject: applicant, element: dog_breed}\n", ""},
	{"unknown element", "items/dog_licence.yaml", "element: dog_breed", "element: cat_breed"},
	{"English missing", "items/dog_licence.yaml", ", en: \"Dog licence\"", ""},
	{"fee", "items/realty_transfer.yaml", "amount: \"80\"", "amount: \"90\""},
	{"fee without basis", "items/realty_transfer.yaml", "    basis: {zh: 示例依据：不动产登记收费标准, en: \"Sample basis: tariff of registration fees\"}\n", ""},
	{"situation", "items/realty_transfer.yaml", "when: 'mortgage = \"keep\"'", "when: 'mortgage = \"keep\" or payment = \"loan\"'"},
	{"situation that never is", "items/realty_transfer.yaml", "when: 'mortgage = \"keep\"'", "when: 'mortgage = \"keep\" and mortgage = \"none\"'"},
	{"situation that is no FEEL", "items/realty_transfer.yaml", "when: 'mortgage = \"keep\"'", "when: 'mortgage = '"},
	{"no more decision table", "items/realty_transfer.yaml", "decision: realty_checks\n", ""},
	{"what it takes", "items/realty_transfer.yaml", "consumes: [contract_number, tax_receipt_number]", "consumes: [contract_number, nothing_at_all]"},
	{"dates", "items/dog_licence.yaml", "single: true", "single: true\nfrom: 2026-02-01\nuntil: 2029-12-31"},
	{"dates the wrong way", "items/dog_licence.yaml", "single: true", "single: true\nfrom: 2026-02-01\nuntil: 2025-12-31"},
	{"only in bundles", "items/dog_licence.yaml", "single: true", "single: false"},
	{"unclosed", "items/dog_licence.yaml", "single: true", "single: [true"},
	{"another item in the file", "items/dog_licence.yaml", "single: true", "single: true\n---\ncode: x"},
	{"process of its own", "items/dog_licence.yaml", "single: true", "single: true\nprocess: food_licence.bpmn"},
	{"no such process", "items/dog_licence.yaml", "single: true", "single: true\nprocess: no.bpmn"},
	{"an item of areas", "items/food_licence.yaml", "食品", "食物"},
	{"gives a result that papers are", "items/licence_change.yaml", "version: \"2026.1\"", "version: \"2026.2\""},
	{"rule table", "rules/premises_filing.csv", "云帆市", "云帆"},
	{"rule table that is none", "rules/premises_filing.csv", "命中策略,U", "命中策略,Z"},
	{"rule table without an output", "rules/realty_checks.csv", "输出", "输入"},
	{"process file", "process/food_licence.bpmn", "送达", "送交"},
	{"process that ends nowhere", "process/food_licence.bpmn", "targetRef=\"granted\"", "targetRef=\"deliver\""},
	{"bundle", "bundles/keep_dog.yaml", "养", "喂养"},
	{"bundle of one", "bundles/keep_dog.yaml", "dog_licence", "dog_licence_no"},
	{"staff", "staff.yaml", "account: ", "account:  "},
	{"setting", "city.yaml", "rating_days, value: \"30\"", "rating_days, value: \"31\""},
	{"element", "elements.yaml", "en: Name}", "en: Full name}"},
	{"first of several", NULL, "case_record", NULL},
	{"the middle of several", NULL, "elder_card", NULL},
	{"the last of several", NULL, "tv_transfer", NULL},
};

static void every_single_change(void **state)
{
	struct domain *d = opened(city);
	int over = 0, n = 0;
	for (size_t i = 0; i < countof(edit); i++) {
		struct arena_mark mark = arena_mark(a);
		struct shelf_change c;
		if (!edit[i].path) {                // an entry of a file of many: one line more
			struct str code = str_fmt(a, "- code: %s\n", edit[i].from);
			c = edited(d, many, str_z(a, code), str_z(a, str_fmt(a, STR_FMT "  # one line more\n", STR_ARG(code))));
		} else {
			c = edited(d, edit[i].path, edit[i].from, edit[i].to);
		}
		over += compared(d, edit[i].name, &c, 1, edit[i].path ? EITHER : OVER, false);
		n++;
		arena_rewind(a, mark);
	}
	print_message("%d changes, %d of them over the version in force\n", n, over);
	assert_true(over * 10 >= n * 7);
	domain_close(d);
}

static void changes_of_several_files(void **state)
{
	struct domain *d = opened(city);
	struct str dog = text_of(d, "items/dog_licence.yaml"), bundle = text_of(d, "bundles/keep_dog.yaml"), several = text_of(d, many);
	struct str fresh = str_replace(a, str_replace(a, str_replace(a, dog, S("code: dog_licence\n"), S("code: brand_new\n")), S("养犬许可"), S("新事项许可")),
		S("350110007000"), S("350110907000"));
	// Added; added with numbers that another has; away; away with the bundle; entries added and away in a file of many.
	struct shelf_change add = {S("items/brand_new.yaml"), fresh, false};
	assert_true(compared(d, "added", &add, 1, OVER, false));
	struct shelf_change twice = {S("items/brand_new.yaml"), str_replace(a, fresh, S("350110907000"), S("350110007000")), false};
	compared(d, "numbers twice", &twice, 1, EITHER, false);
	struct shelf_change same_name = {S("items/a_new.yaml"), str_replace(a, fresh, S("新事项许可"), S("养犬许可")), false};
	assert_true(compared(d, "same name, before it", &same_name, 1, OVER, false));
	struct shelf_change away[] = {{S("items/dog_licence.yaml"), S(""), true}, {S("bundles/keep_dog.yaml"), S(""), true}};
	compared(d, "away", away, 1, EITHER, false);
	compared(d, "away with its bundle", away, 2, EITHER, false);
	struct shelf_change single = {S("items/street_storage_fanhu.yaml"), S(""), true};
	assert_true(compared(d, "away, in no bundle", &single, 1, OVER, false));
	struct shelf_change both[] = {add, {S("bundles/keep_dog.yaml"), str_replace(a, bundle, S("dog_licence"), S("brand_new")), false}};
	compared(d, "another in the bundle", both, 2, OVER, false);
	struct shelf_change made = {S("bundles/a_bundle.yaml"), str_replace(a, bundle, S("code: keep_dog"), S("code: a_bundle")), false};
	assert_true(compared(d, "bundle added", &made, 1, OVER, false));
	ptrdiff_t at = str_find(several, S("- code: legal_aid\n")), end = str_find(several, S("- code: passport\n"));
	struct shelf_change cut = {str_of(many), str_fmt(a, STR_FMT STR_FMT, STR_ARG(str_part(several, 0, (size_t)at)), STR_ARG(str_from(several, (size_t)end))), false};
	compared(d, "entry away", &cut, 1, EITHER, false);
	struct buf entry = buf_new(a);
	for (struct str rest = fresh; rest.n;) {
		struct str line = str_cut(&rest, S("\n"));
		buf_fmt(&entry, "%s" STR_FMT "\n", entry.n ? "  " : "- ", STR_ARG(line));
	}
	struct shelf_change put = {str_of(many), str_fmt(a, STR_FMT STR_FMT STR_FMT, STR_ARG(str_part(several, 0, (size_t)at)), STR_ARG(buf_str(&entry)),
		STR_ARG(str_from(several, (size_t)at))), false};
	assert_true(compared(d, "entry added", &put, 1, OVER, false));
	domain_close(d);
}

// Lines left out, said twice, or with another digit, in files taken by chance.
static void changes_by_chance(void **state)
{
	struct domain *d = opened(city);
	const char *more = getenv("TB_CHANGES");
	int rounds = more ? atoi(more) : 12;
	uint64_t seed = getenv("TB_SEED") ? strtoull(getenv("TB_SEED"), NULL, 10) : 7;
	struct folder_file *file;
	uint32_t n;
	struct arena *mine = arena_new(0);
	assert_null(shelf_files(d, mine, now_of(d)->hash, &file, &n));
	for (int r = 0; r < rounds; r++) {
		struct arena_mark mark = arena_mark(a);
		struct folder_file *f;
		do {
			seed = seed * 6364136223846793005ull + 1442695040888963407ull;
			f = &file[(seed >> 33) % n];
		} while (!str_starts(f->path, S("items/")) && !str_starts(f->path, S("bundles/")) && !str_starts(f->path, S("rules/")));
		uint32_t lines = 0, at = 0;
		for (size_t i = 0; i < f->text.n; i++) lines += f->text.p[i] == '\n';
		seed = seed * 6364136223846793005ull + 1442695040888963407ull;
		uint32_t line = (uint32_t)((seed >> 33) % (lines + 1)), how = (uint32_t)(seed >> 20) % 3;
		struct buf b = buf_new(a);
		for (struct str rest = f->text; rest.n; at++) {
			struct str one = str_cut(&rest, S("\n"));
			char *p = arena_copy(a, one.p, one.n);
			for (size_t i = 0; i < one.n && at == line && how == 2; i++)
				if (p[i] >= '1' && p[i] <= '8') {
					p[i]++;
					break;
				}
			if (at != line || how) buf_fmt(&b, STR_FMT "\n", STR_ARG(((struct str){p, one.n})));
			if (at == line && how == 1) buf_fmt(&b, STR_FMT "\n", STR_ARG(one));
		}
		struct shelf_change c = {f->path, buf_str(&b), false};
		compared(d, str_z(a, str_fmt(a, STR_FMT ":%u %u", STR_ARG(f->path), line + 1, how)), &c, 1, EITHER, false);
		arena_rewind(a, mark);
	}
	arena_free(mine);
	domain_close(d);
}

static void steps_follow_each_other(void **state)
{
	struct domain *d = opened(city);
	struct str dog = text_of(d, "items/dog_licence.yaml");
	struct shelf_change c = edited(d, "items/dog_licence.yaml", "养犬许可", "改名登记");
	assert_true(compared(d, "first", &c, 1, OVER, true));
	c = edited(d, "items/realty_transfer.yaml", "when: 'mortgage = \"keep\"'", "when: 'mortgage = \"keep\" or payment = \"loan\"'");
	assert_true(compared(d, "second", &c, 1, OVER, true));
	c = (struct shelf_change){S("items/brand_new.yaml"), str_replace(a, str_replace(a, dog, S("code: dog_licence\n"), S("code: brand_new\n")), S("350110007000"),
		S("350110907000")), false};
	assert_true(compared(d, "third", &c, 1, OVER, true));
	c = edited(d, many, "- code: elder_card\n", "- code: elder_card\n  # a line\n");
	assert_true(compared(d, "fourth", &c, 1, OVER, true));
	c = (struct shelf_change){S("items/brand_new.yaml"), S(""), true};
	assert_true(compared(d, "fifth", &c, 1, OVER, true));
	c = edited(d, "rules/premises_filing.csv", "云帆市", "云帆");
	assert_true(compared(d, "sixth", &c, 1, OVER, true));
	c = edited(d, "bundles/keep_dog.yaml", "养", "喂养");
	assert_true(compared(d, "seventh", &c, 1, OVER, true));
	c = edited(d, "items/realty_transfer.yaml", "amount: \"80\"", "amount: \"85\"");
	assert_true(compared(d, "eighth", &c, 1, OVER, true));
	struct catalogue *last = now_of(d);
	struct str hash = str_copy(a, last->hash), all = all_of(last, true), hits = hits_of(last, domain_search(d, last)), said = findings_of(last->findings);
	domain_close(d);
	d = opened(S(""));                      // from the pack, over the compiled form of the whole one
	last = now_of(d);
	assert_non_null(last->root);
	same("resumed", all_of(last, true), all);
	same("resumed", hits_of(last, domain_search(d, last)), hits);
	same("resumed", findings_of(last->findings), said);
	c = edited(d, "items/dog_licence.yaml", "改名登记", "再改名登记");
	assert_true(compared(d, "after a start", &c, 1, OVER, false));
	assert_null(shelf_fold(d, a, hash));
	last = now_of(d);
	assert_null(last->root);
	same("made whole", all_of(last, true), all);
	same("made whole", hits_of(last, domain_search(d, last)), hits);
	same("made whole", findings_of(last->findings), said);
	c = edited(d, "items/dog_licence.yaml", "改名登记", "又改名登记");
	assert_true(compared(d, "over what was made whole", &c, 1, OVER, true));
	domain_close(d);
	d = opened(S(""));
	assert_true(str_eq(now_of(d)->root->hash, hash));
	domain_close(d);
}

// ---- the city ------------------------------------------------------------------------------------

static int make_city(void **state)
{
	CHECK(mkdtemp(dir));
	city = str_fmt(a, "%s/city", dir);
	CHECK(!folder_copy(a, S("city"), city));
	struct buf all = buf_new(a);
	for (size_t i = 0; i < countof(together); i++) {
		struct str path = str_fmt(a, STR_FMT "/items/%s.yaml", STR_ARG(city), together[i]), text;
		CHECK(!file_read(a, path, 1 << 20, &text));
		bool first = true;
		while (text.n) {
			struct str line = str_cut(&text, S("\n"));
			buf_fmt(&all, "%s" STR_FMT "\n", first ? "- " : "  ", STR_ARG(line));
			first = false;
		}
		file_remove(a, path);
	}
	return file_write(a, str_fmt(a, STR_FMT "/%s", STR_ARG(city), many), buf_str(&all), false) ? 1 : 0;
}

int main(void)
{
	a = arena_new(0);
	held = arena_new(0);
	const struct CMUnitTest tests[] = {cmocka_unit_test(every_single_change), cmocka_unit_test(changes_of_several_files), cmocka_unit_test(changes_by_chance),
		cmocka_unit_test(steps_follow_each_other)};
	int rc = cmocka_run_group_tests(tests, make_city, NULL);
	if (system(str_z(a, str_fmt(a, "rm -r %s", dir))))
		rc = 1;
	arena_free(held);
	arena_free(a);
	return rc;
}
