// query.c — what needs no approval: an enquiry is answered at once from the record, and printed as a signed answer.
//
// Only the asker's own data is read, and each certificate or case that is read is written to the access log. An empty
// record is an answer too: it says that nothing was found, and until when was looked.
#include "domain/case/case_int.h"

enum { CASES_READ = 100 };

static void add_line(struct query_answer *q, struct plan *p, struct str line)
{
	struct str *more = arena_newn(p->a, struct str, q->found + 1);
	if (q->found) memcpy(more, q->line, q->found * sizeof *more);
	more[q->found++] = line;
	q->line = more;
}

static struct str face_words(struct plan *p, const struct face_field *f, struct str text)
{
	for (uint32_t o = 0; f->element && o < f->element->n_options; o++)
		if (str_eq(f->element->option[o].code, text)) return words_in(f->element->option[o].text, p->actor.english);
	return text;
}

static struct err *read_certificates(struct plan *p, const struct item *it, int64_t home, struct query_answer *q)
{
	struct cert *c;
	size_t n;
	struct err *e = cert_valid(p, p->actor.party, S(""), &c, &n);
	for (size_t i = 0; i < n && !e; i++) {
		const struct certificate_type *t = NULL;
		for (uint32_t k = 0; k < it->query.n_from; k++)
			if (str_eq(it->query.from[k]->code, c[i].type)) t = it->query.from[k];
		if (!t) continue;
		struct buf b = buf_new(p->a);
		struct str name = words_in(t->name, p->actor.english);
		buf_add(&b, name);
		for (uint32_t f = 0; f < t->n_fields; f++) {
			struct str v = json_text(json_get(c[i].face, t->field[f].code));
			if (!v.n || str_starts(t->field[f].code, S("holder"))) continue;
			v = face_words(p, &t->field[f], v);
			name = words_in(t->field[f].name, p->actor.english);
			buf_fmt(&b, p->actor.english ? ", " STR_FMT ": " STR_FMT : "，" STR_FMT " " STR_FMT, STR_ARG(name), STR_ARG(v));
		}
		trail_look(p, "certificate", c[i].id, home, S("face"), it->code);
		add_line(q, p, buf_str(&b));
	}
	return e;
}

static struct err *read_cases(struct plan *p, const struct item *it, int64_t home, struct query_answer *q)
{
	struct cases all;
	struct err *e = case_of_party(p, p->actor.party, 0, CASES_READ, &all);
	for (size_t i = 0; i < all.n && !e; i++) {
		const struct kase *k = all.k[i];
		if (!k->number.n) continue;
		struct str name = words_in(k->bundle ? k->matter.bundle->name : k->matter.item->name, p->actor.english);
		struct str state = words_in(case_state_words(k->state), p->actor.english);
		add_line(q, p, str_fmt(p->a, p->actor.english ? STR_FMT ", " STR_FMT ", " STR_FMT : STR_FMT "，" STR_FMT "，" STR_FMT, STR_ARG(k->number),
			STR_ARG(name), STR_ARG(state)));
		trail_look(p, "case", k->id, home, S("state"), it->code);
	}
	return e;
}

struct err *case_query(struct plan *p, const struct item *it, struct query_answer *q)
{
	CHECK(it->query.answer);
	struct party party;
	bool en = p->actor.english;
	int64_t home = it->office->home;
	struct buf at = buf_new(p->a), answer = buf_new(p->a);
	*q = (struct query_answer){0};
	struct err *e = party_read(p, p->actor.party, &party);
	if (!e) e = read_certificates(p, it, home, q);
	if (!e && it->query.cases) e = read_cases(p, it, home, q);
	if (e) return e;
	int64_t second = (p->now_ms - ms_shanghai(day_shanghai(p->now_ms), 0, 0)) / 1000;
	day_print(&at, day_shanghai(p->now_ms));
	buf_fmt(&at, " %02d:%02d:%02d", (int)(second / 3600), (int)(second / 60 % 60), (int)(second % 60));
	q->as_of = buf_str(&at);
	// A proof that there is nothing is no proof where there is something.
	q->refused = it->query.absence && q->found;
	for (uint32_t i = 0; i < q->found; i++) buf_fmt(&answer, "%s%u. " STR_FMT, i ? en ? "; " : "；" : "", i + 1, STR_ARG(q->line[i]));
	if (!q->found) {
		struct buf what = buf_new(p->a);
		for (uint32_t i = 0; i < it->query.n_from; i++) {
			struct str name = words_in(it->query.from[i]->name, en);
			buf_fmt(&what, "%s" STR_FMT, i ? en ? ", " : "、" : "", STR_ARG(name));
		}
		if (it->query.cases) buf_fmt(&what, "%s%s", what.n ? en ? ", " : "、" : "", en ? "cases" : "办件");
		buf_fmt(&answer, en ? "No record of " STR_FMT " in your name as of " STR_FMT : "没有查到您名下的" STR_FMT "记录，截至 " STR_FMT, STR_ARG(buf_str(&what)),
			STR_ARG(q->as_of));
	}
	q->text = buf_str(&answer);
	struct json *detail = json_obj(p->a);
	json_put(p->a, detail, S("query"), json_str(p->a, it->code));
	json_put(p->a, detail, S("found"), json_num(p->a, q->found));
	if (q->refused) {
		e = trail_add(p, "query", store_id(p->store), home, detail);
		return e;
	}
	struct json *face = json_obj(p->a);
	json_put(p->a, face, S("holder"), json_str(p->a, party.name));
	json_put(p->a, face, S("holder_number"), json_str(p->a, party.masked));
	json_put(p->a, face, S("as_of"), json_str(p->a, q->as_of));
	json_put(p->a, face, S("found"), json_str(p->a, str_fmt(p->a, "%u", q->found)));
	json_put(p->a, face, S("answer"), json_str(p->a, q->text));
	struct cert_new n = {.home = home, .party = p->actor.party, .type = it->query.answer->code, .holder_masked = party.masked,
		.issued = day_shanghai(p->now_ms), .face = face};
	e = cert_issue(p, &n, &q->certificate, &q->number);
	return e ? e : trail_add(p, "query", q->certificate, home, detail);
}
