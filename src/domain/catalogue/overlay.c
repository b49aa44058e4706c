// overlay.c — regimes of areas: an item as a park does it is the city's file with what differs laid over it.
//
// areas.yaml lists the areas, areas/<code>.yaml or areas/<code>/*.yaml their regimes. Each is joined to the tree
// of the base before anything is read, so that the made item passes the same loader and the same rules. Bundles
// that contain such an item get a form for the area too: dropped items are gone, the others are the area's.
#include "domain/catalogue/load_int.h"

#define KNOWN(L, y, ...) \
	do { \
		static const char *const keys_[] = {__VA_ARGS__}; \
		ld_known(L, y, keys_, countof(keys_)); \
	} while (0)

static const char *const measure_code[] = {"drop", "filing", "commitment", "ease"};

struct overlay {
	const struct yaml *y;
	struct str area;
	enum kind kind;                // K_ITEM, K_BUNDLE
	uint32_t base, made;           // rows; made is UINT32_MAX when there is none
	int measure;
	bool automatic;                // a bundle that follows its items
};
struct areas {
	const struct yaml **area;
	size_t n_areas, cap_areas;
	struct overlay *overlay;
	size_t n_overlays, cap_overlays;
};

struct words measure_name(enum measure m)
{
	// 国发〔2021〕7号: the four ways of 证照分离
	static const struct { const char *zh, *en; } name[] = {{"直接取消审批", "no longer required"}, {"审批改为备案", "a filing instead of an approval"},
		{"实行告知承诺", "granted on a commitment"}, {"优化审批服务", "an easier approval"}};
	return (struct words){str_of(name[m].zh), str_of(name[m].en)};
}

bool areas_read(struct load *L, struct str path, struct yaml *root)
{
	bool list = str_is(path, "areas.yaml");
	if (!list && !str_starts(path, S("areas/")))
		return false;
	if (!L->areas)
		L->areas = arena_new1(L->tmp, struct areas);
	struct areas *A = L->areas;
	struct str rest = str_from(path, list ? 0 : 6), code = str_cut(&rest, S("/"));
	if (str_ends(code, S(".yaml")))
		code.n -= 5;
	uint32_t n = root->type == YAML_LIST ? root->n : root->type == YAML_MAP && root->n ? 1 : 0;
	for (uint32_t i = 0; i < n; i++) {
		const struct yaml *y = root->type == YAML_LIST ? root->item[i] : root;
		if (y->type != YAML_MAP)
			ld_finding(L, RULE_bad_value, y, S(""), S("area"), S(""));
		else if (list)
			*vec_push(L->tmp, A->area, A->n_areas, A->cap_areas) = y;
		else
			*vec_push(L->tmp, A->overlay, A->n_overlays, A->cap_overlays) = (struct overlay){.y = y, .area = code, .made = UINT32_MAX};
	}
	return true;
}

// ---- trees ---------------------------------------------------------------------------------------

static struct yaml *scalar(struct load *L, const struct yaml *at, struct str text)
{
	struct yaml *y = arena_new1(L->tmp, struct yaml);
	*y = (struct yaml){.type = YAML_SCALAR, .line = at->line, .col = at->col, .file = at->file, .text = text};
	return y;
}

// A copy one level deep with room for `more` members or elements.
static struct yaml *shallow(struct load *L, const struct yaml *from, enum yaml_type type, uint32_t more)
{
	struct yaml *y = arena_new1(L->tmp, struct yaml);
	if (from)
		*y = *from;
	y->type = type;
	y->n = from && from->type == type ? from->n : 0;
	y->item = arena_newn(L->tmp, struct yaml *, y->n + more);
	y->key = arena_newn(L->tmp, struct yaml *, y->n + more);
	for (uint32_t i = 0; i < y->n; i++) {
		y->item[i] = from->item[i];
		if (type == YAML_MAP)
			y->key[i] = from->key[i];
	}
	return y;
}

static void put(struct load *L, struct yaml *map, struct str key, struct yaml *value)
{
	for (uint32_t i = 0; i < map->n; i++)
		if (str_eq(map->key[i]->text, key)) {
			map->item[i] = value;
			return;
		}
	map->key[map->n] = scalar(L, value, key);
	map->item[map->n++] = value;
}

static void put_list(struct load *L, struct yaml *map, const char *key, struct yaml *list)
{
	list->type = YAML_LIST;
	put(L, map, str_of(key), list);
}

static bool names_row(const struct yaml *row, bool material, struct str name)
{
	struct str what = yaml_get_text(row, material ? S("material") : S("element")), whose = yaml_get_text(row, S("subject"));
	struct str rest = name, first = str_cut(&rest, S("."));
	return rest.p ? str_eq(first, material ? what : whose) && str_eq(rest, material ? whose : what) : str_eq(first, what);
}

// materials and fields: without what remove names (premises_plan, or house.floor_area), with what add lists.
static void rows(struct load *L, const struct overlay *o, struct yaml *map, const char *key, bool material)
{
	const struct yaml *without = ld_list(L, yaml_get(o->y, S("remove")), key), *with = ld_list(L, yaml_get(o->y, S("add")), key);
	const struct yaml *old = yaml_get(map, str_of(key));
	if (!without && !with)
		return;
	struct yaml *list = shallow(L, NULL, YAML_LIST, (uint32_t)(yaml_count(old) + yaml_count(with)));
	list->file = o->y->file;
	list->line = o->y->line;
	bool *hit = arena_newn(L->tmp, bool, yaml_count(without) + 1);
	for (uint32_t i = 0; i < yaml_count(old); i++) {
		bool gone = false;
		for (uint32_t k = 0; k < yaml_count(without); k++)
			if (names_row(old->item[i], material, yaml_text(without->item[k])))
				gone = hit[k] = true;
		if (!gone)
			list->item[list->n++] = old->item[i];
	}
	for (uint32_t k = 0; k < yaml_count(without); k++)
		if (!hit[k])
			ld_finding(L, RULE_unknown_reference, without->item[k], o->area, S("row"), yaml_text(without->item[k]));
	for (uint32_t i = 0; i < yaml_count(with); i++)
		list->item[list->n++] = with->item[i];
	put_list(L, map, key, list);
}

static struct str area_code(struct load *L, struct str code, struct str area)
{
	return str_fmt(L->tmp, STR_FMT "__" STR_FMT, STR_ARG(code), STR_ARG(area));
}

static const struct yaml *area_row(const struct areas *A, struct str code)
{
	for (size_t i = 0; i < A->n_areas; i++)
		if (str_eq(yaml_get_text(A->area[i], S("code")), code))
			return A->area[i];
	return NULL;
}

// The name says where: it stands on receipts and before the clerk.
static void put_name(struct load *L, const struct overlay *o, struct yaml *map)
{
	const struct yaml *area = area_row(L->areas, o->area), *name = yaml_get(map, S("name")), *where = yaml_get(area, S("short"));
	if (!where)
		where = yaml_get(area, S("name"));
	struct yaml *to = shallow(L, NULL, YAML_MAP, 2);
	to->file = map->file;
	to->line = map->line;
	struct str zh = name && name->type == YAML_SCALAR ? name->text : yaml_get_text(name, S("zh")), en = yaml_get_text(name, S("en"));
	struct str wz = where && where->type == YAML_SCALAR ? where->text : yaml_get_text(where, S("zh")), we = yaml_get_text(where, S("en"));
	if (!zh.n)
		return;
	put(L, to, S("zh"), scalar(L, map, str_fmt(L->tmp, STR_FMT "（" STR_FMT "）", STR_ARG(zh), STR_ARG(wz))));
	if (en.n && we.n)
		put(L, to, S("en"), scalar(L, map, str_fmt(L->tmp, STR_FMT " (" STR_FMT ")", STR_ARG(en), STR_ARG(we))));
	put(L, map, S("name"), to);
}

static struct yaml *made_of(struct load *L, const struct overlay *o)
{
	const struct yaml *base = L->row[o->kind][o->base], *change = o->automatic ? NULL : yaml_get(o->y, S("change"));
	struct yaml *map = shallow(L, base, YAML_MAP, (uint32_t)yaml_count(change) + 6);
	map->file = o->y->file;
	map->line = o->y->line;
	for (uint32_t i = 0; i < yaml_count(change) && change->type == YAML_MAP; i++)
		put(L, map, change->key[i]->text, change->item[i]);
	put(L, map, S("code"), scalar(L, o->y, area_code(L, yaml_get_text(base, S("code")), o->area)));
	if (!yaml_get(change, S("name")))
		put_name(L, o, map);
	if (o->kind == K_ITEM) {
		rows(L, o, map, "materials", true);
		rows(L, o, map, "fields", false);
	}
	return map;
}

// ---- bundles of an area --------------------------------------------------------------------------

static const struct overlay *of_item(const struct load *L, struct str area, struct str item)
{
	const struct areas *A = L->areas;
	for (size_t i = 0; i < A->n_overlays; i++)
		if (A->overlay[i].kind == K_ITEM && str_eq(A->overlay[i].area, area) &&
			str_eq(yaml_get_text(L->row[K_ITEM][A->overlay[i].base], S("code")), item))
			return &A->overlay[i];
	return NULL;
}

static const struct yaml *member_row(const struct yaml *items, struct str item)
{
	for (uint32_t i = 0; i < yaml_count(items); i++)
		if (str_eq(yaml_get_text(items->item[i], S("item")), item))
			return items->item[i];
	return NULL;
}

// The items behind which one stands; those behind a dropped one stand behind what that one waited for.
static void put_after(struct load *L, struct str area, const struct yaml *items, const struct yaml *row, struct yaml *after, int depth)
{
	const struct yaml *list = yaml_get(row, S("after"));
	for (uint32_t i = 0; i < yaml_count(list) && list->type == YAML_LIST && depth < 100; i++) {
		struct str code = yaml_text(list->item[i]);
		const struct overlay *o = of_item(L, area, code);
		if (o && o->measure == MEASURE_DROP) {
			put_after(L, area, items, member_row(items, code), after, depth + 1);
			continue;
		}
		struct str made = o ? area_code(L, code, area) : code;
		bool there = false;
		for (uint32_t k = 0; k < after->n; k++)
			there |= str_eq(after->item[k]->text, made);
		if (!there)
			after->item[after->n++] = scalar(L, row, made);
	}
}

static bool concerned(const struct load *L, struct str area, const struct yaml *items)
{
	for (uint32_t i = 0; i < yaml_count(items); i++)
		if (of_item(L, area, yaml_get_text(items->item[i], S("item"))))
			return true;
	return false;
}

static void put_members(struct load *L, struct str area, struct yaml *map)
{
	const struct yaml *items = yaml_get(map, S("items"));
	if (!items || items->type != YAML_LIST || !concerned(L, area, items))
		return;
	struct yaml *list = shallow(L, NULL, YAML_LIST, items->n);
	list->file = map->file;
	list->line = map->line;
	for (uint32_t i = 0; i < items->n; i++) {
		const struct yaml *row = items->item[i];
		const struct overlay *o = of_item(L, area, yaml_get_text(row, S("item")));
		if (o && o->measure == MEASURE_DROP)
			continue;
		struct yaml *to = shallow(L, row, YAML_MAP, 1);
		if (o)
			put(L, to, S("item"), scalar(L, row, area_code(L, yaml_get_text(row, S("item")), area)));
		if (yaml_count(yaml_get(row, S("after")))) {
			struct yaml *after = shallow(L, NULL, YAML_LIST, items->n);
			after->file = row->file;
			after->line = row->line;
			put_after(L, area, items, row, after, 0);
			put_list(L, to, "after", after);
		}
		list->item[list->n++] = to;
	}
	put_list(L, map, "items", list);
}

// ---- the rows ------------------------------------------------------------------------------------

static bool row_of(const struct load *L, enum kind k, struct str code, uint32_t *row)
{
	for (uint32_t i = 0; i < L->n[k]; i++)
		if (code.n && str_eq(yaml_get_text(L->row[k][i], S("code")), code)) {
			*row = i;
			return true;
		}
	return false;
}

static bool overlay_begin(struct load *L, struct areas *A, size_t at)
{
	struct overlay *o = &A->overlay[at];
	KNOWN(L, o->y, "item", "bundle", "measure", "why", "basis", "change", "remove", "add");
	if (yaml_get(o->y, S("remove")))
		KNOWN(L, yaml_get(o->y, S("remove")), "materials", "fields");
	if (yaml_get(o->y, S("add")))
		KNOWN(L, yaml_get(o->y, S("add")), "materials", "fields");
	o->kind = yaml_get(o->y, S("bundle")) ? K_BUNDLE : K_ITEM;
	o->measure = ld_choice(L, o->y, "measure", measure_code, countof(measure_code), -1);
	struct str code = ld_text(L, o->y, kind_name[o->kind], true);
	if (o->measure == MEASURE_DROP && (yaml_get(o->y, S("change")) || yaml_get(o->y, S("remove")) || yaml_get(o->y, S("add"))))
		ld_finding(L, RULE_area_drop_changes, o->y, code, code, S(""));
	if (!area_row(A, o->area)) {
		ld_finding(L, RULE_unknown_reference, o->y, code, S("area"), o->area);
		return false;
	}
	if (code.n && !row_of(L, o->kind, code, &o->base)) {
		ld_finding(L, RULE_unknown_reference, o->y, code, str_of(kind_name[o->kind]), code);
		return false;
	}
	for (size_t i = 0; i < at && code.n; i++)
		if (A->overlay[i].kind == o->kind && A->overlay[i].base == o->base && str_eq(A->overlay[i].area, o->area)) {
			ld_finding(L, RULE_duplicate_code, o->y, code, S("area"), code);
			return false;
		}
	return code.n;
}

void areas_expand(struct load *L)
{
	struct areas *A = L->areas;
	if (!A)
		return;
	size_t n = 0;
	for (size_t i = 0; i < A->n_overlays; i++) {       // those that cannot be read are left out
		struct overlay o = A->overlay[i];
		A->overlay[n] = o;
		n += overlay_begin(L, A, n);
	}
	A->n_overlays = n;
	uint32_t bundles = L->n[K_BUNDLE];
	for (size_t a = 0; a < A->n_areas; a++)
		for (uint32_t b = 0; b < bundles; b++) {
			struct str area = yaml_get_text(A->area[a], S("code"));
			bool said = false;
			for (size_t i = 0; i < n; i++)
				said |= A->overlay[i].kind == K_BUNDLE && A->overlay[i].base == b && str_eq(A->overlay[i].area, area);
			const struct yaml *items = yaml_get(L->row[K_BUNDLE][b], S("items"));
			if (!said && items && items->type == YAML_LIST && concerned(L, area, items))
				*vec_push(L->tmp, A->overlay, A->n_overlays, A->cap_overlays) = (struct overlay){.y = L->row[K_BUNDLE][b], .area = area,
					.kind = K_BUNDLE, .base = b, .measure = MEASURE_EASE, .automatic = true};
		}
	for (size_t i = 0; i < A->n_overlays; i++) {
		struct overlay *o = &A->overlay[i];
		o->made = UINT32_MAX;
		if (o->measure == MEASURE_DROP)
			continue;
		struct yaml *map = made_of(L, o);
		if (o->kind == K_BUNDLE)
			put_members(L, o->area, map);
		o->made = L->n[o->kind];
		ld_row_add(L, o->kind, map);
	}
}

void areas_bind(struct load *L)
{
	struct areas *A = L->areas;
	struct catalogue *c = L->c;
	if (!A)
		return;
	c->area = arena_newn(L->a, struct area, A->n_areas);
	for (size_t i = 0; i < A->n_areas; i++) {
		const struct yaml *y = A->area[i];
		KNOWN(L, y, "code", "name", "short", "where", "basis", "division");
		struct area *x = &c->area[c->n_areas];
		*x = (struct area){.code = ld_text(L, y, "code", true), .name = ld_words(L, y, "name", true), .short_name = ld_words(L, y, "short", false),
			.where = ld_words(L, y, "where", true), .basis = ld_words(L, y, "basis", false),
			.division = ld_ref(L, y, "division", K_DIVISION, false), .at = ld_origin(L, y)};
		if (!x->short_name.zh.n)
			x->short_name = x->name;
		if (catalogue_area(c, x->code))
			ld_finding(L, RULE_duplicate_code, y, x->code, S("area"), x->code);
		c->n_areas++;
	}
	c->regime = arena_newn(L->a, struct regime, A->n_overlays);
	for (size_t i = 0; i < A->n_overlays; i++) {
		const struct overlay *o = &A->overlay[i];
		struct regime *r = &c->regime[c->n_regimes++];
		*r = (struct regime){.area = catalogue_area(c, o->area), .measure = (enum measure)o->measure, .at = ld_origin(L, o->y)};
		if (!o->automatic) {
			r->why = ld_words(L, o->y, "why", true);
			r->basis = ld_words(L, o->y, "basis", false);
		}
		bool made = o->made != UINT32_MAX;
		if (o->kind == K_ITEM) {
			r->item = c->item[o->base];
			r->made = made ? c->item[o->made] : NULL;
			if (made) {
				c->item[o->made]->base = r->item;
				c->item[o->made]->regime = r;
			}
			c->n_area_items += made;
		} else {
			r->bundle = &c->bundle[o->base];
			r->made_bundle = made ? &c->bundle[o->made] : NULL;
			if (made) {
				c->bundle[o->made].base = r->bundle;
				c->bundle[o->made].regime = r;
			}
			c->n_area_bundles += made;
		}
	}
}

void areas_finish(struct load *L)
{
	L->c->n_items -= L->c->n_area_items;
	L->c->n_bundles -= L->c->n_area_bundles;
}

// ---- asking --------------------------------------------------------------------------------------

const struct area *catalogue_area(const struct catalogue *c, struct str code)
{
	for (uint32_t i = 0; i < c->n_areas; i++)
		if (str_eq(c->area[i].code, code))
			return &c->area[i];
	return NULL;
}

struct matter matter_in_area(const struct catalogue *c, struct matter m, const struct area *area, const struct regime **regime)
{
	if (regime)
		*regime = NULL;
	for (uint32_t i = 0; area && i < c->n_regimes; i++) {
		const struct regime *r = &c->regime[i];
		if (r->area != area || (m.bundle ? r->bundle != m.bundle : !m.item || r->item != m.item))
			continue;
		if (regime)
			*regime = r;
		return (struct matter){r->made_bundle, r->made};
	}
	return m;
}
