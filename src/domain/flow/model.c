// model.c — bundles and items as BPMN, compiled once a catalogue version.
#include "codec/bytes.h"
#include "codec/sm.h"
#include "domain/flow/flow_store.h"
#include "domain/flow/model.h"

#include <pthread.h>

struct compiled {
	struct str catalogue, ref;
	struct flow_model m;
	struct compiled *next;
};
struct flow_models {
	pthread_mutex_t lock;
	struct arena *a;
	struct compiled *first;
	struct str (*alter)(struct arena *, struct str xml);
	bool swept;                            // every running instance has its text kept
};

struct flow_models *flow_models_new(struct arena *a)
{
	struct flow_models *m = arena_new1(a, struct flow_models);
	pthread_mutex_init(&m->lock, NULL);
	m->a = arena_new(0);
	return m;
}

void flow_models_free(struct flow_models *m)
{
	if (!m) return;
	arena_free(m->a);
	pthread_mutex_destroy(&m->lock);
}

// ---- writing BPMN ----

static void text(struct buf *b, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '<') buf_lit(b, "&lt;");
		else if (s.p[i] == '>') buf_lit(b, "&gt;");
		else if (s.p[i] == '&') buf_lit(b, "&amp;");
		else if (s.p[i] == '"') buf_lit(b, "&quot;");
		else buf_byte(b, s.p[i]);
	}
}

static void node(struct buf *b, const char *kind, struct str id, struct str name, const char *more)
{
	buf_fmt(b, "<%s id=\"" STR_FMT "\" name=\"", kind, STR_ARG(id));
	text(b, name);
	buf_fmt(b, "\"%s/>", more);
}

static void flow(struct buf *b, struct str from, struct str to, struct str condition)
{
	// Named by its ends: the same flow has the same id in every version, so that a join's tokens can move.
	buf_fmt(b, "<sequenceFlow id=\"f." STR_FMT "." STR_FMT "\" sourceRef=\"" STR_FMT "\" targetRef=\"" STR_FMT "\"", STR_ARG(from), STR_ARG(to),
		STR_ARG(from), STR_ARG(to));
	if (!condition.n) {
		buf_lit(b, "/>");
		return;
	}
	buf_lit(b, "><conditionExpression>= ");
	text(b, condition);
	buf_lit(b, "</conditionExpression></sequenceFlow>");
}

static const struct str always = {"", 0};

static void head(struct buf *b)
{
	buf_lit(b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?><definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\""
		" xmlns:tb=\"urn:tongban:bpmn:1\" id=\"d\" targetNamespace=\"urn:tongban:city\">");
}

// 收件之后：受理，或一次告知补正后再受理；五个工作日内没有告知的，自收到之日起视为受理
// (行政许可法 32(4)). Ends in the node `to`.
static void acceptance(struct buf *b, struct str from, struct str to)
{
	buf_lit(b, "<userTask id=\"accept\" name=\"受理\" tb:role=\"clerk\" tb:limit=\"5wd\"/>"
		"<boundaryEvent id=\"too_late\" name=\"五个工作日未告知\" attachedToRef=\"accept\"><timerEventDefinition tb:workingDays=\"5\"/></boundaryEvent>"
		"<intermediateThrowEvent id=\"deemed\" name=\"视为受理\"><messageEventDefinition messageRef=\"m_deemed\"/></intermediateThrowEvent>"
		"<exclusiveGateway id=\"complete\" name=\"材料齐全？\"/>"
		"<intermediateCatchEvent id=\"correction\" name=\"等待补正\"><messageEventDefinition messageRef=\"m_corrected\"/></intermediateCatchEvent>"
		"<exclusiveGateway id=\"taken\"/>");
	flow(b, from, S("accept"), always);
	flow(b, S("too_late"), S("deemed"), always);
	flow(b, S("deemed"), S("taken"), always);
	flow(b, S("accept"), S("complete"), always);
	flow(b, S("complete"), S("correction"), S("acceptance = \"correct\""));
	flow(b, S("correction"), S("accept"), always);
	flow(b, S("complete"), S("taken"), S("acceptance != \"correct\""));
	flow(b, S("taken"), to, always);
}

static void messages(struct buf *b)
{
	buf_lit(b, "<message id=\"m_deemed\" name=\"deemed_accepted\"/><message id=\"m_corrected\" name=\"corrected\"/>"
		"<message id=\"m_paid\" name=\"paid\"/>");
}

static const struct item_step *step_of(const struct item *item, enum step_kind k)
{
	for (uint32_t i = 0; i < item->n_steps; i++)
		if (item->step[i].kind == k) return &item->step[i];
	return NULL;
}

static void user_task(struct arena *a, struct buf *b, struct str id, struct str name, const struct item_step *s)
{
	node(b, "userTask", id, name, str_z(a, str_fmt(a, " tb:role=\"" STR_FMT "\"", STR_ARG(s->role->code))));
}

// 审查 → 决定 → 缴费 → 制证 → 送达: the generic approval of one item, with its own steps and roles.
// judged: an instant item's table granted; that way joins behind the decision. Empty: no such item.
static void approval(struct arena *a, struct buf *b, const struct item *item, struct str from, struct str judged)
{
	const struct item_step *review = step_of(item, STEP_REVIEW), *decide = step_of(item, STEP_DECIDE);
	struct str at = from;
	if (review) {
		user_task(a, b, S("review"), S("审查"), review);
		flow(b, at, S("review"), always);
		at = S("review");
	}
	if (decide) {
		user_task(a, b, S("decide"), S("决定"), decide);
		flow(b, at, S("decide"), always);
		buf_lit(b, "<exclusiveGateway id=\"decided\" name=\"准予？\"/><endEvent id=\"refused\" name=\"不予许可\" tb:outcome=\"refused\"/>");
		flow(b, S("decide"), S("decided"), always);
		flow(b, S("decided"), S("refused"), S("decision = \"refuse\""));
		at = S("decided");
	}
	struct str granted = decide ? S("decision != \"refuse\"") : always;
	if (judged.n) {
		buf_lit(b, "<exclusiveGateway id=\"granting\"/>");
		flow(b, at, S("granting"), granted);
		flow(b, judged, S("granting"), S("verdict = \"grant\""));
		at = S("granting");
		granted = always;
	}
	if (item->n_fees) {
		buf_lit(b, "<serviceTask id=\"order\" name=\"开具缴费单\" tb:job=\"order\"/><exclusiveGateway id=\"owed\" name=\"有费用？\"/>"
			"<intermediateCatchEvent id=\"pay\" name=\"缴费\"><messageEventDefinition messageRef=\"m_paid\"/></intermediateCatchEvent>"
			"<exclusiveGateway id=\"settled\"/>");
		flow(b, at, S("order"), granted);
		flow(b, S("order"), S("owed"), always);
		flow(b, S("owed"), S("pay"), S("owed = true"));
		flow(b, S("owed"), S("settled"), S("owed != true"));
		flow(b, S("pay"), S("settled"), always);
		at = S("settled");
		granted = always;
	}
	buf_lit(b, "<serviceTask id=\"make\" name=\"制证\" tb:job=\"make\"/><serviceTask id=\"deliver\" name=\"送达\" tb:job=\"deliver\"/>"
		"<endEvent id=\"granted\" name=\"办结\" tb:outcome=\"granted\"/>");
	flow(b, at, S("make"), granted);
	flow(b, S("make"), S("deliver"), always);
	flow(b, S("deliver"), S("granted"), always);
}

// 秒批: the table is asked first; whatever it cannot grant goes the ordinary way, to a person.
static struct str judge(struct buf *b, const struct item *item, struct str from, struct str person)
{
	if (!item->instant.n_rules) {
		flow(b, from, person, always);
		return S("");
	}
	buf_lit(b, "<businessRuleTask id=\"judge\" name=\"按规则自动审批\" tb:job=\"judge\"/><exclusiveGateway id=\"judged\" name=\"规则准予？\"/>");
	if (item->instant.n_sources) {
		buf_lit(b, "<serviceTask id=\"ask\" name=\"向有关单位核验\" tb:job=\"ask\"/><exclusiveGateway id=\"asked\" name=\"等待答复？\"/>"
			"<intermediateCatchEvent id=\"answers\" name=\"等待有关单位答复\"><messageEventDefinition messageRef=\"m_answered\"/></intermediateCatchEvent>"
			"<exclusiveGateway id=\"heard\"/>");
		flow(b, from, S("ask"), always);
		flow(b, S("ask"), S("asked"), always);
		flow(b, S("asked"), S("answers"), S("asking = true"));
		flow(b, S("asked"), S("heard"), S("asking != true"));
		flow(b, S("answers"), S("heard"), always);
		from = S("heard");
	}
	flow(b, from, S("judge"), always);
	flow(b, S("judge"), S("judged"), always);
	flow(b, S("judged"), person, S("verdict != \"grant\""));
	return S("judged");
}

static struct str item_xml(struct arena *a, const struct item *item, bool apply)
{
	struct buf b = buf_new(a);
	head(&b);
	messages(&b);
	if (item->instant.n_sources) buf_lit(&b, "<message id=\"m_answered\" name=\"answered\"/>");
	buf_fmt(&b, "<process id=\"%s_" STR_FMT "\" name=\"", apply ? "apply" : "item", STR_ARG(item->code));
	text(&b, item->name.zh);
	buf_lit(&b, "\" isExecutable=\"true\"><startEvent id=\"start\" name=\"收件\"/>");
	buf_lit(&b, "<exclusiveGateway id=\"person\"/>");
	struct str judged = judge(&b, item, S("start"), S("person"));
	if (apply) {
		buf_lit(&b, "<exclusiveGateway id=\"begin\"/>");
		acceptance(&b, S("person"), S("begin"));
	}
	approval(a, &b, item, apply ? S("begin") : S("person"), judged);
	buf_lit(&b, "</process></definitions>");
	return buf_str(&b);
}

// A predecessor lets its dependents go when it was granted, or does not belong to this case at all.
static void predecessor(struct buf *b, const struct bundle *g, const struct item *before)
{
	for (uint32_t i = 0; i < g->n_items; i++) {
		if (g->item[i].item != before) continue;
		buf_fmt(b, " and (r_" STR_FMT ".outcome = \"granted\"", STR_ARG(before->code));
		if (g->item[i].when.text.n) buf_fmt(b, " or not(" STR_FMT ")", STR_ARG(g->item[i].when.text));
		buf_byte(b, ')');
	}
}

static bool depends(const struct bundle_item *one, const struct item *on)
{
	for (uint32_t i = 0; i < one->n_after; i++)
		if (one->after[i] == on) return true;
	return false;
}

#define ID(prefix) str_fmt(a, prefix "_" STR_FMT, STR_ARG(c))

// Done when its condition holds and the items before it came out well; else it is skipped, and says so.
static void skippable(struct arena *a, struct buf *b, const struct bundle *g, const struct bundle_item *one)
{
	struct str c = one->item->code;
	node(b, "exclusiveGateway", ID("if"), S(""), "");
	buf_fmt(b, "<intermediateThrowEvent id=\"skip_" STR_FMT "\" name=\"不再办理\"><messageEventDefinition messageRef=\"m_skip_" STR_FMT "\"/></intermediateThrowEvent>",
		STR_ARG(c), STR_ARG(c));
	node(b, "exclusiveGateway", ID("after"), S(""), "");
	struct buf go = buf_new(a);
	buf_fmt(&go, "(" STR_FMT ")", STR_ARG(one->when.text.n ? one->when.text : S("true")));
	for (uint32_t i = 0; i < one->n_after; i++) predecessor(&go, g, one->after[i]);
	flow(b, ID("in"), ID("if"), always);
	flow(b, ID("if"), ID("call"), buf_str(&go));
	flow(b, ID("if"), ID("skip"), str_fmt(a, "not(" STR_FMT ")", STR_ARG(buf_str(&go))));
	flow(b, ID("skip"), ID("after"), always);
	flow(b, ID("call"), ID("after"), always);
	flow(b, ID("after"), ID("out"), always);
}

static void bundle_item(struct arena *a, struct buf *b, const struct bundle *g, uint32_t at)
{
	const struct bundle_item *one = &g->item[at];
	struct str c = one->item->code;
	bool choice = one->when.text.n || one->n_after;      // else it is always done, and nothing can skip it
	node(b, "parallelGateway", ID("in"), S(""), "");
	node(b, "callActivity", ID("call"), one->item->name.zh, str_z(a, str_fmt(a, " calledElement=\"item_" STR_FMT
		"\" tb:result=\"r_" STR_FMT "\"", STR_ARG(c), STR_ARG(c))));
	node(b, "parallelGateway", ID("out"), S(""), "");
	if (choice) {
		skippable(a, b, g, one);
	} else {
		flow(b, ID("in"), ID("call"), always);
		flow(b, ID("call"), ID("out"), always);
	}
	bool last = true;
	for (uint32_t j = 0; j < g->n_items; j++)
		if (depends(&g->item[j], one->item)) {
			last = false;
			flow(b, ID("out"), str_fmt(a, "in_" STR_FMT, STR_ARG(g->item[j].item->code)), always);
		}
	if (last) flow(b, ID("out"), S("all"), always);
	if (!one->n_after) flow(b, S("items"), ID("in"), always);
#undef ID
}

static struct str bundle_xml(struct arena *a, const struct bundle *g)
{
	struct buf b = buf_new(a);
	head(&b);
	messages(&b);
	for (uint32_t i = 0; i < g->n_items; i++)
		buf_fmt(&b, "<message id=\"m_skip_" STR_FMT "\" name=\"skipped:" STR_FMT "\"/>", STR_ARG(g->item[i].item->code), STR_ARG(g->item[i].item->code));
	buf_fmt(&b, "<process id=\"apply_" STR_FMT "\" name=\"", STR_ARG(g->code));
	text(&b, g->name.zh);
	buf_lit(&b, "\" isExecutable=\"true\"><startEvent id=\"start\" name=\"收件\"/>"
		"<parallelGateway id=\"items\"/><parallelGateway id=\"all\"/><endEvent id=\"closed\" name=\"办结\" tb:outcome=\"closed\"/>");
	acceptance(&b, S("start"), S("items"));
	for (uint32_t i = 0; i < g->n_items; i++) bundle_item(a, &b, g, i);
	flow(&b, S("all"), S("closed"), always);
	buf_lit(&b, "</process></definitions>");
	return buf_str(&b);
}

// The bundle as it would be with other answers: whether an item of a condition is wanted is a variable of its own, want_CODE.
struct err *flow_bundle_wanted(struct arena *a, const struct bundle *g, struct bpmn_model **out, int *process)
{
	struct bundle all = *g;
	all.item = arena_copy(a, g->item, sizeof *g->item * g->n_items);
	for (uint32_t i = 0; i < g->n_items; i++)
		if (g->item[i].when.text.n) all.item[i].when.text = str_fmt(a, "want_" STR_FMT " = true", STR_ARG(g->item[i].item->code));
	struct err *e = bpmn_load(a, bundle_xml(a, &all), g->code, out);
	if (!e) *process = bpmn_process(*out, S(""));
	return e;
}

struct str flow_model_word(const struct catalogue *cat, struct str name)
{
	static const char *const word[][2] = {{"收件", "Received"}, {"受理", "Acceptance"}, {"五个工作日未告知", "Five working days without a word"},
		{"视为受理", "Counts as accepted"}, {"材料齐全？", "Complete?"}, {"等待补正", "Your corrections are awaited"}, {"审查", "Review"},
		{"决定", "Decision"}, {"准予？", "Granted?"}, {"不予许可", "Refused"}, {"开具缴费单", "Payment order"}, {"有费用？", "A fee?"},
		{"缴费", "Payment"}, {"制证", "Certificate"}, {"送达", "Delivery"}, {"办结", "Done"}, {"按规则自动审批", "Decided by rule"},
		{"规则准予？", "Granted by rule?"}, {"向有关单位核验", "Checked with other offices"},
		{"等待答复？", "Answer awaited?"}, {"等待有关单位答复", "Answers of other offices are awaited"}, {"不再办理", "Not done any more"}};
	for (size_t i = 0; i < countof(word); i++)
		if (str_eq(name, str_of(word[i][0]))) return str_of(word[i][1]);
	for (uint32_t i = 0; name.n && i < cat->n_items; i++)
		if (str_eq(name, cat->item[i]->name.zh)) return words_in(cat->item[i]->name, true);
	for (uint32_t i = 0; name.n && i < cat->n_bundles; i++)
		if (str_eq(name, cat->bundle[i].name.zh)) return words_in(cat->bundle[i].name, true);
	return name;
}

static const struct process_file *own_file(const struct catalogue *cat, const struct item *item)
{
	for (uint32_t i = 0; item && i < cat->n_processes; i++)
		if (str_eq(cat->process[i].code, item->process)) return &cat->process[i];
	return NULL;
}

static bool brings_own(const struct item *item)
{
	return item && item->process.n && !str_is(item->process, "approval");
}

struct err *flow_model_xml(struct arena *a, const struct catalogue *cat, struct str ref, struct str *out)
{
	struct str code = ref, kind = str_cut(&code, S(":"));
	struct matter m = catalogue_matter(cat, code);
	bool apply = str_is(kind, "apply");
	if ((!m.bundle && !m.item) || (!apply && !str_is(kind, "item")) || (!apply && !m.item))
		return err_args(a, E_FLOW_MODEL, ref, S("no such matter"), S(""));
	if (!m.bundle && brings_own(m.item)) {
		const struct process_file *own = own_file(cat, m.item);
		if (!own) return err_args(a, E_FLOW_MODEL, ref, m.item->process, S(""));
		*out = own->text;
		return NULL;
	}
	*out = m.bundle ? bundle_xml(a, m.bundle) : item_xml(a, m.item, apply);
	return NULL;
}

static bool plain_name(struct str s)
{
	for (size_t at = 0; at < s.n && s.n < 4096;) {
		uint32_t c = utf8_next(s, &at);
		if (c < 0x20 || c == 0xFFFD || c == 0xFFFE || c == 0xFFFF) return false;
	}
	return s.n < 4096;
}

static bool plain_code(struct str s)
{
	bool plain = s.n > 0 && s.n < 100;
	for (size_t i = 0; i < s.n && plain; i++) plain = (s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= '0' && s.p[i] <= '9') || s.p[i] == '_';
	return plain;
}

bool flow_model_shape(struct arena *a, const struct catalogue *cat, struct str ref, struct str *out)
{
	struct str code = ref, kind = str_cut(&code, S(":"));
	struct matter m = catalogue_matter(cat, code);
	if (m.bundle || !m.item || brings_own(m.item) || !plain_code(code) || !plain_name(m.item->name.zh)) return false;
	struct item any = *m.item;
	any.code = any.name.zh = S("any");
	*out = item_xml(a, &any, str_is(kind, "apply"));
	return true;
}

struct err *flow_model_make(struct arena *a, const struct catalogue *cat, struct str ref, struct bpmn_model **out, int *process,
	struct str *start)
{
	struct str xml, code = ref, kind = str_cut(&code, S(":"));
	struct matter m = catalogue_matter(cat, code);
	struct err *e = flow_model_xml(a, cat, ref, &xml);
	*start = S("");
	if (!e) e = bpmn_load(a, xml, ref, out);
	if (e) return e;
	*process = bpmn_process(*out, S(""));
	bool within = str_is(kind, "item");
	for (int i = 0; !m.bundle && brings_own(m.item) && i < bpmn_count(*out); i++) {
		const struct bpmn_element *x = bpmn_element(*out, i);
		if (x->kind == BPMN_START_EVENT && x->parent == *process && !start->n
			&& (within ? str_is(x->id, "accepted") : x->trigger == BPMN_NONE))
			*start = x->id;
	}
	if (start->n || m.bundle || !brings_own(m.item)) return NULL;
	return err_args(a, E_FLOW_MODEL, ref, within ? S("no start event \"accepted\" for its part of a bundle")
		: S("no start event for an application of its own"), S(""));
}

// ---- the shelf of compiled models ----

// A generated text, or the one that was kept when the first instance of it began.
static struct err *text_of(struct plan *p, struct flow_models *m, struct compiled *c)
{
	struct str xml;
	bool kept;
	struct bpmn_model *model;
	struct err *e = flow_store_model(p, c->catalogue, c->ref, &xml, &kept);
	if (!e && !kept) e = flow_model_xml(p->a, c->m.cat, c->ref, &xml);
	if (!e && !kept && m->alter) xml = m->alter(p->a, xml);
	if (e) return e;
	xml = str_copy(m->a, xml);
	e = bpmn_load(m->a, xml, c->ref, &model);
	if (e) return e;
	c->m.bpmn = model;
	c->m.process = bpmn_process(model, S(""));
	c->m.start = S("");
	c->m.unkept = kept ? S("") : xml;
	return NULL;
}

static struct err *compile(struct plan *p, struct flow_models *m, struct str catalogue, struct str ref, struct compiled **out)
{
	struct compiled *c = arena_new1(m->a, struct compiled);
	struct bpmn_model *model;
	struct str code = ref;
	struct err *e = domain_catalogue_version(p->domain, p->a, catalogue, &c->m.cat);
	if (e) return e;
	str_cut(&code, S(":"));
	struct matter matter = catalogue_matter(c->m.cat, code);
	c->catalogue = str_copy(m->a, catalogue);
	c->ref = str_copy(m->a, ref);
	if (!matter.bundle && brings_own(matter.item)) {           // its text is the catalogue's own
		e = flow_model_make(m->a, c->m.cat, c->ref, &model, &c->m.process, &c->m.start);
		c->m.bpmn = model;
	} else {
		e = text_of(p, m, c);
	}
	if (e) return err_args(p->a, E_FLOW_MODEL, ref, err_text(p->a, e, false), S(""));
	c->next = m->first;
	m->first = *out = c;
	return NULL;
}

// Was it kept meanwhile, by an instance that began here or beside another program on the same records?
static struct err *look_again(struct plan *p, struct flow_models *m, struct compiled *c)
{
	struct str xml;
	bool kept;
	struct err *e = flow_store_model(p, c->catalogue, c->ref, &xml, &kept);
	if (e || !kept) return e;
	if (str_eq(xml, c->m.unkept)) {
		c->m.unkept = S("");
		return NULL;
	}
	return text_of(p, m, c);
}

struct err *flow_model(struct plan *p, struct str catalogue, struct str ref, struct flow_model *out)
{
	struct flow_models *m = p->domain->models;
	struct compiled *c;
	struct err *e = NULL;
	pthread_mutex_lock(&m->lock);
	for (c = m->first; c; c = c->next)
		if (str_eq(c->ref, ref) && str_eq(c->catalogue, catalogue)) break;
	if (!c) e = compile(p, m, catalogue, ref, &c);
	else if (c->m.unkept.n) e = look_again(p, m, c);
	if (!e) *out = c->m;
	pthread_mutex_unlock(&m->lock);
	return e;
}

void flow_model_keep(struct plan *p, struct str catalogue, struct str ref, struct str xml)
{
	uint8_t sm[SM3_BYTES];
	struct buf hex = buf_new(p->a);
	sm3(xml, sm);
	bytes_hex(&hex, sm, sizeof sm);
	flow_store_model_put(p, catalogue, ref, buf_str(&hex), xml);
}

struct err *flow_models_keep(struct plan *p)
{
	enum { A_CALL = 20 };
	struct flow_models *m = p->domain->models;
	struct flow_unkept *u;
	size_t n;
	pthread_mutex_lock(&m->lock);
	bool swept = m->swept;
	pthread_mutex_unlock(&m->lock);
	if (swept) return NULL;
	struct err *e = flow_store_unkept(p, A_CALL, &u, &n);
	size_t put = 0;
	for (size_t i = 0; i < n && !e; i++) {
		struct flow_model fm;
		e = flow_model(p, u[i].catalogue, u[i].model, &fm);
		if (e || !fm.unkept.n) continue;                   // its own diagram
		flow_model_keep(p, u[i].catalogue, u[i].model, fm.unkept);
		put++;
	}
	if (e || put) return e;
	pthread_mutex_lock(&m->lock);
	m->swept = true;
	pthread_mutex_unlock(&m->lock);
	return NULL;
}

void flow_models_alter(struct flow_models *m, struct str (*alter)(struct arena *, struct str xml))
{
	m->alter = alter;
}
