// Extensions: our own namespace in full, and what Camunda, Operaton, Flowable and Zeebe files commonly say.
#include "bpmn/load.h"

static const char *const makers[] = {
	"http://camunda.org/schema/1.0/bpmn", "http://activiti.org/bpmn", "http://flowable.org/bpmn",
	"http://operaton.org/schema/1.0/bpmn", "http://camunda.org/schema/zeebe/1.0",
};

bool maker(struct str ns)
{
	for (size_t i = 0; i < countof(makers); i++)
		if (str_eq(ns, str_of(makers[i])))
			return true;
	return false;
}

static bool own(struct str ns) { return str_eq(ns, NS_OWN); }
static bool known(struct str ns) { return own(ns) || maker(ns); }

// Attributes without effect in this engine, each for its reason.
static bool idle(struct str n, enum bpmn_word *why)
{
	static const char *const durable[] = {"async", "asyncBefore", "asyncAfter", "exclusive", "jobPriority"};
	static const char *const look[] = {"modelerTemplate", "modelerTemplateIcon", "modelerTemplateVersion",
		"diagramRelationId",
		"versionTag", "historyTimeToLive", "isStartableInTasklist", "initiator", "followUpDate",
			"mapDecisionResult",
		"decisionRefBinding", "calledElementBinding", "serviceName", "taskPriority"};
	for (size_t i = 0; i < countof(durable); i++)
		if (str_eq(n, str_of(durable[i])))
			return *why = BW_IDLE_DURABLE, true;
	for (size_t i = 0; i < countof(look); i++)
		if (str_eq(n, str_of(look[i])))
			return *why = BW_IDLE, true;
	return false;
}

static struct str bare(struct str v)     // ${name} or #{name} names a program object; the name becomes a job
{
	v = str_trim(v);
	if (v.n > 3 && (v.p[0] == '$' || v.p[0] == '#') && v.p[1] == '{' && v.p[v.n - 1] == '}')
		return str_part(v, 2, v.n - 3);
	return v;
}

static void job_type(struct load *l, int n, const struct xml *x, struct str type, enum bpmn_word what)
{
	struct el *e = &l->m->el[n];
	if (what != BW_COUNT) {             // another maker's program: said
		e->job_type = (struct bx){.kind = BX_TEXT, .text = bare(type)};
		load_note(l, n, x, what, type, bare(type));
	} else {
		load_value(l, n, x, type, &e->job_type);
	}
	e->plain_throw = false;
}

// A plain name stands for the variable.
static void variable(struct load *l, int n, const struct xml *x, struct str v, struct bx *out)
{
	v = str_trim(v);
	bool expr = v.n && (v.p[0] == '=' || str_find(v, S("{")) >= 0);
	if (expr) {
		load_value(l, n, x, v, out);
	} else {
		bx_name(l->m, v);
		load_cond(l, n, x, v, out);
	}
}

static bool attribute(struct load *l, int n, const struct xml *x, struct str name, struct str v)
{
	struct el *e = &l->m->el[n];
	bool user = e->pub.kind == BPMN_USER_TASK, picked = e->pub.kind == BPMN_ADHOC;
	if (str_is(name, "role")) {
		load_value(l, n, x, v, &e->role);
		e->pub.role = v;
	} else if (str_is(name, "office")) {
		load_value(l, n, x, v, &e->office);
		e->pub.office = v;
	} else if (str_is(name, "assignee") && user) {
		load_value(l, n, x, v, &e->assignee);
		e->pub.assignee = v;
	} else if ((str_is(name, "candidateUsers") || str_is(name, "users")) && user) {
		load_value(l, n, x, v, &e->users);
	} else if ((str_is(name, "candidateGroups") || str_is(name, "groups")) && user) {
		load_value(l, n, x, v, &e->groups);
		e->pub.groups = v;
	} else if (str_is(name, "formKey") || str_is(name, "formRef") || str_is(name, "form") || str_is(name,
		"formId")) {
		load_value(l, n, x, v, &e->form);
		e->pub.form = v;
	} else if ((str_is(name, "dueDate") || str_is(name, "limit")) && (user || picked)) {
		load_value(l, n, x, v, &e->limit);
		e->pub.limit = v;
	} else if (str_is(name, "priority") && user) {
		load_value(l, n, x, v, &e->priority);
		e->pub.priority = v;
	} else if (str_is(name, "class")) {
		job_type(l, n, x, v, BW_JOB_CLASS);
	} else if (str_is(name, "delegateExpression") || str_is(name, "expression")) {
		job_type(l, n, x, v, BW_JOB_BINDING);
	} else if (str_is(name, "topic") || str_is(name, "job")) {
		job_type(l, n, x, v, BW_COUNT);
	} else if (str_is(name, "type")) {
		if (!str_is(v, "external"))
			job_type(l, n, x, v, BW_COUNT);
	} else if (str_is(name, "decisionRef")) {
		job_type(l, n, x, str_fmt(l->a, "decision:" STR_FMT, STR_ARG(v)), BW_COUNT);
	} else if (str_is(name, "resultVariable") || str_is(name, "result") || str_is(name,
		"resultVariableName")) {
		e->result = str_trim(v);
	} else if (str_is(name, "retries")) {
		int64_t r;
		if (!str_int(str_trim(v), &r) || r < 1 || r > 1000)
			load_bad(l, n, x, E_BPMN_MODEL, BW_RETRIES);
		else
			e->retries = (uint32_t)r;
	} else if (str_is(name, "workingDays") && e->pub.trigger == BPMN_TIMER) {
		return true;                     // read with the timer's other times
	} else if (str_is(name, "outcome")) {
		load_value(l, n, x, v, &e->outcome);
	} else if (str_is(name, "businessKey")) {
		load_value(l, n, x, v, &e->business_key);
	} else if (str_is(name, "correlation") || str_is(name, "correlationKey")) {
		load_value(l, n, x, v, &e->correlation);
	} else if (str_is(name, "codeVariable") || str_is(name, "errorCodeVariable") || str_is(name,
		"escalationCodeVariable")) {
		e->code_var = str_trim(v);
	} else {
		return false;
	}
	return true;
}

static void mapping(struct load *l, int n, struct xml *x, bool out)
{
	struct el *e = &l->m->el[n];
	struct str target = str_trim(xml_attr(x, S("target"))), source = xml_attr(x, S("source")), v;
	struct bmap m = {0};
	m.all = str_is(xml_attr(x, S("variables")), "all") || str_is(xml_attr(x, S("all")), "true");
	if (xml_attr(x, S("businessKey")).n) {
		load_value(l, n, x, xml_attr(x, S("businessKey")), &e->business_key);
		return;
	}
	if (!m.all) {
		bool zeebe = str_is(x->ns, "http://camunda.org/schema/zeebe/1.0");
		if ((v = xml_attr(x, S("value"))).p || (v = xml_attr(x, S("sourceExpression"))).p)
			load_value(l, n, x, v, &m.value);
		else if (source.p && zeebe)
			load_value(l, n, x, source, &m.value);
		else if (source.p)
			variable(l, n, x, source, &m.value);
		else
			load_bad(l, n, x, E_BPMN_MODEL, BW_MAPPING_SOURCE);
		m.target = target;
		if (!target.n)
			load_bad(l, n, x, E_BPMN_MODEL, BW_MAPPING_TARGET);
	}
	struct bmap **list = out ? &e->map_out : &e->map_in;
	uint32_t *count = out ? &e->nmap_out : &e->nmap_in;
	struct bmap *more = arena_newn(l->a, struct bmap, *count + 1);
	if (*count)
		memcpy(more, *list, sizeof m * *count);
	more[(*count)++] = m;
	*list = more;
}

static void parameter(struct load *l, int n, struct xml *x, bool out)
{
	if (xml_first_element(x)) {
		load_note(l, n, x, BW_PARAMETER);
		return;
	}
	struct xml *y = xml_new(l->a, NS_OWN, S("tb"), out ? S("out") : S("in"));
	y->line = x->line;
	y->col = x->col;
	xml_put(l->a, y, S("target"), xml_attr(x, S("name")));
	xml_put(l->a, y, S("value"), xml_text(l->a, x));
	mapping(l, n, y, out);
}

static void extension(struct load *l, int n, struct xml *x)
{
	struct el *e = &l->m->el[n];
	struct str t = x->name;
	if (str_is(t, "in") || str_is(t, "input")) {
		mapping(l, n, x, false);
	} else if (str_is(t, "out") || str_is(t, "output")) {
		mapping(l, n, x, true);
	} else if (str_is(t, "property")) {
		*vec_push(l->a, l->ext[n].v, l->ext[n].n, l->ext[n].cap) =
			(struct bpmn_attr){str_trim(xml_attr(x, S("name"))), xml_attr(x, S("value"))};
	} else if (str_is(t, "inputParameter") || str_is(t, "outputParameter")) {
		parameter(l, n, x, str_is(t, "outputParameter"));
	} else if (str_is(t, "properties") || str_is(t, "inputOutput") || str_is(t, "ioMapping")) {
		for (struct xml *c = xml_first_element(x); c; c = xml_next_element(c))
			if (known(c->ns))
				extension(l, n, c);
	} else if (str_is(t, "taskDefinition") || str_is(t, "formDefinition") ||
		str_is(t, "assignmentDefinition") ||
			str_is(t, "taskSchedule") || str_is(t, "subscription")) {
		for (uint32_t i = 0; i < x->attrs; i++)
			if (!attribute(l, n, x, x->attr[i].name, x->attr[i].value) && !idle(x->attr[i].name, &(enum bpmn_word){0}))
				load_note(l, n, x, BW_NOT_TAKEN, x->attr[i].name, t);
	} else if (str_is(t, "calledElement")) {
		struct str p = xml_attr(x, S("processId"));
		if (p.n)
			load_value(l, n, x, p, &e->called);
		struct xml *all = xml_new(l->a, NS_OWN, S("tb"), S("in"));
		xml_put(l->a, all, S("all"), S("true"));
		if (!str_is(xml_attr(x, S("propagateAllParentVariables")), "false"))
			mapping(l, n, all, false);
		if (!str_is(xml_attr(x, S("propagateAllChildVariables")), "false"))
			mapping(l, n, all, true);
	} else if (str_is(t, "calledDecision")) {
		e->result = str_trim(xml_attr(x, S("resultVariable")));
		job_type(l, n, x, str_fmt(l->a, "decision:" STR_FMT, STR_ARG(xml_attr(x, S("decisionId")))), BW_COUNT);
	} else if (str_is(t, "failedJobRetryTimeCycle")) {
		int64_t times, begin, months, ms;
		if (iso_cycle(xml_text(l->a, x), &times, &begin, &months, &ms) && times > 0 && times <= 1000)
			e->retries = (uint32_t)times;
		load_note(l, n, x, BW_RETRY_CYCLE);
	} else if (str_is(t, "loopCharacteristics")) {
		return;                          // read by load_loop
	} else if (own(x->ns)) {
		load_bad(l, n, x, E_BPMN_MODEL, BW_OWN_ELEMENT, t);
	} else {
		load_note(l, n, x, BW_EXTENSION_IDLE, t);
	}
}

void load_extensions(struct load *l, int n, struct xml *x)
{
	for (uint32_t i = 0; i < x->attrs; i++) {
		struct xml_attr *a = &x->attr[i];
		if (!known(a->ns))
			continue;
		*vec_push(l->a, l->ext[n].v, l->ext[n].n, l->ext[n].cap) = (struct bpmn_attr){a->name, a->value};
		if (attribute(l, n, x, a->name, a->value))
			continue;
		enum bpmn_word why;
		if (own(a->ns))
			load_bad(l, n, x, E_BPMN_MODEL, BW_OWN_ATTRIBUTE, a->name);
		else
			load_note(l, n, x, idle(a->name, &why) ? why : BW_NOT_UNDERSTOOD,
				str_fmt(l->a, STR_FMT ":" STR_FMT, STR_ARG(a->prefix), STR_ARG(a->name)));
	}
	for (struct xml *q = xml_child(x, NS_BPMN, S("extensionElements")); q; q = xml_next(q, NS_BPMN,
		S("extensionElements")))
		for (struct xml *c = xml_first_element(q); c; c = xml_next_element(c))
			if (known(c->ns))
				extension(l, n, c);
	struct el *e = &l->m->el[n];
	// The performers of a user task name resources; their names are groups (BPMN 2.0.2 §10.3.1).
	for (struct xml *c = xml_first_element(x); c && e->pub.kind == BPMN_USER_TASK; c = xml_next_element(c)) {
		if (!xml_is(c, NS_BPMN, S("potentialOwner")) && !xml_is(c, NS_BPMN, S("performer")) &&
			!xml_is(c, NS_BPMN, S("humanPerformer")))
			continue;
		struct global *g = global_find(l, xml_child_text(l->a, c, NS_BPMN, S("resourceRef")));
		if (g && e->groups.kind == BX_NONE) {
			e->groups = (struct bx){.kind = BX_TEXT, .text = g->name};
			e->pub.groups = g->name;
		}
	}
}

// --- events -------------------------------------------------------------------------------------

static enum bpmn_trigger trigger_of(struct str n)
{
	static const struct { const char *n; enum bpmn_trigger t; } t[] = {
		{"timerEventDefinition", BPMN_TIMER}, {"messageEventDefinition", BPMN_MESSAGE},
		{"signalEventDefinition", BPMN_SIGNAL}, {"conditionalEventDefinition", BPMN_CONDITION},
		{"errorEventDefinition", BPMN_ERROR}, {"escalationEventDefinition", BPMN_ESCALATION},
		{"compensateEventDefinition", BPMN_COMPENSATION}, {"cancelEventDefinition", BPMN_CANCEL},
		{"terminateEventDefinition", BPMN_TERMINATE}, {"linkEventDefinition", BPMN_LINK},
	};
	for (size_t i = 0; i < countof(t); i++)
		if (str_eq(n, str_of(t[i].n)))
			return t[i].t;
	return BPMN_NONE;
}

static bool allowed(enum bpmn_kind k, enum bpmn_trigger t, bool event_sub)
{
#define T(x) (1u << BPMN_##x)
	unsigned ok = 0;
	if (k == BPMN_START_EVENT && event_sub)
		ok = T(TIMER) | T(MESSAGE) | T(SIGNAL) | T(CONDITION) | T(ERROR) | T(ESCALATION) | T(COMPENSATION);
	else if (k == BPMN_START_EVENT)
		ok = T(TIMER) | T(MESSAGE) | T(SIGNAL) | T(CONDITION);
	else if (k == BPMN_END_EVENT)
		ok = T(MESSAGE) | T(SIGNAL) | T(ERROR) | T(ESCALATION) | T(COMPENSATION) | T(CANCEL) | T(TERMINATE);
	else if (k == BPMN_CATCH_EVENT)
		ok = T(TIMER) | T(MESSAGE) | T(SIGNAL) | T(CONDITION) | T(LINK);
	else if (k == BPMN_THROW_EVENT)
		ok = T(MESSAGE) | T(SIGNAL) | T(ESCALATION) | T(COMPENSATION) | T(LINK);
	else if (k == BPMN_BOUNDARY_EVENT)
		ok = T(TIMER) | T(MESSAGE) | T(SIGNAL) | T(CONDITION) | T(ERROR) | T(ESCALATION) | T(COMPENSATION) | T(CANCEL);
#undef T
	return ok >> t & 1;
}

static void timer(struct load *l, int n, struct xml *d)
{
	static const struct { const char *n; enum timer_kind k; } forms[] = {
		{"timeDate", TIMER_DATE}, {"timeDuration", TIMER_DURATION}, {"timeCycle", TIMER_CYCLE}};
	struct el *e = &l->m->el[n];
	struct str wd = xml_attr_ns(d, NS_OWN, S("workingDays"));
	if (wd.p) {
		e->timer = TIMER_WD;
		load_value(l, n, d, wd, &e->when);
	}
	for (size_t i = 0; i < countof(forms); i++) {
		struct str v = xml_child_text(l->a, d, NS_BPMN, str_of(forms[i].n));
		if (!v.n)
			continue;
		if (e->timer) {
			load_bad(l, n, d, E_BPMN_MODEL, BW_TIMER_TIMES);
			return;
		}
		e->timer = forms[i].k;
		load_value(l, n, d, v, &e->when);
	}
	if (!e->timer) {
		load_bad(l, n, d, E_BPMN_MODEL, BW_TIMER_WHEN);
		return;
	}
	if (e->when.kind != BX_TEXT)
		return;
	int64_t a, b, c, t;
	int32_t days;
	bool ok = false;
	if (e->timer == TIMER_DATE)
		ok = iso_instant(e->when.text, &a);
	else if (e->timer == TIMER_DURATION)
		ok = (iso_duration(e->when.text, &a, &b) && a >= 0 && b >= 0) || working_days(e->when.text, &days);
	else if (e->timer == TIMER_CYCLE)
		ok = iso_cycle(e->when.text, &t, &c, &a, &b) && t != 0 && (a || b >= 1000);
	else
		ok = (str_int(e->when.text, &a) && a >= 0 && a <= 100000) || working_days(e->when.text, &days);
	if (!ok)
		load_bad(l, n, d, E_BPMN_MODEL, BW_TIMER_TEXT, e->when.text);
}

static void reference(struct load *l, int n, struct xml *d, const char *attr, bool needed)
{
	struct el *e = &l->m->el[n];
	struct str ref = str_trim(xml_attr(d, str_of(attr)));
	struct global *g = global_find(l, ref);
	bool code = str_is(d->name, "errorEventDefinition") || str_is(d->name, "escalationEventDefinition");
	if (g) {
		struct str v = code && g->code.n ? g->code : g->name.n ? g->name : g->id;
		load_value(l, n, d, v, &e->name_x);
		e->pub.ref = v;
		if (g->x) {
			struct str own_key = xml_attr_ns(g->x, NS_OWN, S("correlation"));
			struct xml *q = xml_child(g->x, NS_BPMN, S("extensionElements"));
			struct xml *s = xml_child(q, S("http://camunda.org/schema/zeebe/1.0"), S("subscription"));
			struct str key = own_key.p ? own_key : xml_attr(s, S("correlationKey"));
			if (key.n && e->correlation.kind == BX_NONE)
				load_value(l, n, g->x, key, &e->correlation);
		}
	} else if (ref.n) {
		load_value(l, n, d, local_ref(ref), &e->name_x);
		e->pub.ref = local_ref(ref);
		load_note(l, n, d, BW_UNDECLARED, str_of(attr), ref);
	} else if (needed) {
		load_bad(l, n, d, E_BPMN_MODEL, BW_REFERENCE, str_of(attr));
	}
}

void load_event(struct load *l, int n, struct xml *x)
{
	struct el *e = &l->m->el[n];
	struct xml *def = NULL;
	for (struct xml *c = xml_first_element(x); c; c = xml_next_element(c)) {
		struct xml *d = NULL;
		if (xml_is(c, NS_BPMN, S("eventDefinitionRef"))) {
			struct global *g = global_find(l, str_trim(xml_text(l->a, c)));
			d = g ? g->x : NULL;
		} else if (str_eq(c->ns, NS_BPMN) && str_ends(c->name, S("EventDefinition"))) {
			d = c;
		}
		if (!d)
			continue;
		if (def) {
			load_bad(l, n, d, E_BPMN_UNSUPPORTED, BW_TRIGGERS);
			return;
		}
		def = d;
	}
	if (e->pub.kind == BPMN_RECEIVE_TASK || e->pub.kind == BPMN_SEND_TASK) {
		reference(l, n, x, "messageRef", false);
		e->pub.trigger = BPMN_MESSAGE;
		if (e->pub.kind == BPMN_RECEIVE_TASK && e->name_x.kind == BX_NONE) {
			e->name_x = (struct bx){.kind = BX_TEXT, .text = e->pub.id};
			load_note(l, n, x, BW_MESSAGE_OF_TASK);
		}
		if (e->pub.kind == BPMN_SEND_TASK && e->name_x.kind == BX_NONE)
			e->plain_throw = false;
		return;
	}
	if (!def) {
		if (e->pub.kind == BPMN_BOUNDARY_EVENT || e->pub.kind == BPMN_CATCH_EVENT)
			load_bad(l, n, x, E_BPMN_MODEL, BW_NO_TRIGGER);
		return;
	}
	struct el *parent = &l->m->el[e->pub.parent];
	e->pub.trigger = trigger_of(def->name);
	if (e->pub.trigger == BPMN_NONE || !allowed(e->pub.kind, e->pub.trigger,
		parent->pub.kind == BPMN_EVENT_SUBPROCESS)) {
		load_bad(l, n, def, E_BPMN_UNSUPPORTED, BW_TRIGGER_PLACE, def->name,
			str_of(bpmn_kind_name(e->pub.kind)));
		return;
	}
	bool throws = e->pub.kind == BPMN_END_EVENT || e->pub.kind == BPMN_THROW_EVENT;
	load_extensions(l, n, def);
	switch (e->pub.trigger) {
	case BPMN_TIMER: timer(l, n, def); break;
	case BPMN_MESSAGE: reference(l, n, def, "messageRef", !throws); break;
	case BPMN_SIGNAL: reference(l, n, def, "signalRef", true); break;
	case BPMN_ERROR:
		reference(l, n, def, "errorRef", false);
		e->pub.interrupting = true;
		break;
	case BPMN_ESCALATION: reference(l, n, def, "escalationRef", false); break;
	case BPMN_CONDITION: {
		struct xml *c = xml_child(def, NS_BPMN, S("condition"));
		struct str v = c ? str_trim(xml_text(l->a, c)) : (struct str){0};
		if (!v.n)
			load_bad(l, n, def, E_BPMN_MODEL, BW_NO_CONDITION);
		else
			load_cond(l, n, c, v, &e->cond);
		break;
	}
	case BPMN_LINK:
		e->pub.ref = str_trim(xml_attr(def, S("name")));
		if (!e->pub.ref.n)
			load_bad(l, n, def, E_BPMN_MODEL, BW_LINK_NAME);
		break;
	case BPMN_COMPENSATION: e->pub.ref = str_trim(xml_attr(def, S("activityRef"))); break;
	default: break;
	}
	if (throws && e->pub.trigger == BPMN_MESSAGE && e->name_x.kind == BX_NONE && e->plain_throw) {
		e->plain_throw = false;          // what is sent is the job's business
		load_note(l, n, def, BW_MESSAGE_JOB);
	}
}

void load_loop(struct load *l, int n, struct xml *x)
{
	struct el *e = &l->m->el[n];
	struct xml *mi = xml_child(x, NS_BPMN, S("multiInstanceLoopCharacteristics"));
	struct xml *lp = xml_child(x, NS_BPMN, S("standardLoopCharacteristics"));
	struct str v;
	if (lp) {
		e->loop = e->pub.loop = true;
		e->test_before = str_is(xml_attr(lp, S("testBefore")), "true");
		v = xml_child_text(l->a, lp, NS_BPMN, S("loopCondition"));
		struct str max = xml_attr(lp, S("loopMaximum"));
		if (v.n)
			load_cond(l, n, xml_child(lp, NS_BPMN, S("loopCondition")), v, &e->cond);
		if (max.n)
			load_value(l, n, lp, max, &e->loop_max);
		if (!v.n && !max.n)
			load_bad(l, n, lp, E_BPMN_MODEL, BW_LOOP_ENDLESS);
		if (!v.n)
			load_cond(l, n, lp, S("= true"), &e->cond);
		return;
	}
	if (!mi)
		return;
	e->multi = e->pub.multi = true;
	e->sequential = e->pub.sequential = str_is(xml_attr(mi, S("isSequential")), "true");
	v = xml_attr(mi, S("behavior"));
	if (v.n && !str_is(v, "All"))
		load_note(l, n, mi, BW_BEHAVIOR);
	if ((v = xml_child_text(l->a, mi, NS_BPMN, S("loopCardinality"))).n)
		load_value(l, n, mi, v, &e->cardinality);
	if ((v = xml_child_text(l->a, mi, NS_BPMN, S("completionCondition"))).n)
		load_cond(l, n, xml_child(mi, NS_BPMN, S("completionCondition")), v, &e->completion);
	if ((v = xml_child_text(l->a, mi, NS_BPMN, S("loopDataInputRef"))).n)
		variable(l, n, mi, v, &e->collection);
	struct xml *item = xml_child(mi, NS_BPMN, S("inputDataItem"));
	e->item = str_trim(xml_attr(item, S("name")));
	if (!e->item.n)
		e->item = str_trim(xml_attr(item, S("id")));
	struct xml *q = xml_child(mi, NS_BPMN, S("extensionElements"));
	struct xml *z = xml_child(q, S("http://camunda.org/schema/zeebe/1.0"), S("loopCharacteristics"));
	if (z) {
		variable(l, n, z, xml_attr(z, S("inputCollection")), &e->collection);
		e->item = str_trim(xml_attr(z, S("inputElement")));
		e->output_collection = str_trim(xml_attr(z, S("outputCollection")));
		if ((v = xml_attr(z, S("outputElement"))).n)
			load_value(l, n, z, v, &e->output_element);
	}
	for (uint32_t i = 0; i < mi->attrs; i++) {
		struct xml_attr *a = &mi->attr[i];
		if (!known(a->ns))
			continue;
		if (str_is(a->name, "collection"))
			variable(l, n, mi, a->value, &e->collection);
		else if (str_is(a->name, "elementVariable") || str_is(a->name, "item"))
			e->item = str_trim(a->value);
		else if (str_is(a->name, "outputCollection"))
			e->output_collection = str_trim(a->value);
		else if (str_is(a->name, "outputElement"))
			load_value(l, n, mi, a->value, &e->output_element);
		else if (own(a->ns))
			load_bad(l, n, mi, E_BPMN_MODEL, BW_OWN_ATTRIBUTE, a->name);
		else
			load_note(l, n, mi, BW_LOOP_ATTRIBUTE, a->name);
	}
	bx_name(l->m, e->item);
	int64_t many;
	if (str_int(str_trim(xml_child_text(l->a, mi, NS_BPMN, S("loopCardinality"))), &many) && many > BPMN_MULTI)
		load_bad(l, n, mi, E_BPMN_MODEL, BW_MULTI_MANY, str_fmt(l->a, "%lld", (long long)many),
			str_fmt(l->a, "%d", BPMN_MULTI));
	if (e->cardinality.kind == BX_NONE && e->collection.kind == BX_NONE)
		load_bad(l, n, mi, E_BPMN_MODEL, BW_MULTI_HOW_MANY);
}
