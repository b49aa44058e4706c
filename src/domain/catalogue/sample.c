// sample.c — see sample.h.
#include "domain/catalogue/sample.h"
#include "codec/ids.h"
#include "domain/calendar/folder.h"
#include "domain/catalogue/load_int.h"

#define KNOWN(L, y, ...) \
	do { \
		static const char *const keys_[] = {__VA_ARGS__}; \
		ld_known(L, y, keys_, countof(keys_)); \
	} while (0)

static void read_staff(struct load *L, const struct yaml *root, struct samples *out)
{
	out->staff = arena_newn(L->a, struct sample_staff, yaml_count(root));
	for (uint32_t i = 0; root->type == YAML_LIST && i < root->n; i++) {
		const struct yaml *y = root->item[i];
		struct sample_staff *s = &out->staff[out->n_staff++];
		KNOWN(L, y, "account", "name", "name_en", "password", "office", "roles", "window");
		s->account = ld_text(L, y, "account", true);
		s->name = ld_text(L, y, "name", true);
		s->name_en = ld_text(L, y, "name_en", false);
		s->password = ld_text(L, y, "password", true);
		s->office = ld_ref(L, y, "office", K_OFFICE, true);
		s->window = ld_text(L, y, "window", false);
		s->at = ld_origin(L, y);
		uint32_t n;
		struct str *r = ld_texts(L, y, "roles", &n);
		s->role = arena_newn(L->a, const struct role *, n);
		for (uint32_t k = 0; k < n; k++) {
			const struct role *x = ld_ref_code(L, yaml_get(y, S("roles")), r[k], K_ROLE);
			if (x)
				s->role[s->n_roles++] = x;
		}
		for (uint32_t k = 0; k + 1 < out->n_staff; k++)
			if (str_eq(out->staff[k].account, s->account))
				ld_finding(L, RULE_duplicate_code, y, s->account, S("account"), s->account);
	}
}

// A number that could be somebody's: a real area and a birth date of the living.
static bool may_be_real(struct str number)
{
	int64_t year;
	return !str_starts(number, S("3599")) && str_int(str_part(number, 6, 4), &year) && year >= 1907;
}

static void read_certificates(struct load *L, const struct yaml *y, struct sample_person *p)
{
	const struct yaml *list = ld_list(L, y, "certificates");
	p->n_certificates = (uint32_t)yaml_count(list);
	p->certificate = arena_newn(L->a, struct sample_certificate, p->n_certificates);
	for (uint32_t i = 0; i < p->n_certificates; i++) {
		const struct yaml *c = list->item[i];
		struct sample_certificate *x = &p->certificate[i];
		KNOWN(L, c, "type", "number", "issued", "expires", "face");
		x->type = ld_ref(L, c, "type", K_CERTIFICATE, true);
		x->number = ld_text(L, c, "number", true);
		x->issued = ld_day(L, c, "issued", INT32_MIN);
		x->expires = ld_day(L, c, "expires", INT32_MAX);
		x->face = json_obj(L->a);
		const struct yaml *face = yaml_get(c, S("face"));
		for (uint32_t k = 0; face && face->type == YAML_MAP && k < face->n; k++) {
			bool ok = false;
			for (uint32_t j = 0; x->type && j < x->type->n_fields; j++)
				ok |= str_eq(x->type->field[j].code, face->key[k]->text);
			if (!ok)
				ld_finding(L, RULE_unknown_key, face->key[k], p->account, face->key[k]->text, S(""));
			json_put(L->a, x->face, ld_copy(L, face->key[k]->text), json_str(L->a, ld_copy(L, yaml_text(face->item[k]))));
		}
	}
}

static void read_people(struct load *L, const struct yaml *root, struct samples *out)
{
	out->person = arena_newn(L->a, struct sample_person, yaml_count(root));
	for (uint32_t i = 0; root->type == YAML_LIST && i < root->n; i++) {
		const struct yaml *y = root->item[i];
		struct sample_person *p = &out->person[out->n_people++];
		KNOWN(L, y, "account", "enterprise", "password", "name", "name_en", "document", "number", "phone", "address", "sex",
			"note", "certificates");
		p->account = ld_text(L, y, "account", true);
		p->enterprise = ld_bool(L, y, "enterprise", false);
		p->password = ld_text(L, y, "password", true);
		p->name = ld_text(L, y, "name", true);
		p->name_en = ld_text(L, y, "name_en", false);
		p->document = ld_text(L, y, "document", false);
		p->number = ld_text(L, y, "number", true);
		p->phone = ld_text(L, y, "phone", false);
		p->address = ld_text(L, y, "address", false);
		p->sex = ld_text(L, y, "sex", false);
		p->note = ld_words(L, y, "note", false);
		p->at = ld_origin(L, y);
		enum ids_kind kind = IDS_RESIDENT;
		bool ok = p->enterprise ? ids_uscc(p->number, NULL) == IDS_OK :
			ids_kind_of_code(p->document.n ? p->document : S("111"), &kind) &&
			ids_check(kind, p->number, day_of(2026, 1, 1), NULL) == IDS_OK;
		if (!ok)
			ld_finding(L, RULE_sample_number, yaml_get(y, S("number")), p->account, p->account, S(""));
		else if (!p->enterprise && kind == IDS_RESIDENT && may_be_real(p->number))
			ld_finding(L, RULE_sample_real, yaml_get(y, S("number")), p->account, p->account, S(""));
		read_certificates(L, y, p);
	}
}

struct err *samples_load(const struct catalogue *c, struct str dir, struct findings *f, struct samples *out)
{
	static const char *const suffix[] = {"staff.yaml", "people.yaml", NULL};
	struct arena *tmp = arena_new(0);
	struct folder_file *file = NULL;
	uint32_t n = 0;
	*out = (struct samples){0};
	struct err *e = folder_read(tmp, dir, suffix, &file, &n);
	if (e) {
		e = err_arg(f->a, e->code, str_copy(f->a, e->arg[0]));
		arena_free(tmp);
		return e;
	}
	struct load L = {.a = c->own, .none = S(""), .tmp = tmp, .c = (struct catalogue *)c, .f = f};
	for (uint32_t i = 0; i < n; i++) {
		struct yaml *root;
		struct err *bad = yaml_parse(tmp, file[i].path, file[i].text, (struct yaml_limits){0}, &root);
		if (bad)
			finding_add(f, RULE_bad_file, file[i].path, bad->line, S(""), err_text(tmp, bad, false), err_text(tmp, bad, true), S(""));
		else if (str_is(file[i].path, "staff.yaml"))
			read_staff(&L, root, out);
		else if (str_is(file[i].path, "people.yaml"))
			read_people(&L, root, out);
	}
	arena_free(tmp);
	return NULL;
}
