// boot.c — opening a city: store, keys, journal, catalogue, sample identities.
#include "cli/boot.h"

#include <stdio.h>

#include "base/file.h"
#include "base/log.h"
#include "base/seam.h"
#include "base/set.h"
#include "domain/case/case.h"
#include "domain/catalogue/sample.h"
#include "domain/cert/cert.h"
#include "domain/party/account.h"
#include "domain/party/party.h"
#include "domain/release/release.h"
#include "domain/schema.h"
#include "domain/trail.h"

enum { SIGN_EVERY_MS = 60 * 60 * 1000 };

static struct err *plan_begin(struct boot *b, struct plan *p, const char *verb)
{
	*p = (struct plan){.a = b->a, .store = b->store, .domain = b->domain, .now_ms = seam_now_ms(), .verb = verb,
		.actor = {.roles = 1u << ROLE_SYSTEM, .name = S("系统"), .via = VIA_CLI}};
	p->ws = wset_new(b->a);
	p->cat = domain_catalogue(b->domain);
	return snap_open(b->store, b->a, &p->snap);
}

static struct err *plan_end(struct boot *b, struct plan *p, struct err *e)
{
	snap_close(p->snap);
	catalogue_unref(p->cat);
	CHECK(e || !p->rows);
	return e ? e : wset_count(p->ws) ? store_commit(b->store, b->a, p->ws) : NULL;
}

static uint32_t role_bits(const struct sample_staff *s)
{
	uint32_t bits = 0;
	for (uint32_t i = 0; i < s->n_roles; i++)
		for (int r = 0; r < ROLE_COUNT; r++)
			if (str_eq(s->role[i]->code, str_of(role_name((enum actor_role)r)))) bits |= 1u << r;
	return bits;
}

static struct err *seed_staff(struct boot *b, const struct sample_staff *s)
{
	struct plan p;
	bool exists;
	int64_t id;
	struct err *e = plan_begin(b, &p, "demo.seed");
	if (e) return e;
	e = account_exists(&p, s->account, &exists);
	struct account_new n = {.login = s->account, .password = s->password, .name = s->name, .office = s->office->code, .place = s->window,
		.unit = s->office->home, .roles = role_bits(s),
		.sample = str_fmt(b->a, STR_FMT " · " STR_FMT, STR_ARG(s->office->name.zh), STR_ARG(s->role[0]->name.zh))};
	if (!e && !exists) e = account_create(&p, &n, &id);
	return plan_end(b, &p, e);
}

static struct err *seed_certificates(struct boot *b, const struct sample_person *s, int64_t party)
{
	struct plan p;
	struct err *e = plan_begin(b, &p, "demo.seed");
	for (uint32_t i = 0; !e && i < s->n_certificates; i++) {
		const struct sample_certificate *c = &s->certificate[i];
		int64_t id;
		struct str number;
		struct cert_new n = {.home = c->type->issuer->home, .party = party, .type = c->type->code, .number = c->number,
			.holder_masked = s->enterprise ? s->name : field_masked(b->a, SENS_NAME, s->name), .issued = c->issued, .expires = c->expires, .face = c->face};
		e = cert_issue(&p, &n, &id, &number);
	}
	return plan_end(b, &p, e);
}

static struct err *seed_person(struct boot *b, const struct sample_person *s)
{
	struct plan p;
	bool exists;
	int64_t party = 0, account;
	struct err *e = plan_begin(b, &p, "demo.seed");
	if (e) return e;
	e = account_exists(&p, s->account, &exists);
	struct party_new n = {.enterprise = s->enterprise, .name = s->name, .phone = s->phone, .address = s->address,
		.document_type = s->enterprise ? S("uscc") : s->document, .document = s->number};
	if (!e && !exists) e = party_create(&p, &n, &party);
	struct account_new acc = {.login = s->account, .password = s->password, .party = party, .roles = 1u << ROLE_PERSON,
		.name = s->enterprise ? s->name : field_masked(b->a, SENS_NAME, s->name), .sample = s->note.zh};
	if (!e && !exists) e = account_create(&p, &acc, &account);
	e = plan_end(b, &p, e);
	return e || exists ? e : seed_certificates(b, s, party);
}

static struct err *seed(struct boot *b, struct str city)
{
	struct samples samples;
	struct findings *f = findings_new(b->a, 20);
	struct catalogue *cat = domain_catalogue(b->domain);
	struct err *e = samples_load(cat, city, f, &samples);
	if (!e && f->errors) e = err_arg(b->a, E_CATALOGUE, str_fmt(b->a, "%zu", f->errors));
	for (uint32_t i = 0; !e && i < samples.n_people; i++) e = seed_person(b, &samples.person[i]);
	for (uint32_t i = 0; !e && i < samples.n_staff; i++) e = seed_staff(b, &samples.staff[i]);
	catalogue_unref(cat);
	return e;
}

static struct err *publish(struct boot *b, struct str city)
{
	struct findings *f = findings_new(b->a, 20);
	bool changed;
	struct err *e = domain_publish(b->domain, b->a, city, f, &changed);
	if (e && f->errors) {
		struct buf text = buf_new(b->a);
		findings_print(&text, f, false);
		fprintf(stderr, STR_FMT, STR_ARG(buf_str(&text)));
	}
	return e;
}

// The folder, and what was published on top of it since: the row of what is in force wins.
static struct err *in_force(struct boot *b, struct str city)
{
	struct plan p;
	struct err *e = city.n ? publish(b, city) : NULL;
	if (!e) e = plan_begin(b, &p, "catalogue.publish");
	if (e) return e;
	e = release_start(&p, city.n ? p.cat->hash : S(""));
	return plan_end(b, &p, e);
}

struct err *boot_open(struct arena *a, const struct boot_config *c, struct boot *b)
{
	*b = (struct boot){.a = a};
	struct store_config sc = {.url = c->store_url.n ? c->store_url : str_fmt(a, "sqlite:" STR_FMT, STR_ARG(c->data)), .data_dir = c->data,
		.readers = c->readers ? c->readers : (int)set_int(SET_store_readers), .writers = (int)set_int(SET_store_writers),
		.group_max = (int)set_int(SET_store_group), .inline_commit = c->inline_commit, .sync_off = c->sync_off};
	sc.node = str_starts(sc.url, S("sqlite:")) ? 0 : set_int(SET_store_node) ? (int)set_int(SET_store_node) : -1;
	sc.migrations = schema_all(a, &sc.n_migrations);
	// A misspelt folder must not become a new, empty city whose trail is whole.
	struct str key = str_fmt(a, STR_FMT "/keys/master", STR_ARG(c->data));
	if (c->existing && !file_exists(a, key)) return err_arg(a, E_NOT_FOUND, key);
	struct err *e = folder_make(a, c->data);
	if (!e) e = domain_open(a, c->data, &b->domain);
	if (!e) e = store_open(a, &sc, &b->store);
	if (e) return e;
	b->domain->base_url = c->base_url;
	b->domain->demo = c->demo;
	b->domain->hooks = &case_flow_hooks;
	b->journal = journal_attach(a, b->store, (struct journal_signing){b->domain->sign, SIGN_EVERY_MS});
	b->app = (struct op_app){.store = b->store, .domain = b->domain};
	struct plan p;
	e = plan_begin(b, &p, "keys.bind");
	if (!e) e = plan_end(b, &p, secret_bind(&p));
	if (!e) e = in_force(b, c->city);
	if (!e && !c->city.n && !domain_in_force(b->domain)) e = domain_resume(b->domain, a);   // published before there were rows of it
	if (!e && c->demo && c->city.n) e = seed(b, c->city);
	return e;
}

void boot_close(struct boot *b)
{
	if (b->store) store_close(b->store);
	domain_close(b->domain);
	b->store = NULL;
	b->domain = NULL;
}
