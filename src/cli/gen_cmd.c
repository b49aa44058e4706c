// gen_cmd.c — see gen_cmd.h.
#include "cli/gen_cmd.h"

#include <stdio.h>

#include "base/file.h"
#include "cli/args.h"
#include "domain/calendar/folder.h"
#include "domain/catalogue/catalogue.h"

enum { A_FILE = 100, TEXT_BYTES = 6 * 1024, MOST = 1000000 };

// What tells one made item from the next; two of these before the name give 1,600 names a template.
static const char *const kind[][2] = {{"滨海", "Seaside"}, {"山区", "Upland"}, {"老城", "Old-town"}, {"新区", "New-area"}, {"港口", "Harbour"},
	{"林场", "Forest"}, {"园区", "Park"}, {"校园", "Campus"}, {"社区", "Community"}, {"乡村", "Village"}, {"临时", "Temporary"},
	{"季节性", "Seasonal"}, {"跨区", "Cross-district"}, {"联合", "Joint"}, {"简易", "Simplified"}, {"专项", "Special"}, {"公益", "Public-benefit"},
	{"小型", "Small"}, {"中型", "Medium"}, {"大型", "Large"}, {"首次", "First-time"}, {"延续", "Renewed"}, {"变更", "Changed"}, {"补充", "Supplementary"},
	{"水产", "Aquatic"}, {"茶业", "Tea"}, {"物流", "Logistics"}, {"文创", "Creative"}, {"养老", "Elder-care"}, {"托育", "Nursery"}, {"渔业", "Fishery"},
	{"夜间", "Night-time"}, {"户外", "Outdoor"}, {"室内", "Indoor"}, {"电商", "Online-trade"}, {"家庭", "Household"}, {"合作社", "Cooperative"},
	{"青年", "Youth"}, {"返乡", "Home-coming"}, {"科技", "Technology"}};

static struct str line_with(struct str text, const char *key)
{
	while (text.n) {
		struct str line = str_cut(&text, S("\n"));
		if (str_starts(line, str_of(key)))
			return line;
	}
	return S("");
}

static void variant(struct arena *a, struct buf *out, const struct item *it, struct str text, uint32_t i)
{
	uint32_t v = i / 131, n = countof(kind);          // the pair moves on with every round of templates
	const char *const *p = kind[(i + v) % n], *const *q = kind[(i / 7 + v / n + 3) % n];
	struct str basic = str_fmt(a, "35" STR_FMT "%05u%03u", STR_ARG(it->type), i % 100000, 100 + i / 100000);
	struct str own = str_fmt(a, STR_FMT "%u" STR_FMT, STR_ARG(it->office->uscc), it->level, STR_ARG(basic));
	struct buf b = buf_new(a);
	size_t from = b.n;
	bool first = true;
	while (text.n) {
		struct str line = str_cut(&text, S("\n"));
		buf_add(&b, first ? S("- ") : S("  "));
		first = false;
		if (str_starts(line, S("code: ")))
			buf_fmt(&b, "code: " STR_FMT "_%u\n", STR_ARG(it->code), i);
		else if (str_starts(line, S("name: ")))
			buf_fmt(&b, "name: {zh: \"%s%s" STR_FMT "（%u）\", en: \"%s %s " STR_FMT " (%u)\"}\n", p[0], q[0], STR_ARG(it->name.zh), i, p[1],
				q[1], STR_ARG(it->name.en), i);
		else if (str_starts(line, S("codes: ")))
			buf_fmt(&b, "codes: {basic: \"" STR_FMT "\", implementation: \"" STR_FMT "\", handling: \"" STR_FMT "01\"}\n", STR_ARG(basic),
				STR_ARG(own), STR_ARG(own));
		else if (str_starts(line, S("faq:"))) {
			buf_lit(&b, "faq:\n");
			for (uint32_t k = 0; b.n - from + text.n < TEXT_BYTES; k++)
				buf_fmt(&b, "    - {q: {zh: \"%s的情形（%u）怎么办理？\", en: \"How is the %s case (%u) handled?\"}, a: {zh: \"%s申请人按指南准备材料，"
					"在线提交后由" STR_FMT "受理；材料不齐的一次告知，补齐后继续办理。\", en: \"%s applicants prepare the papers of the guide and "
					"submit online; what is missing is told once.\"}}\n", kind[(i + k) % n][0], k + 1, kind[(i + k) % n][1], k + 1,
					kind[(i + k * 3) % n][0], STR_ARG(it->office->short_name.zh), kind[(i + k * 3) % n][1]);
		} else {
			buf_add(&b, line);
			buf_byte(&b, '\n');
		}
	}
	buf_add(out, buf_str(&b));
}

static struct err *generate(struct arena *a, struct str city, uint32_t n, struct str dir)
{
	static const char *const suffix[] = {".yaml", NULL};
	struct findings *f = findings_new(a, 5);
	struct catalogue *c = NULL;
	struct folder_file *file;
	uint32_t files;
	struct err *e = folder_copy(a, city, dir);
	if (!e) e = catalogue_load(city, f, &c);
	if (!e && f->errors) e = err_arg(a, E_CATALOGUE, str_fmt(a, "%zu", f->errors));
	if (!e) e = folder_read(a, str_fmt(a, STR_FMT "/items", STR_ARG(city)), suffix, &file, &files);
	uint32_t made = c ? c->n_items : 0;
	for (uint32_t page = 0; made < n && !e; page++) {
		struct arena_mark mark = arena_mark(a);
		struct buf out = buf_new(a);
		for (uint32_t k = 0; k < A_FILE && made < n; k++, made++) {
			const struct folder_file *t = &file[made % files];
			struct str code = str_from(line_with(t->text, "code: "), 6);
			const struct item *it = catalogue_item(c, code);
			CHECK(it);
			variant(a, &out, it, t->text, made);
		}
		e = file_write(a, str_fmt(a, STR_FMT "/items/made_%05u.yaml", STR_ARG(dir), page), buf_str(&out), false);
		if (!e) arena_rewind(a, mark);
	}
	catalogue_unref(c);
	return e;
}

int gen_cmd(int argc, char **argv)
{
	struct arena *a = arena_new(0);
	struct args x = args_new(a, argc, argv);
	struct str city = args_text(&x, "city", S("city")), number = S(""), dir = S("");
	int64_t n = 0;
	bool whole = args_next(&x, &number) && args_next(&x, &dir) && str_int(number, &n) && n > 0 && n <= MOST;
	struct err *e = args_end(&x);
	if (!e && !whole) e = err_arg(a, E_USAGE, S("tongban gen N DIR [--city CITY]"));
	if (!e && file_exists(a, dir)) e = err_arg(a, E_USAGE, str_fmt(a, STR_FMT " is there already", STR_ARG(dir)));
	if (!e) e = folder_make(a, dir);
	if (!e) e = generate(a, city, (uint32_t)n, dir);
	if (e) return args_fail(e);
	printf("%lld items in " STR_FMT "\n", (long long)n, STR_ARG(dir));
	arena_free(a);
	return 0;
}
