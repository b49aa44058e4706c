// domain.c — keys and what belongs to a program once.
#include "domain/domain.h"

#include "base/file.h"
#include "base/seam.h"
#include "codec/bytes.h"
#include "domain/flow/model.h"
#include "domain/shelf.h"

static struct err *key_file(struct arena *a, struct str path, struct str *out)
{
	struct err *e = file_read(a, path, 4096, out);
	if (!e || e->code != E_NOT_FOUND) return e;
	uint8_t raw[32];
	seam_random(raw, sizeof raw);
	struct buf b = buf_new(a);
	bytes_hex(&b, raw, sizeof raw);
	*out = buf_str(&b);
	return file_write(a, path, *out, true);
}

static struct err *sign_key(struct arena *a, struct str path, struct sm2_key **out)
{
	struct str pem;
	struct err *e = file_read(a, path, 16384, &pem);
	if (!e) return sm2_load(a, pem, out);
	if (e->code != E_NOT_FOUND) return e;
	*out = sm2_generate();
	struct buf b = buf_new(a);
	sm2_save_private(&b, *out);
	return file_write(a, path, buf_str(&b), true);
}

struct err *domain_open(struct arena *a, struct str data_dir, struct domain **out)
{
	struct domain *d = arena_new1(a, struct domain);
	struct str master, keys = str_fmt(a, STR_FMT "/keys", STR_ARG(data_dir));
	struct err *e = folder_make(a, keys);
	if (!e) e = key_file(a, str_fmt(a, STR_FMT "/master", STR_ARG(keys)), &master);
	if (!e) e = sign_key(a, str_fmt(a, STR_FMT "/sign.pem", STR_ARG(keys)), &d->sign);
	if (e) return e;
	d->a = a;
	d->data_dir = data_dir;
	d->seal = sm_key_derive(1, master, S("seal"));
	sm3_hmac(master, S("index"), d->index_key);
	sm3_hmac(master, S("gate"), d->gate_key);
	d->shelf = shelf_new(a);
	d->models = flow_models_new(a);
	*out = d;
	return NULL;
}

void domain_close(struct domain *d)
{
	if (!d) return;
	flow_models_free(d->models);
	shelf_free(d->shelf);
	sm2_free(d->sign);
}
