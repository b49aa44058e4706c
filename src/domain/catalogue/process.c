// process.c — the BPMN 2.0 model of a bundle (its items are call activities) and of an item's steps.
//
// Variables of a bundle's process: the answers and subjects of the application, and result_<item>
// with the outcome of each item that has ended. Whoever depends on an item that was not granted is
// skipped: its call is never made, so its result_<item> stays null and those after it are skipped too.
#include "domain/catalogue/merge_int.h"

static void esc(struct buf *b, struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		switch (s.p[i]) {
		case '<': buf_lit(b, "&lt;"); break;
		case '>': buf_lit(b, "&gt;"); break;
		case '&': buf_lit(b, "&amp;"); break;
		case '"': buf_lit(b, "&quot;"); break;
		case '\n': buf_lit(b, "&#10;"); break;
		default: buf_byte(b, s.p[i]);
		}
}

static void head(struct buf *b, const char *kind, struct str code, struct str name)
{
	buf_lit(b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<bpmn:definitions xmlns:bpmn=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" xmlns:tb=\"urn:tongban:bpmn:1\""
		" targetNamespace=\"urn:tongban:city\">\n");
	buf_fmt(b, "<bpmn:process id=\"%s_" STR_FMT "\" name=\"", kind, STR_ARG(code));
	esc(b, name);
	buf_lit(b, "\" isExecutable=\"true\">\n");
}

static struct str limit_code(struct arena *a, struct limit l)
{
	switch (l.unit) {
	case LIMIT_ON_SPOT: return S("0wd");
	case LIMIT_HOUR: return str_fmt(a, "PT%dH", l.n);
	case LIMIT_WORKING_DAY: return str_fmt(a, "%dwd", l.n);
	case LIMIT_DAY: return str_fmt(a, "P%dD", l.n);
	case LIMIT_MONTH: return str_fmt(a, "P%dM", l.n);
	}
	return S("0wd");
}

struct flow { struct buf *b; uint32_t n; };

static void flow(struct flow *f, struct str from, struct str to, struct str condition)
{
	buf_fmt(f->b, "<bpmn:sequenceFlow id=\"flow_%u\" sourceRef=\"" STR_FMT "\" targetRef=\"" STR_FMT "\"", ++f->n,
		STR_ARG(from), STR_ARG(to));
	if (!condition.n) {
		buf_lit(f->b, "/>\n");
		return;
	}
	buf_lit(f->b, "><bpmn:conditionExpression>");
	esc(f->b, condition);
	buf_lit(f->b, "</bpmn:conditionExpression></bpmn:sequenceFlow>\n");
}

static void gateway(struct buf *b, const char *kind, struct str id, struct str dflt)
{
	buf_fmt(b, "<bpmn:%sGateway id=\"" STR_FMT "\"", kind, STR_ARG(id));
	if (dflt.n)
		buf_fmt(b, " default=\"" STR_FMT "\"", STR_ARG(dflt));
	buf_lit(b, "/>\n");
}

static void property(struct buf *b, const char *name, struct str value)
{
	buf_fmt(b, "<tb:property name=\"%s\" value=\"", name);
	esc(b, value);
	buf_lit(b, "\"/>");
}

#define ID(a, prefix, it) str_fmt(a, prefix "_" STR_FMT, STR_ARG((it)->code))

struct str bundle_bpmn(struct arena *a, const struct catalogue *c, const struct bundle *b)
{
	(void)c;
	struct buf out = buf_new(a);
	struct flow f = {&out, 0};
	head(&out, "bundle", b->code, b->name.zh);
	buf_lit(&out, "<bpmn:extensionElements>");
	property(&out, "bundle", b->code);
	property(&out, "promise", limit_code(a, b->promised));
	buf_lit(&out, "</bpmn:extensionElements>\n<bpmn:startEvent id=\"start\"/>\n");
	uint32_t roots = 0, leaves = 0;
	uint32_t *next = arena_newn(a, uint32_t, b->n_items + 1);
	for (uint32_t i = 0; i < b->n_items; i++) {
		roots += b->item[i].n_after == 0;
		for (uint32_t k = 0; k < b->item[i].n_after; k++)
			for (uint32_t j = 0; j < b->n_items; j++)
				next[j] += b->item[j].item == b->item[i].after[k];
	}
	struct str begin = S("start"), end = S("end");
	if (roots > 1) {
		gateway(&out, "parallel", S("fork"), S(""));
		flow(&f, begin, S("fork"), S(""));
		begin = S("fork");
	}
	for (uint32_t i = 0; i < b->n_items; i++)
		leaves += next[i] == 0;
	if (leaves > 1) {
		gateway(&out, "parallel", S("join"), S(""));
		end = S("join");
	}
	for (uint32_t i = 0; i < b->n_items; i++) {
		const struct bundle_item *m = &b->item[i];
		const struct item *it = m->item;
		struct str in = ID(a, "in", it), call = ID(a, "call", it), past = ID(a, "past", it), skip = ID(a, "skip", it);
		struct str entry = in;
		if (m->n_after > 1) {
			entry = ID(a, "wait", it);
			gateway(&out, "parallel", entry, S(""));
			flow(&f, entry, in, S(""));
		}
		if (!m->n_after)
			flow(&f, begin, entry, S(""));
		gateway(&out, "exclusive", in, skip);
		struct buf cond = buf_new(a);
		if (m->when.text.n)
			buf_fmt(&cond, "(" STR_FMT ")", STR_ARG(m->when.text));
		for (uint32_t k = 0; k < m->n_after; k++)
			buf_fmt(&cond, "%sresult_" STR_FMT ".outcome = \"granted\"", cond.n ? " and " : "", STR_ARG(m->after[k]->code));
		if (!cond.n)
			buf_lit(&cond, "true");
		flow(&f, in, call, buf_str(&cond));
		buf_fmt(&out, "<bpmn:sequenceFlow id=\"" STR_FMT "\" sourceRef=\"" STR_FMT "\" targetRef=\"" STR_FMT "\"/>\n",
			STR_ARG(skip), STR_ARG(in), STR_ARG(past));
		buf_fmt(&out, "<bpmn:callActivity id=\"" STR_FMT "\" name=\"", STR_ARG(call));
		esc(&out, it->name.zh);
		buf_fmt(&out, "\" calledElement=\"item_" STR_FMT "\" tb:result=\"result_" STR_FMT "\" tb:office=\"" STR_FMT "\">",
			STR_ARG(it->code), STR_ARG(it->code), STR_ARG(it->office->code));
		buf_lit(&out, "<bpmn:extensionElements>");
		property(&out, "item", it->code);
		property(&out, "promise", limit_code(a, it->promised));
		property(&out, "statutory", limit_code(a, it->statutory));
		buf_lit(&out, "</bpmn:extensionElements></bpmn:callActivity>\n");
		flow(&f, call, past, S(""));
		gateway(&out, "exclusive", past, S(""));
		struct str from = past;
		if (next[i] > 1) {
			from = ID(a, "then", it);
			gateway(&out, "parallel", from, S(""));
			flow(&f, past, from, S(""));
		}
		if (!next[i])
			flow(&f, from, end, S(""));
		for (uint32_t j = 0; j < b->n_items; j++)
			for (uint32_t k = 0; k < b->item[j].n_after; k++)
				if (b->item[j].after[k] == it)
					flow(&f, from, b->item[j].n_after > 1 ? ID(a, "wait", b->item[j].item) : ID(a, "in", b->item[j].item), S(""));
	}
	if (leaves > 1)
		flow(&f, S("join"), S("end"), S(""));
	buf_lit(&out, "<bpmn:endEvent id=\"end\" tb:outcome=\"done\"/>\n</bpmn:process>\n</bpmn:definitions>\n");
	return buf_str(&out);
}

static void end_event(struct buf *b, const char *id, const char *outcome)
{
	buf_fmt(b, "<bpmn:endEvent id=\"%s\" tb:outcome=\"%s\"/>\n", id, outcome);
}

// The generic approval 受理 → 审查 → 决定 → 制证 → 送达 with an item's own steps. The task of
// acceptance answers `accepted` (false: 不予受理), the task of decision `granted`.
struct str item_bpmn(struct arena *a, const struct catalogue *c, const struct item *it)
{
	(void)c;
	struct buf out = buf_new(a);
	struct flow f = {&out, 0};
	head(&out, "item", it->code, it->name.zh);
	buf_lit(&out, "<bpmn:extensionElements>");
	property(&out, "item", it->code);
	property(&out, "promise", limit_code(a, it->promised));
	property(&out, "statutory", limit_code(a, it->statutory));
	buf_lit(&out, "</bpmn:extensionElements>\n<bpmn:startEvent id=\"start\"/>\n");
	struct str from = S("start");
	bool declined = false, refused = false;
	for (uint32_t i = 0; i < it->n_steps; i++) {
		const struct item_step *s = &it->step[i];
		struct str id = str_fmt(a, "%s_%u", step_kind_code(s->kind), i + 1);
		flow(&f, from, id, S(""));
		buf_fmt(&out, "<bpmn:userTask id=\"" STR_FMT "\" name=\"", STR_ARG(id));
		esc(&out, s->name.zh);
		buf_fmt(&out, "\" tb:role=\"" STR_FMT "\" tb:office=\"" STR_FMT "\" tb:limit=\"" STR_FMT "\" tb:formKey=\"%s\">",
			STR_ARG(s->role ? s->role->code : S("")), STR_ARG(it->office->code), STR_ARG(limit_code(a, s->limit)),
			step_kind_code(s->kind));
		buf_lit(&out, "<bpmn:extensionElements>");
		property(&out, "step", str_of(step_kind_code(s->kind)));
		property(&out, "officers", str_fmt(a, "%u", s->officers));
		buf_lit(&out, "</bpmn:extensionElements></bpmn:userTask>\n");
		from = id;
		if (s->kind == STEP_ACCEPT || s->kind == STEP_DECIDE) {
			bool accept = s->kind == STEP_ACCEPT;
			struct str gate = str_fmt(a, "gate_%u", i + 1), on = str_fmt(a, "on_%u", i + 1), pass = str_fmt(a, "pass_%u", i + 1);
			flow(&f, id, gate, S(""));
			gateway(&out, "exclusive", gate, on);
			flow(&f, gate, accept ? S("declined") : S("refused"), accept ? S("accepted = false") : S("granted = false"));
			buf_fmt(&out, "<bpmn:sequenceFlow id=\"" STR_FMT "\" sourceRef=\"" STR_FMT "\" targetRef=\"" STR_FMT "\"/>\n",
				STR_ARG(on), STR_ARG(gate), STR_ARG(pass));
			gateway(&out, "exclusive", pass, S(""));
			from = pass;
			*(accept ? &declined : &refused) = true;
		}
	}
	flow(&f, from, S("end"), S(""));
	if (declined)
		end_event(&out, "declined", "declined");
	if (refused)
		end_event(&out, "refused", "refused");
	end_event(&out, "end", "granted");
	buf_lit(&out, "</bpmn:process>\n</bpmn:definitions>\n");
	return buf_str(&out);
}
