// source.c — asking other offices, and taking what they say.
#include <stdlib.h>

#include "base/set.h"
#include "codec/bytes.h"
#include "domain/outbox.h"
#include "domain/source/source_store.h"
#include "domain/trail.h"

static struct str text_of(struct arena *a, const struct json *j)
{
	struct buf b = buf_new(a);
	json_print_canonical(&b, j);
	return buf_str(&b);
}

static void opened(struct plan *p, struct source_query *q)
{
	q->request = secret_open(p, q->request);
	q->answer = secret_open(p, q->answer);
}

// The row holds what is sealed, the struct what is clear.
static void write_row(struct plan *p, struct source_query *q, bool fresh)
{
	struct source_query row = *q;
	row.request = secret_seal(p, q->request);
	row.answer = secret_seal(p, q->answer);
	if (fresh) source_store_insert(p, &row);
	else source_store_update(p, &row);
	q->rev = row.rev;
}

// What the journal says of a question: codes and digests, no value.
static struct err *trail(struct plan *p, const struct source_query *q, const char *note)
{
	struct json *d = json_obj(p->a);
	json_put(p->a, d, S("case"), json_id(p->a, q->case_id));
	json_put(p->a, d, S("source"), json_str(p->a, q->source));
	json_put(p->a, d, S("version"), json_str(p->a, q->version));
	json_put(p->a, d, S("state"), json_str(p->a, q->state));
	if (q->digest.n) json_put(p->a, d, S("answer"), json_str(p->a, q->digest));
	if (q->why.n) json_put(p->a, d, S("why"), json_str(p->a, q->why));
	if (note) json_put(p->a, d, S("note"), json_str(p->a, str_of(note)));
	return trail_add(p, "source", q->id, q->home, d);
}

// ---- asking ----

static struct err *again(struct plan *p, const struct source *s, struct source_query *q, bool *found)
{
	struct source_query old;
	*found = false;
	if (!s->age_h) return NULL;
	struct err *e = source_store_same(p, q->same, p->now_ms - s->age_h * 3600000LL, &old, found);
	if (e || !*found) return e;
	opened(p, &old);
	q->state = S("answered");
	q->answer = old.answer;
	q->digest = old.digest;
	q->reused = old.id;
	q->done_ms = p->now_ms;
	return NULL;
}

struct err *source_ask(struct plan *p, const struct source_question *ask, struct source_query *q)
{
	const struct source *s = ask->use->source;
	struct json *request = json_obj(p->a), *facts = json_arr(p->a), *body = json_obj(p->a);
	bool found;
	for (uint32_t i = 0; i < ask->use->n_facts; i++) json_add(p->a, facts, json_str(p->a, ask->use->fact[i]->code));
	json_put(p->a, request, S("query"), json_copy(p->a, ask->query));
	json_put(p->a, request, S("facts"), facts);
	*q = (struct source_query){.home = ask->home, .id = store_id(p->store), .case_id = ask->case_id, .item = ask->item, .source = s->code,
		.subject = ask->use->subject->code, .version = s->version, .request = text_of(p->a, request), .state = S("asked"), .answer = S(""),
		.digest = S(""), .why = S(""), .asked_ms = p->now_ms, .due_ms = p->now_ms + s->within_s * 1000LL, .rev = 1};
	q->same = secret_index(p, "source", str_fmt(p->a, STR_FMT "|" STR_FMT "|%lld|" STR_FMT, STR_ARG(s->code), STR_ARG(s->version),
		(long long)ask->party, STR_ARG(q->request)));
	struct err *e = again(p, s, q, &found);
	if (e) return e;
	write_row(p, q, true);
	if (!found) {
		json_put(p->a, body, S("query"), json_id(p->a, q->id));
		json_put(p->a, body, S("source"), json_str(p->a, s->code));
		outbox_add(p, S("source.ask"), str_fmt(p->a, "%lld", (long long)q->id), body);
	}
	return trail(p, q, found ? "reused" : NULL);
}

struct err *source_of_case(struct plan *p, int64_t case_id, struct source_query **out, size_t *n)
{
	struct err *e = source_store_of_case(p, case_id, out, n);
	for (size_t i = 0; i < *n; i++) opened(p, &(*out)[i]);
	return e;
}

struct err *source_read(struct plan *p, int64_t id, struct source_query *out)
{
	bool found;
	struct err *e = source_store_find(p, id, out, &found);
	if (e || !found) return e ? e : err_arg(p->a, E_NOT_FOUND, S("这次数据核验"));
	opened(p, out);
	return NULL;
}

// ---- sending ----

// "population=https://…, credit_list=https://…"
static struct str of_list(struct str list, struct str code)
{
	while (list.n) {
		struct str value = str_trim(str_cut(&list, S(","))), key = str_trim(str_cut(&value, S("=")));
		if (str_eq(key, code)) return str_trim(value);
	}
	return S("");
}

struct str source_sign(struct plan *p, const struct source *s, struct str body)
{
	uint8_t mac[SM3_BYTES];
	struct buf b = buf_new(p->a);
	struct str key = s->kind == SOURCE_SANDBOX ? (struct str){(const char *)p->domain->gate_key, sizeof p->domain->gate_key}
		: of_list(set_text(SET_source_secrets), s->code);
	if (!key.n) return S("");
	sm3_hmac(key, body, mac);
	bytes_hex(&b, mac, sizeof mac);
	return buf_str(&b);
}

struct err *source_send(struct plan *p, struct source_query *q, const struct source *s, struct str purpose, struct source_wire *out)
{
	struct json *request, *body = json_obj(p->a);
	struct buf fields = buf_new(p->a);
	struct err *e = json_parse(p->a, q->request, (struct json_limits){0}, &request);
	if (e) return e;
	json_put(p->a, body, S("query"), json_id(p->a, q->id));
	json_put(p->a, body, S("source"), json_str(p->a, s->code));
	json_put(p->a, body, S("version"), json_str(p->a, s->version));
	json_put(p->a, body, S("purpose"), json_str(p->a, purpose));
	json_put(p->a, body, S("subject"), json_get(request, S("query")));
	json_put(p->a, body, S("facts"), json_get(request, S("facts")));
	*out = (struct source_wire){.kind = s->kind, .url = s->kind == SOURCE_HTTP ? of_list(set_text(SET_source_addresses), s->code) : S(""),
		.body = text_of(p->a, body), .timeout_ms = s->timeout_ms};
	out->signature = source_sign(p, s, out->body);
	// A sandbox is no source of facts where real people apply.
	out->possible = out->signature.n && (s->kind == SOURCE_HTTP ? out->url.n > 0 : p->domain->demo);
	if (!out->possible) return NULL;
	const struct json *facts = json_get(request, S("facts"));
	for (size_t i = 0; i < json_count(facts); i++) buf_fmt(&fields, "%s" STR_FMT, i ? " " : "", STR_ARG(json_text(facts->item[i])));
	trail_look(p, "source", q->id, q->home, buf_str(&fields), purpose);
	q->tries++;
	write_row(p, q, false);
	return trail(p, q, "sent");
}

// ---- answers ----

static struct err *settle(struct plan *p, struct source_query *q, const char *state, const char *why)
{
	q->state = str_of(state);
	q->why = str_of(why);
	q->done_ms = p->now_ms;
	write_row(p, q, false);
	return trail(p, q, NULL);
}

struct err *source_give_up(struct plan *p, struct source_query *q, struct str why)
{
	return settle(p, q, "silent", str_z(p->a, why));
}

// An answer nobody waits for any more: nothing of it is kept but that it came.
static struct err *late(struct plan *p, struct source_query *q)
{
	if (q->late_ms) return NULL;
	q->late_ms = p->now_ms;
	write_row(p, q, false);
	return trail(p, q, "late");
}

struct err *source_take(struct plan *p, struct source_query *q, const struct catalogue *cat, const struct source *s, struct str body,
	struct str signature, bool own, bool waited, bool *settled)
{
	struct json *request, *facts;
	struct str good = source_sign(p, s, body), digest = digest_hex(p->a, body);
	bool is_signed = good.n && sm_equal_str(good, signature);
	*settled = false;
	// The signature is over the bytes as they came, before anything in them is believed.
	if (!is_signed && !own) return err_new(p->a, E_SOURCE_SIGNATURE);
	if (!source_open(q)) return str_is(q->state, "silent") && is_signed ? late(p, q) : NULL;      // a repeat is harmless
	if (!waited) return late(p, q);
	*settled = true;
	if (!is_signed) return settle(p, q, "wrong", "signature");
	if (p->now_ms >= q->due_ms) {
		q->late_ms = p->now_ms;
		return settle(p, q, "silent", "late");
	}
	struct err *e = json_parse(p->a, q->request, (struct json_limits){0}, &request);
	if (e) return e;
	enum source_says says = source_parse(p->a, cat, s, json_get(request, S("facts")), body, q->id, day_shanghai(p->now_ms), &facts);
	q->digest = digest;
	if (says == SOURCE_MALFORMED) return settle(p, q, "wrong", "malformed");
	if (says == SOURCE_NONE) return settle(p, q, "none", "");
	q->answer = text_of(p->a, facts);
	return settle(p, q, "answered", "");
}

struct err *source_due(struct plan *p, int64_t now_ms, uint32_t limit, int64_t **ids, size_t *n)
{
	return source_store_due(p, now_ms, limit, ids, n);
}

// ---- for staff ----

enum { TIMES_MOST = 1000 };

static int rising(const void *x, const void *y)
{
	int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;
	return (a > b) - (a < b);
}

struct err *source_counts(struct plan *p, int64_t since_ms, struct source_count **out, size_t *n)
{
	struct err *e = source_store_counts(p, since_ms, out, n);
	for (size_t i = 0; i < *n && !e; i++) {
		int64_t *ms;
		size_t m;
		(*out)[i].median_ms = -1;
		e = source_store_times(p, (*out)[i].source, since_ms, TIMES_MOST, &ms, &m);
		if (e || !m) continue;
		qsort(ms, m, sizeof *ms, rising);
		(*out)[i].median_ms = ms[(m - 1) / 2];
	}
	return e;
}

struct words source_state_words(struct str state)
{
	static const char *const known[][3] = {{"asked", "等待答复", "waiting for the answer"}, {"answered", "已答复", "answered"},
		{"none", "查无记录", "no record"}, {"silent", "没有答复", "no answer"}, {"wrong", "答复不能采信", "answer not trusted"}};
	for (size_t i = 0; i < countof(known); i++)
		if (str_eq(state, str_of(known[i][0]))) return (struct words){str_of(known[i][1]), str_of(known[i][2])};
	return (struct words){state, state};
}

struct words source_why_words(struct str why)
{
	static const struct { const char *why, *zh, *en; } known[] = {
		{"time", "超过时限", "the time was over"}, {"late", "答复来晚了", "the answer came too late"},
		{"timeout", "几次都没有连上或者没有回应", "no connection or no answer, several times"},
		{"address", "没有配置地址或者密钥", "no address or secret is configured"},
		{"signature", "签名不对", "bad signature"}, {"malformed", "内容不合约定", "not as agreed"}};
	for (size_t i = 0; i < countof(known); i++)
		if (str_eq(why, str_of(known[i].why))) return (struct words){str_of(known[i].zh), str_of(known[i].en)};
	return (struct words){why, why};
}
