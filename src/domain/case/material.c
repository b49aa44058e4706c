// material.c — one set of materials: each handed in once, or given by a certificate or an item's result.
#include "base/set.h"
#include "domain/case/case_int.h"

// The certificate of a thing lies with whoever holds it now: the applicant, or somebody the form names
// (the seller's certificate of the home). It is the one whose number the form gives.
static struct err *cert_of_thing(struct plan *p, const struct kase *k, const struct values *vs, const struct need *need, struct cert *out,
	int64_t *holder, bool *found)
{
	const struct certificate_type *t = need->material->certificate;
	const struct face_field *face = NULL;
	*found = false;
	for (uint32_t i = 0; i < t->n_fields; i++)
		if (t->field[i].subject == need->subject && t->field[i].element && str_is(t->field[i].code, "number")) face = &t->field[i];
	if (!face) {
		*holder = k->applicant;
		return cert_of_party(p, k->applicant, t->code, out, found);
	}
	struct value *number = values_find(vs, str_fmt(p->a, STR_FMT "." STR_FMT, STR_ARG(need->subject->code), STR_ARG(face->element->code)));
	if (!number || !number->text.n) return NULL;
	struct err *e = NULL;
	for (uint32_t i = 0; i < k->cat->n_subjects && !e && !*found; i++) {
		const struct subject *s = &k->cat->subject[i];
		struct cert *all;
		size_t n;
		*holder = 0;
		if (s->kind != SUBJECT_THING) e = case_subject_party(p, k, vs, s, holder);
		if (e || !*holder) continue;
		e = cert_valid(p, *holder, t->code, &all, &n);
		for (size_t c = 0; c < n && !e && !*found; c++) {
			if (!str_eq(all[c].number, number->text)) continue;
			*out = all[c];
			*found = true;
		}
	}
	return e;
}

struct err *case_holding_by(struct plan *p, const struct kase *k, const struct values *vs, const struct json *facts, struct holding *out)
{
	*out = (struct holding){0};
	int64_t root = k->parent ? k->parent : k->id;
	struct materials m;
	struct file_row *files;
	struct material_row *rows;
	struct marks marks;
	size_t n_files, n_rows;
	struct err *e = material_merge(p->a, k->cat, k->matter, facts, &m);
	if (!e) e = case_store_files(p, root, &files, &n_files);
	if (!e) e = case_store_materials(p, root, &rows, &n_rows);
	if (!e) e = case_marks(p, root, &marks);
	out->h = arena_newn(p->a, struct held, e ? 1 : m.n_needs + 1);
	for (uint32_t i = 0; i < m.n_needs && !e; i++) {
		const struct need *need = &m.need[i];
		if (need->in == TRUTH_FALSE) continue;
		struct held *h = &out->h[out->n++];
		h->need = *need;
		h->file = arena_newn(p->a, struct file_row, n_files + 1);
		for (size_t f = 0; f < n_files; f++)
			if (str_eq(files[f].material, need->key)) h->file[h->n_files++] = files[f];
		int64_t row = -1;                                     // -1: nothing decided yet
		for (size_t r = 0; r < n_rows; r++)
			if (str_eq(rows[r].material, need->key)) row = rows[r].certificate;
		for (size_t r = 0; r < marks.n; r++)
			if (str_is(marks.m[r].kind, "material") && str_eq(marks.m[r].key, need->key)) {
				h->mark = marks.m[r].reason;
				h->fixed = marks.m[r].fixed;
			}
		int64_t party = 0;
		struct cert c;
		bool found = false;
		h->other_holder = need->subject && need->subject != k->subject && need->subject->kind != SUBJECT_THING;
		// What an item of this very application will issue is not looked for in the library.
		if (need->material->certificate && !need->from_result) {
			if (need->subject && need->subject->kind == SUBJECT_THING) {
				e = cert_of_thing(p, k, vs, need, &c, &party, &found);
				h->other_holder = found && party != k->applicant;
			} else {
				e = case_subject_party(p, k, vs, need->subject, &party);
				h->other_holder &= party != k->applicant;          // under another name in the form, but the same person
				if (!e && party) e = cert_of_party(p, party, need->material->certificate->code, &c, &found);
			}
		}
		if (found) {
			h->offered = c.id;
			h->certificate_number = c.number_masked;
			// Offered is used unless the applicant said otherwise (国务院令第716号 art. 7): nothing is asked for
			// that the library holds. A row with 0 is that "otherwise".
			h->certificate = row == 0 ? 0 : c.id;
		}
		h->source = need->from_result ? NULL : source_proving(k->matter.item, need->material, need->subject);
		h->complete = h->source || need->from_result || need->material->generated || h->certificate || h->n_files || need->need != MAT_REQUIRED;
		if (h->mark.n && !h->fixed) h->complete = false;
		if (need->need == MAT_REQUIRED) out->needed++;
		if (need->need == MAT_REQUIRED && h->complete) out->complete++;
	}
	return e;
}

struct err *case_holding(struct plan *p, const struct kase *k, const struct values *vs, struct holding *out)
{
	return case_holding_by(p, k, vs, values_facts(p, k, vs), out);
}

static struct err *held_of(struct plan *p, const struct kase *k, struct str material, struct held **out)
{
	struct values vs;
	struct holding h;
	struct err *e = case_values(p, k, &vs);
	if (!e) e = case_holding(p, k, &vs, &h);
	*out = NULL;
	for (size_t i = 0; i < h.n && !e; i++)
		if (str_eq(h.h[i].need.key, material)) *out = &h.h[i];
	return e ? e : *out ? NULL : err_arg(p->a, E_NOT_FOUND, S("这份材料"));
}

// A file may be added while the application is being filled in; when it was returned to be
// corrected, only to a material that was marked.
static struct err *may_change(struct plan *p, const struct kase *k, const struct held *h)
{
	if (k->state == CASE_correcting && h->mark.n) return NULL;
	if (k->state == CASE_correcting) return err_arg(p->a, E_CASE_NOT_MARKED, h->need.material->name.zh);
	return case_expect(p, k, CASE_draft);
}

static struct err *changed(struct plan *p, struct kase *k, const struct held *h)
{
	if (k->state == CASE_correcting) case_store_mark_fixed(p, k->id, S("material"), h->need.key);
	k->digest = S("");
	case_touch(p, k);
	return NULL;
}

struct err *case_add_file(struct plan *p, struct kase *k, struct str material, const struct file_row *file, int64_t *id)
{
	struct held *h;
	struct err *e = held_of(p, k, material, &h);
	if (!e) e = may_change(p, k, h);
	if (e) return e;
	if ((int64_t)h->n_files >= set_int(SET_file_per_material)) return err_arg(p->a, E_FILE_MANY, str_fmt(p->a, "%lld", (long long)set_int(SET_file_per_material)));
	struct str accept = h->need.material->accept.n ? h->need.material->accept : S("pdf jpg png");
	struct str kind = str_is(file->type, "application/pdf") ? S("pdf") : str_is(file->type, "image/jpeg") ? S("jpg")
		: str_is(file->type, "image/png") ? S("png") : str_is(file->type, "application/ofd") ? S("ofd") : S("?");
	if (str_find(accept, kind) < 0) return err_args(p->a, E_FILE_TYPE, accept, file->type, S(""));
	int64_t most = h->need.material->max_mb ? h->need.material->max_mb : catalogue_setting_int(k->cat, S("upload_max_mb"), 20);
	if (file->size > most << 20) return err_arg(p->a, E_TOO_BIG, str_fmt(p->a, "%lld MB", (long long)most));
	struct file_row f = *file;
	f.id = *id = store_id(p->store);
	f.material = material;
	f.added_ms = p->now_ms;
	case_store_file_add(p, k, &f);
	return changed(p, k, h);
}

struct err *case_file_read(struct plan *p, int64_t case_id, int64_t file, struct file_row *out)
{
	struct file_row *files;
	size_t n;
	struct err *e = case_store_files(p, case_id, &files, &n);
	for (size_t i = 0; i < n && !e; i++)
		if (files[i].id == file) {
			*out = files[i];
			return NULL;
		}
	return e ? e : err_arg(p->a, E_NOT_FOUND, S("这个文件"));
}

struct err *case_blob_used(struct plan *p, struct str blob, bool *used)
{
	return case_store_blob_used(p, blob, used);
}

struct err *case_of_file(struct plan *p, int64_t file, int64_t *case_id)
{
	return case_store_file_case(p, file, case_id);
}

struct err *case_drop_file(struct plan *p, struct kase *k, int64_t file)
{
	struct file_row f;
	struct held *h;
	struct err *e = case_file_read(p, k->id, file, &f);
	if (!e) e = held_of(p, k, f.material, &h);
	if (!e) e = may_change(p, k, h);
	if (e) return e;
	case_store_file_drop(p, k->id, file);
	k->digest = S("");
	case_touch(p, k);
	return NULL;
}

struct err *case_use_certificate(struct plan *p, struct kase *k, struct str material, bool use)
{
	struct held *h;
	struct err *e = held_of(p, k, material, &h);
	if (!e) e = may_change(p, k, h);
	if (!e && !h->offered) e = err_arg(p->a, E_NOT_FOUND, S("可用的电子证照"));
	if (e) return e;
	case_store_material_put(p, k, material, use ? h->offered : 0);
	return changed(p, k, h);
}
