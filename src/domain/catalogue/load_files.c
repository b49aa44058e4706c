// load_files.c — the files of a city: read, digested and made into trees, each by itself and so by all processors at
// once; then what each is goes its way, one after the other.
#include "codec/sm.h"
#include "domain/catalogue/load_int.h"

// ---- digests -------------------------------------------------------------------------------------

// What the hash of a version is made of: each file's path and digest. So a version that changes one
// file is named without reading the others again.
void file_digest(struct str text, uint8_t digest[SM3_BYTES])
{
	struct sm3 *h = sm3_begin();
	sm3_add(h, text);
	sm3_end(h, digest);
}

struct str files_hash(struct arena *a, const struct catalogue_file *file, uint32_t n)
{
	uint8_t md[SM3_BYTES];
	struct sm3 *h = sm3_begin();
	for (uint32_t i = 0; i < n; i++) {
		// Length first: two lists cannot be cut differently into the same bytes.
		uint32_t length = (uint32_t)file[i].path.n;
		sm3_add(h, (struct str){(const char *)&length, sizeof length});
		sm3_add(h, file[i].path);
		sm3_add(h, (struct str){(const char *)file[i].digest, SM3_BYTES});
	}
	sm3_end(h, md);
	char *to = arena_raw(a, 2 * sizeof md);
	for (unsigned i = 0; i < sizeof md; i++) {
		to[2 * i] = "0123456789abcdef"[md[i] >> 4];
		to[2 * i + 1] = "0123456789abcdef"[md[i] & 15];
	}
	return (struct str){to, 2 * sizeof md};
}

struct str folder_hash(struct arena *a, const struct folder_file *file, uint32_t n)
{
	struct arena *tmp = arena_new(0);
	struct catalogue_file *list = arena_newn(tmp, struct catalogue_file, n);
	for (uint32_t i = 0; i < n; i++) {
		list[i].path = file[i].path;
		file_digest(file[i].text, list[i].digest);
	}
	struct str hash = files_hash(a, list, n);
	arena_free(tmp);
	return hash;
}

// ---- each file by itself -------------------------------------------------------------------------

// Read as rows; calendars, tables and diagrams have readers of their own, and who works where is no part of it.
static bool has_rows(struct str path)
{
	return str_ends(path, S(".yaml")) && !str_starts(path, S("rules/")) && !str_starts(path, S("process/")) &&
		!str_starts(path, S("calendar/")) && !str_is(path, "staff.yaml") && !str_is(path, "people.yaml");
}

static void see(void *ctx, uint32_t worker, uint32_t i)
{
	struct files *x = ctx;
	struct folder_file *file = &x->file[i];
	struct file_seen *seen = &x->seen[i];
	bool rows = has_rows(file->path);
	if (x->dir.n) {
		seen->unread = folder_text(x->trees[worker], rows ? x->texts[worker] : x->trees[worker], x->dir, file->path, &file->text);
		if (seen->unread)
			return;
	}
	file_digest(file->text, seen->digest);
	if (rows)
		seen->bad = yaml_parse(x->trees[worker], file->path, file->text, (struct yaml_limits){0}, &seen->root);
	if (x->dir.n && rows) {
		file->text = S("");                // the tree says all of it
		arena_reset(x->texts[worker]);
	}
}

struct err *files_see(struct files *x, struct arena *a)
{
	x->seen = arena_newn(a, struct file_seen, x->n);
	x->workers = spread_width();
	for (uint32_t i = 0; i < x->workers; i++) {
		x->trees[i] = arena_new(0);
		x->texts[i] = arena_new(0);
	}
	spread(x->n, see, x);
	struct err *e = NULL;
	for (uint32_t i = 0; i < x->n && !e; i++)
		e = x->seen[i].unread;
	return e;
}

void files_free(struct files *x)
{
	for (uint32_t i = 0; i < x->workers; i++) {
		arena_free(x->trees[i]);
		arena_free(x->texts[i]);
	}
}

// ---- what each file is ---------------------------------------------------------------------------

static void rows_add(struct load *L, enum kind k, struct yaml *root)
{
	if (root->type == YAML_LIST)
		for (uint32_t i = 0; i < root->n; i++)
			ld_row_add(L, k, root->item[i]);
	else if (root->type == YAML_MAP && root->n)
		ld_row_add(L, k, root);
}

static void load_synonyms(struct load *L, const struct yaml *root)
{
	if (root->type != YAML_LIST) {
		ld_finding(L, RULE_bad_value, root, S(""), S("synonyms"), S(""));
		return;
	}
	L->c->n_synonyms = root->n;
	L->c->synonym = arena_newn(L->a, struct synonym, root->n);
	for (uint32_t i = 0; i < root->n; i++) {
		const struct yaml *set = root->item[i];
		struct synonym *s = &L->c->synonym[i];
		if (set->type != YAML_LIST) {
			ld_finding(L, RULE_bad_value, set, S(""), S("synonyms"), S(""));
			continue;
		}
		s->word = arena_newn(L->a, struct str, set->n);
		for (uint32_t k = 0; k < set->n; k++)
			if (yaml_text(set->item[k]).n)
				s->word[s->n++] = ld_copy(L, yaml_text(set->item[k]));
	}
}

static void err_finding(struct load *L, struct str file, const struct err *e)
{
	for (; e; e = e->next)
		finding_add(L->f, RULE_bad_file, e->file.n ? e->file : file, e->line, S(""), err_text(L->tmp, e, false),
			err_text(L->tmp, e, true), S(""));
}

void files_load(struct load *L, const struct files *x)
{
	const struct folder_file *file = x->file;
	for (uint32_t i = 0; i < x->n; i++) {
		struct str path = file[i].path;
		if (str_starts(path, S("calendar/"))) {
			if (str_find(str_from(path, 9), S("-")) < 0)
				err_finding(L, path, calendar_read(L->a, L->tmp, path, file[i].text, &L->c->calendar));
			continue;
		}
		struct yaml *root = x->seen[i].root;
		enum kind k;
		if (x->seen[i].bad)
			err_finding(L, path, x->seen[i].bad);
		else if (!root)
			continue;
		else if (str_is(path, "city.yaml"))
			L->city = root;
		else if (str_is(path, "synonyms.yaml"))
			load_synonyms(L, root);
		else if (areas_read(L, path, root))
			continue;
		else if (ld_kind_of_file(path, &k))
			rows_add(L, k, root);
		else
			finding_add(L->f, RULE_unknown_file, path, 0, S(""), path, S(""), S(""));
	}
	for (uint32_t i = 0; i < x->n; i++)    // overlays after the years they change
		if (str_starts(file[i].path, S("calendar/")) && str_find(str_from(file[i].path, 9), S("-")) >= 0)
			err_finding(L, file[i].path, calendar_read(L->a, L->tmp, file[i].path, file[i].text, &L->c->calendar));
}
