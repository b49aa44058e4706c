// Reading a BPMN file into elements and flows.
#include "bpmn/load.h"

#define MAX_ELEMENTS 20000
#define MAX_NEST 40
#define MAX_BYTES (8u << 20)

static const struct { const char *name; enum bpmn_kind kind; } kinds[] = {
	{"startEvent", BPMN_START_EVENT}, {"endEvent", BPMN_END_EVENT},
	{"intermediateCatchEvent", BPMN_CATCH_EVENT}, {"intermediateThrowEvent", BPMN_THROW_EVENT},
	{"boundaryEvent", BPMN_BOUNDARY_EVENT}, {"task", BPMN_TASK}, {"userTask", BPMN_USER_TASK},
	{"manualTask", BPMN_MANUAL_TASK}, {"serviceTask", BPMN_SERVICE_TASK}, {"sendTask", BPMN_SEND_TASK},
	{"receiveTask", BPMN_RECEIVE_TASK}, {"scriptTask", BPMN_SCRIPT_TASK},
	{"businessRuleTask", BPMN_RULE_TASK}, {"callActivity", BPMN_CALL_ACTIVITY},
	{"subProcess", BPMN_SUBPROCESS}, {"transaction", BPMN_TRANSACTION}, {"adHocSubProcess", BPMN_ADHOC},
	{"exclusiveGateway", BPMN_EXCLUSIVE}, {"parallelGateway", BPMN_PARALLEL},
	{"inclusiveGateway", BPMN_INCLUSIVE}, {"eventBasedGateway", BPMN_EVENT_GATEWAY},
};
static const struct { const char *name; enum bpmn_word why; } refused[] = {
	{"complexGateway", BW_COMPLEX},
	{"implicitThrowEvent", BW_IMPLICIT},
	{"subChoreography", BW_CHOREOGRAPHY},
	{"choreographyTask", BW_CHOREOGRAPHY},
	{"callChoreography", BW_CHOREOGRAPHY},
	{"choreography", BW_CHOREOGRAPHY},
	{"globalChoreographyTask", BW_CHOREOGRAPHY},
	{"globalUserTask", BW_GLOBAL_TASK},
	{"globalManualTask", BW_GLOBAL_TASK},
	{"globalScriptTask", BW_GLOBAL_TASK},
	{"globalBusinessRuleTask", BW_GLOBAL_TASK},
	{"globalTask", BW_GLOBAL_TASK},
	{"globalConversation", BW_CONVERSATION},
};

const char *bpmn_kind_name(enum bpmn_kind k)
{
	if (k == BPMN_PROCESS)
		return "process";
	if (k == BPMN_EVENT_SUBPROCESS)
		return "eventSubProcess";
	for (size_t i = 0; i < countof(kinds); i++)
		if (kinds[i].kind == k)
			return kinds[i].name;
	return "";
}

struct str local_ref(struct str q)
{
	ptrdiff_t at = str_find(q, S(":"));
	return at < 0 ? q : str_from(q, (size_t)at + 1);
}

struct global *global_find(struct load *l, struct str id)
{
	for (int round = 0; round < 2; round++)
		for (size_t i = 0; i < l->nglobal; i++)
			if (id.n && str_eq(l->global[i].id, round ? local_ref(id) : id))
				return &l->global[i];
	return NULL;
}

static struct str id_of(struct load *l, int el)
{
	return el >= 0 ? l->m->el[el].pub.id : (struct str){0};
}

// In a process that is only drawn beside an executable one (a partner's pool), nothing stops the
// load: that process cannot be started, and says so.
void load_said(struct load *l, int el, const struct xml *x, enum err_code code, struct bpmn_said said)
{
	int p = el >= 0 ? l->m->el[el].process : -1;
	if (code != E_BPMN_NOTE && p >= 0 && l->executable && l->node[p] && !str_is(xml_attr(l->node[p], S("isExecutable")), "true")) {
		l->m->el[p].refused = true;
		code = E_BPMN_NOTE;
	}
	struct err *e = bpmn_err(l->a, code, el >= 0 || !x ? id_of(l, el) : x->name, said);
	e->field = id_of(l, el);
	e->file = l->m->file;
	e->line = x ? x->line : 0;
	e->col = x ? x->col : 0;
	err_add(code == E_BPMN_NOTE ? &l->m->notes : &l->errs, e);
}

static void bad_expression(struct load *l, int el, const struct xml *x, struct err *e)
{
	bool own = e->code == E_BPMN_MODEL || e->code == E_BPMN_UNSUPPORTED;
	load_said(l, el, x, own ? e->code : E_BPMN_MODEL,
		own ? (struct bpmn_said){e->arg[2], e->arg[1]} : (struct bpmn_said){err_text(l->a, e, false), err_text(l->a, e, true)});
}

void load_value(struct load *l, int el, const struct xml *x, struct str text, struct bx *out)
{
	struct err *e = bx_value(l->m, text, out);
	if (e)
		bad_expression(l, el, x, e);
}

void load_cond(struct load *l, int el, const struct xml *x, struct str text, struct bx *out)
{
	struct str lang = xml_attr(x, S("language"));
	struct err *e = bx_cond(l->m, text, lang, out);
	if (e)
		bad_expression(l, el, x, e);
}

// --- walking ------------------------------------------------------------------------------------

static bool flag(struct xml *x, const char *name, bool otherwise)
{
	struct str v = xml_attr(x, str_of(name));
	return v.p ? str_is(v, "true") || str_is(v, "1") : otherwise;
}

static int add_element(struct load *l, struct xml *x, enum bpmn_kind kind, int parent, int process)
{
	struct bpmn_model *m = l->m;
	struct el *e = vec_push(l->a, m->el, l->nel, l->cap);
	*vec_push(l->a, l->node, l->nnode, l->nodecap) = x;
	vec_push(l->a, l->ext, l->next_, l->extcap);
	int n = (int)l->nel - 1;
	m->nel = n + 1;
	e->pub.id = str_trim(xml_attr(x, S("id")));
	if (!e->pub.id.n) {                  // BPMN wants one; some tools leave it out of what nothing refers to
		e->pub.id = str_fmt(l->a, "_%s_%u_%u", bpmn_kind_name(kind), x->line, x->col);
		load_note(l, n, x, BW_NO_ID);
	}
	e->pub.name = str_trim(xml_attr(x, S("name")));
	e->pub.doc = xml_child_text(l->a, x, NS_BPMN, S("documentation"));
	e->pub.kind = kind;
	e->pub.parent = parent;
	e->pub.attached = -1;
	e->pub.interrupting = true;
	e->pub.line = x->line;
	e->col = x->col;
	e->process = process < 0 ? n : process;
	e->executable = kind == BPMN_PROCESS && flag(x, "isExecutable", false);
	e->dflt = e->handler = e->link = e->activity_ref = e->evstart = -1;
	e->retries = 3;
	e->plain_throw = true;
	return n;
}

static void add_flow(struct load *l, struct xml *x, int scope)
{
	struct fl *f = vec_push(l->a, l->m->fl, l->nfl, l->flcap);
	*vec_push(l->a, l->flnode, l->nflnode, l->flnodecap) = x;
	l->m->nfl = (int)l->nfl;
	f->pub.id = str_trim(xml_attr(x, S("id")));
	if (!f->pub.id.n)
		f->pub.id = str_fmt(l->a, "_flow_%u_%u", x->line, x->col);
	f->pub.name = str_trim(xml_attr(x, S("name")));
	f->pub.from = f->pub.to = -1;
	f->scope = scope;
	f->line = x->line;
}

static void lanes(struct load *l, struct xml *x, int process)
{
	for (struct xml *c = xml_first_element(x); c; c = xml_next_element(c)) {
		if (xml_is(c, NS_BPMN, S("lane"))) {
			struct lane *ln = vec_push(l->a, l->m->lane, l->m->nlane, l->m->lanecap);
			ln->id = xml_attr(c, S("id"));
			ln->name = str_trim(xml_attr(c, S("name")));
			ln->process = process;
			for (struct xml *r = xml_child(c, NS_BPMN, S("flowNodeRef")); r; r = xml_next(r, NS_BPMN,
				S("flowNodeRef")))
				*vec_push(l->a, l->member, l->nmember, l->membercap) =
					(struct member){str_trim(xml_text(l->a, r)), l->m->nlane - 1};
			lanes(l, c, process);
		} else if (xml_is(c, NS_BPMN, S("childLaneSet"))) {
			lanes(l, c, process);
		}
	}
}

static void walk(struct load *l, struct xml *x, int scope, int process, int depth);

static void data_name(struct load *l, struct xml *x)
{
	struct str n = str_trim(xml_attr(x, S("name")));
	if (n.n)
		bx_name(l->m, n);
}

static void node(struct load *l, struct xml *x, enum bpmn_kind kind, int scope, int process, int depth)
{
	if (kind == BPMN_SUBPROCESS && flag(x, "triggeredByEvent", false))
		kind = BPMN_EVENT_SUBPROCESS;
	int n = add_element(l, x, kind, scope, process);
	struct el *e = &l->m->el[n];
	e->pub.compensation = flag(x, "isForCompensation", false) && kind != BPMN_EVENT_SUBPROCESS;
	if (kind == BPMN_BOUNDARY_EVENT)
		e->pub.interrupting = flag(x, "cancelActivity", true);
	if (kind == BPMN_START_EVENT)
		e->pub.interrupting = flag(x, "isInterrupting", true);
	for (int k = 0; k < 2; k++) {
		const char *q = k ? "completionQuantity" : "startQuantity";
		struct str v = xml_attr(x, str_of(q));
		if (v.p && !str_is(v, "1"))
			load_bad(l, n, x, E_BPMN_UNSUPPORTED, BW_QUANTITY, str_of(q));
	}
	if (is_scope(kind)) {
		if (depth > MAX_NEST)
			load_bad(l, n, x, E_BPMN_MODEL, BW_NESTED, str_fmt(l->a, "%d", MAX_NEST));
		else
			walk(l, x, n, process, depth + 1);
	}
}

static void walk(struct load *l, struct xml *x, int scope, int process, int depth)
{
	for (struct xml *c = xml_first_element(x); c; c = xml_next_element(c)) {
		if (!str_eq(c->ns, NS_BPMN))
			continue;
		if (l->nel > MAX_ELEMENTS) {
			struct str id = str_trim(xml_attr(c, S("id"))), name = str_trim(xml_attr(c, S("name")));
			if (!l->errs)
				load_bad(l, (int)l->nel - 1, c, E_BPMN_MODEL, BW_TOO_MANY, str_fmt(l->a, "%d", MAX_ELEMENTS), id, name);
			return;
		}
		bool found = false;
		for (size_t i = 0; i < countof(kinds) && !found; i++)
			if (str_eq(c->name, str_of(kinds[i].name))) {
				node(l, c, kinds[i].kind, scope, process, depth);
				found = true;
			}
		for (size_t i = 0; i < countof(refused) && !found; i++)
			if (str_eq(c->name, str_of(refused[i].name))) {
				struct str id = xml_attr(c, S("id"));
				struct bpmn_said why = SAY(l->a, refused[i].why);
				load_said(l, scope, c, E_BPMN_UNSUPPORTED,
					bpmn_say2(l->a, BW_REFUSED, (const struct bpmn_said[3]){bpmn_same(id), why}));
				found = true;
			}
		if (found)
			continue;
		if (str_is(c->name, "sequenceFlow"))
			add_flow(l, c, scope);
		else if (str_is(c->name, "laneSet"))
			lanes(l, c, process);
		else if (str_is(c->name, "dataObject") || str_is(c->name, "dataObjectReference") || str_is(c->name,
			"property"))
			data_name(l, c);
	}
}

static void globals(struct load *l, struct xml *root)
{
	static const char *const names[] = {"message", "signal", "error", "escalation", "resource",
		"timerEventDefinition", "messageEventDefinition", "signalEventDefinition", "errorEventDefinition",
		"escalationEventDefinition", "conditionalEventDefinition", "terminateEventDefinition"};
	for (struct xml *c = xml_first_element(root); c; c = xml_next_element(c)) {
		bool hit = false;
		for (size_t i = 0; i < countof(names); i++)
			hit |= str_eq(c->ns, NS_BPMN) && str_eq(c->name, str_of(names[i]));
		if (!hit)
			continue;
		struct global *g = vec_push(l->a, l->global, l->nglobal, l->globalcap);
		g->id = str_trim(xml_attr(c, S("id")));
		g->name = str_trim(xml_attr(c, S("name")));
		g->code = str_trim(xml_attr(c, str_is(c->name, "error") ? S("errorCode") : S("escalationCode")));
		g->x = c;
	}
}

// The variables that results, mappings and loops name must be known before expressions are compiled,
// since names may contain spaces.
static void names(struct load *l, struct xml *x)
{
	static const char *const attrs[] = {"resultVariable", "result", "elementVariable", "item", "inputElement",
		"outputCollection", "target", "codeVariable", "errorCodeVariable", "escalationCodeVariable"};
	for (uint32_t i = 0; i < x->attrs; i++)
		for (size_t k = 0; k < countof(attrs); k++)
			if (str_eq(x->attr[i].name, str_of(attrs[k])) && (maker(x->ns) || maker(x->attr[i].ns) ||
					str_eq(x->ns, NS_OWN) || str_eq(x->attr[i].ns, NS_OWN))) {
				struct str rest = str_trim(x->attr[i].value), head = str_cut(&rest, S("."));
				bx_name(l->m, head);
			}
	for (struct xml *c = xml_first_element(x); c; c = xml_next_element(c))
		names(l, c);
}

// The element that is written where a file that is too large to be read passes the limit: its last id before it.
static void last_id(struct err *e, struct str text)
{
	size_t at = MAX_BYTES;
	for (; at > 5; at--) {
		const char *p = text.p + at - 5;
		if ((p[0] == ' ' || p[0] == '\n' || p[0] == '\t') && p[1] == 'i' && p[2] == 'd' && p[3] == '=' &&
				(p[4] == '"' || p[4] == '\''))
			break;
	}
	if (at <= 5)
		return;
	struct str rest = str_from(text, at), head = str_cut(&rest, str_part(text, at - 1, 1));
	e->field = head.n <= 200 ? head : (struct str){0};
	e->line = e->col = 1;
	for (size_t i = 0; i < at; i++, e->col++)
		if (text.p[i] == '\n') {
			e->line++;
			e->col = 0;
		}
}

// Over a limit of the file itself: whoever drew it looks for an element, not for a byte.
static struct err *too_much(struct arena *a, struct err *e, struct str text)
{
	if (e->code == E_TOO_BIG)
		last_id(e, text);
	if ((e->code != E_TOO_BIG && e->code != E_TOO_DEEP && e->code != E_BUDGET) || !e->field.n)
		return e;
	struct err *named = bpmn_err(a, E_BPMN_MODEL, e->field, (struct bpmn_said){err_text(a, e, false), err_text(a, e, true)});
	named->field = named->arg[0];
	named->line = e->line;
	named->col = e->col;
	return named;
}

struct err *bpmn_load(struct arena *a, struct str text, struct str file, struct bpmn_model **out)
{
	struct xml *root;
	*out = NULL;
	struct err *e = xml_parse(a, text, (struct xml_limits){.bytes = MAX_BYTES, .depth = 100, .nodes = 400000},
		&root);
	if (e) {
		e = too_much(a, e, text);
		e->file = str_copy(a, file);
		return e;
	}
	struct bpmn_model *m = arena_new1(a, struct bpmn_model);
	struct load l = {.m = m, .a = a, .process = -1};
	m->a = a;
	m->file = str_copy(a, file);
	m->digest = str_hash(text);
	if (!xml_is(root, NS_BPMN, S("definitions"))) {
		load_bad(&l, -1, root, E_BPMN_MODEL, BW_NOT_BPMN);
		return l.errs;
	}
	globals(&l, root);
	names(&l, root);
	for (struct xml *c = xml_first_element(root); c; c = xml_next_element(c))
		if (xml_is(c, NS_BPMN, S("process")))
			l.executable |= flag(c, "isExecutable", false);
	for (struct xml *c = xml_first_element(root); c; c = xml_next_element(c)) {
		if (xml_is(c, NS_BPMN, S("process"))) {
			int p = add_element(&l, c, BPMN_PROCESS, -1, -1);
			walk(&l, c, p, p, 0);
		}
		for (size_t i = 0; i < countof(refused); i++)
			if (str_eq(c->ns, NS_BPMN) && str_eq(c->name, str_of(refused[i].name)))
				load_bad(&l, -1, c, E_BPMN_UNSUPPORTED, refused[i].why);
	}
	if (!m->nel && !l.errs)
		load_bad(&l, -1, root, E_BPMN_MODEL, BW_NO_PROCESS);
	if (!l.errs)
		load_link(&l);
	if (l.errs)
		return l.errs;
	load_diagram(&l, root);
	*out = m;
	return NULL;
}

// --- looking at a model -------------------------------------------------------------------------

const struct err *bpmn_notes(const struct bpmn_model *m) { return m->notes; }
int bpmn_count(const struct bpmn_model *m) { return m->nel; }
const struct bpmn_element *bpmn_element(const struct bpmn_model *m, int i) { return i >= 0 && i < m->nel ?
	&m->el[i].pub : NULL; }
int bpmn_flow_count(const struct bpmn_model *m) { return m->nfl; }
const struct bpmn_flow *bpmn_flow(const struct bpmn_model *m, int i) { return i >= 0 && i < m->nfl ?
	&m->fl[i].pub : NULL; }

int bpmn_find(const struct bpmn_model *m, struct str id)
{
	for (int i = 0; i < m->nel; i++)
		if (str_eq(m->el[i].pub.id, id))
			return i;
	return -1;
}

int bpmn_process(const struct bpmn_model *m, struct str id)
{
	int first = -1;
	for (int i = 0; i < m->nel; i++) {
		if (m->el[i].pub.kind != BPMN_PROCESS)
			continue;
		if (id.n ? str_eq(m->el[i].pub.id, id) : m->el[i].executable)
			return i;
		if (first < 0)
			first = i;
	}
	return id.n ? -1 : first;
}
