// svg.c — marks what has happened, lays out and draws a process.
// allow double: points of a drawing
#include "bpmn/svg.h"
#include "bpmn/model.h"
#include "codec/xml.h"

// --- marks ----------------------------------------------------------------------------------------

static void possible(const struct bpmn_model *m, uint8_t *mark, uint8_t *seen, int el)
{
	const struct el *e = &m->el[el];
	for (uint32_t k = 0; k < e->nout; k++) {
		int to = m->fl[e->out[k]].pub.to;
		const struct el *t = &m->el[to];
		if (seen[to])
			continue;
		seen[to] = 1;
		if (mark[to] == BPMN_MARK_NONE)
			mark[to] = BPMN_MARK_POSSIBLE;
		if (t->pub.kind >= BPMN_EXCLUSIVE && t->pub.kind <= BPMN_EVENT_GATEWAY)
			possible(m, mark, seen, to);     // a gateway is passed at once
	}
}

uint8_t *bpmn_marks(struct arena *a, const struct bpmn_model *m, const struct bpmn_view *v)
{
	uint8_t *mark = arena_newn(a, uint8_t, m->nel), *seen = arena_newn(a, uint8_t, m->nel);
	if (!v)
		return mark;
	for (int i = 0; i < m->nel; i++)
		if (v->visited[i])
			mark[i] = BPMN_MARK_DONE;
	if (v->status == BPMN_ENDED)
		return mark;
	for (uint32_t i = 0; i < v->ntoken; i++) {
		const struct el *e = &m->el[v->token[i].element];
		bool listens = e->pub.kind == BPMN_BOUNDARY_EVENT || e->pub.kind == BPMN_START_EVENT;
		if (v->token[i].wait != BPMN_W_DONE && !listens)
			mark[v->token[i].element] = BPMN_MARK_CURRENT;
	}
	for (uint32_t i = 0; i < v->ntoken; i++)
		if (v->token[i].wait == BPMN_W_INCIDENT)
			mark[v->token[i].element] = BPMN_MARK_FAILED;
	for (int i = 0; i < m->nel; i++)
		if (mark[i] == BPMN_MARK_CURRENT || mark[i] == BPMN_MARK_FAILED)
			possible(m, mark, seen, i);
	return mark;
}

// --- boxes ----------------------------------------------------------------------------------------

struct box { double x, y, w, h; bool set, inner; };      // inner: its children are drawn inside it
struct line { double *xy; uint32_t n; };
struct art { struct arena *a; const struct bpmn_model *m; struct box *box; struct line *line; int *layer,
	*slot; };

static void natural_size(const struct el *e, double *w, double *h)
{
	if (is_activity(e->pub.kind)) {
		*w = 120;
		*h = 70;
	} else if (e->pub.kind >= BPMN_EXCLUSIVE && e->pub.kind <= BPMN_EVENT_GATEWAY) {
		*w = *h = 46;
	} else {
		*w = *h = 36;
	}
}

static bool beside(const struct el *e)   // stands in no layer: at its host, or below
{
	return e->pub.kind == BPMN_BOUNDARY_EVENT;
}

static void layer_of(struct art *t, int n, uint8_t *state, int at)
{
	const struct el *e = &t->m->el[n];
	if (state[n] == 1 || t->layer[n] >= at)      // a loop back, or farther right already
		return;
	if (at > t->m->nel)
		return;
	t->layer[n] = at;
	state[n] = 1;
	for (uint32_t k = 0; k < e->nout; k++)
		layer_of(t, t->m->fl[e->out[k]].pub.to, state, at + 1);
	for (uint32_t b = 0; b < e->nboundary; b++)
		for (uint32_t k = 0; k < t->m->el[e->boundary[b]].nout; k++)
			layer_of(t, t->m->fl[t->m->el[e->boundary[b]].out[k]].pub.to, state, at + 1);
	if (e->link >= 0)
		layer_of(t, e->link, state, at + 1);
	if (e->handler >= 0)
		layer_of(t, e->handler, state, at + 1);
	state[n] = 2;
}

// Lays out the children of a scope from (0,0); gives the size needed.
static void layout(struct art *t, int scope, double *w, double *h)
{
	const struct bpmn_model *m = t->m;
	const struct el *s = &m->el[scope];
	uint8_t *state = arena_newn(t->a, uint8_t, m->nel);
	for (uint32_t k = 0; k < s->nchild; k++) {
		int c = s->child[k];
		struct box *b = &t->box[c];
		natural_size(&m->el[c], &b->w, &b->h);
		t->layer[c] = -1;
		if (is_scope(m->el[c].pub.kind) && m->el[c].nchild) {
			layout(t, c, &b->w, &b->h);
			b->inner = true;
		}
	}
	for (uint32_t k = 0; k < s->nbegin; k++)
		layer_of(t, s->begin[k], state, 0);
	for (uint32_t k = 0; k < s->nchild; k++)
		if (m->el[s->child[k]].pub.kind == BPMN_START_EVENT)
			layer_of(t, s->child[k], state, 0);
	for (uint32_t k = 0; k < s->nchild; k++)
		if (t->layer[s->child[k]] < 0 && !beside(&m->el[s->child[k]]) &&
			m->el[s->child[k]].pub.kind != BPMN_EVENT_SUBPROCESS)
			layer_of(t, s->child[k], state, 0);
	int layers = 0;
	for (uint32_t k = 0; k < s->nchild; k++)
		if (t->layer[s->child[k]] >= layers)
			layers = t->layer[s->child[k]] + 1;
	double x = 30, bottom = 30;
	for (int ly = 0; ly < layers; ly++) {
		double wide = 0, y = 30;
		for (uint32_t k = 0; k < s->nchild; k++) {
			int c = s->child[k];
			struct box *b = &t->box[c];
			if (t->layer[c] != ly)
				continue;
			// as high as what leads to it, if that place is free
			double want = y == 30 ? 65 - b->h / 2 : y;       // first rows on one line
			want = want < 30 ? 30 : want;
			const struct el *e = &m->el[c];
			for (uint32_t i = 0; i < e->nin; i++) {
				const struct box *f = &t->box[m->fl[e->in[i]].pub.from];
				if (f->set) {
					double mid = f->y + f->h / 2 - b->h / 2;
					want = mid > want ? mid : want;
					break;
				}
			}
			b->x = x;
			b->y = want;
			b->set = true;
			y = want + b->h + 44 + (e->nboundary ? 20 : 0);
			wide = b->w > wide ? b->w : wide;
			bottom = y > bottom ? y : bottom;
		}
		x += wide + 60;
	}
	double right = x, ex = 30;
	for (uint32_t k = 0; k < s->nchild; k++) {       // event sub-processes stand below
		int c = s->child[k];
		struct box *b = &t->box[c];
		if (m->el[c].pub.kind != BPMN_EVENT_SUBPROCESS)
			continue;
		b->x = ex;
		b->y = bottom;
		b->set = true;
		ex += b->w + 40;
	}
	double deep = bottom;
	for (uint32_t k = 0; k < s->nchild; k++) {
		int c = s->child[k];
		struct box *b = &t->box[c];
		if (m->el[c].pub.kind == BPMN_EVENT_SUBPROCESS && b->y + b->h + 30 > deep)
			deep = b->y + b->h + 30;
	}
	for (uint32_t k = 0; k < s->nchild; k++) {
		const struct el *e = &m->el[s->child[k]];
		const struct box *host = &t->box[s->child[k]];
		for (uint32_t i = 0; i < e->nboundary; i++) {
			struct box *b = &t->box[e->boundary[i]];
			b->x = host->x + 14 + 42 * i;
			b->y = host->y + host->h - 18;
			b->w = b->h = 36;
			b->set = true;
		}
	}
	*w = (right > ex ? right : ex);
	*h = deep;
}

static void shift(struct art *t, int scope, double dx, double dy)
{
	const struct el *s = &t->m->el[scope];
	for (uint32_t k = 0; k < s->nchild; k++) {
		struct box *b = &t->box[s->child[k]];
		b->x += dx;
		b->y += dy;
		if (b->inner)
			shift(t, s->child[k], b->x, b->y + 10);
	}
}

static void connect(struct art *t, int scope)
{
	const struct bpmn_model *m = t->m;
	for (int i = 0; i < m->nfl; i++) {
		if (m->el[m->fl[i].pub.from].process != scope)
			continue;
		struct box *a = &t->box[m->fl[i].pub.from], *b = &t->box[m->fl[i].pub.to];
		if (!a->set || !b->set)
			continue;
		double *p = arena_newn(t->a, double, 12);
		uint32_t n = 0;
#define POINT(px, py) do { p[2 * n] = (px); p[2 * n + 1] = (py); n++; } while (0)
		double ay = a->y + a->h / 2, by = b->y + b->h / 2;
		if (m->el[m->fl[i].pub.from].pub.kind == BPMN_BOUNDARY_EVENT) {
			POINT(a->x + a->w / 2, a->y + a->h);
			POINT(a->x + a->w / 2, a->y + a->h + 14);
			if (b->x > a->x) {
				POINT(b->x - 24, a->y + a->h + 14);
				POINT(b->x - 24, by);
				POINT(b->x, by);
			} else {
				POINT(b->x + b->w / 2, a->y + a->h + 14);
				POINT(b->x + b->w / 2, b->y + b->h);
			}
		} else if (b->x >= a->x + a->w) {
			POINT(a->x + a->w, ay);
			if (ay != by) {
				POINT(b->x - 24, ay);
				POINT(b->x - 24, by);
			}
			POINT(b->x, by);
		} else {                         // back: below both
			double low = (a->y + a->h > b->y + b->h ? a->y + a->h : b->y + b->h) + 22;
			POINT(a->x + a->w / 2, a->y + a->h);
			POINT(a->x + a->w / 2, low);
			POINT(b->x + b->w / 2, low);
			POINT(b->x + b->w / 2, b->y + b->h);
		}
#undef POINT
		t->line[i] = (struct line){p, n};
	}
}

// The file's own diagram, if it places everything that is visible in it.
static bool given(struct art *t, int process)
{
	const struct bpmn_model *m = t->m;
	for (size_t i = 0; i < m->nshape; i++) {
		const struct shape *s = &m->shape[i];
		t->box[s->el] = (struct box){s->x, s->y, s->w, s->h, true, s->expanded};
	}
	for (size_t i = 0; i < m->nedge; i++)
		t->line[m->edge[i].flow] = (struct line){m->edge[i].xy, m->edge[i].n};
	int all = 0, hidden = 0;
	for (int i = 0; i < m->nel; i++) {
		const struct el *e = &m->el[i];
		if (e->process != process || e->pub.kind == BPMN_PROCESS)
			continue;
		bool inside = false;             // of a collapsed sub-process: not drawn
		for (int p = e->pub.parent; p >= 0 && m->el[p].pub.kind != BPMN_PROCESS; p = m->el[p].pub.parent)
			inside |= t->box[p].set && !t->box[p].inner;
		if (inside && !t->box[i].set)
			hidden++;
		else if (!t->box[i].set)
			return false;
		else
			all++;
	}
	return all > 0;
}

// --- drawing --------------------------------------------------------------------------------------

static void num(struct buf *b, double v)         // one decimal is enough for a picture
{
	int64_t n = (int64_t)(v * 10 + (v < 0 ? -0.5 : 0.5));
	buf_fmt(b, "%s%lld", n < 0 ? "-" : "", (long long)((n < 0 ? -n : n) / 10));
	if (n % 10)
		buf_fmt(b, ".%lld", (long long)((n < 0 ? -n : n) % 10));
}

static void attr(struct buf *b, const char *name, double v)
{
	buf_fmt(b, " %s=\"", name);
	num(b, v);
	buf_byte(b, '"');
}

static double width(uint32_t cp) { return cp >= 0x2e80 ? 12 : cp >= 'A' && cp <= 'Z' ? 8 : 6.4; }

// Centred lines around (x, y); at most rows, the last one cut with an ellipsis.
static void labelled(struct buf *b, const char *class, struct str s, double x, double y, double room, int rows)
{
	struct str line[6];
	int n = 0;
	bool cut = false;
	size_t at = 0, begin = 0, space = 0;
	double w = 0;
	while (at < s.n && n < rows) {
		size_t here = at;
		uint32_t cp = utf8_next(s, &at);
		if (cp == ' ' || cp == '\n' || cp == '\t')
			space = here;
		w += width(cp);
		if (w > room || cp == '\n') {
			size_t end = cp == '\n' ? here : space > begin ? space : here > begin ? here : at;
			line[n++] = str_trim(str_part(s, begin, end - begin));
			begin = end;
			at = end;
			while (at < s.n && (s.p[at] == ' ' || s.p[at] == '\n' || s.p[at] == '\r' || s.p[at] == '\t'))
				at++;
			begin = at;
			space = at;
			w = 0;
		}
	}
	if (n < rows && begin < s.n)
		line[n++] = str_trim(str_from(s, begin));
	else if (begin < s.n)
		cut = true;
	for (int i = 0; i < n; i++) {
		buf_fmt(b,
			"<text class=\"%s\" text-anchor=\"middle\" font-size=\"12\" fill=\"currentColor\" stroke=\"Canvas\" "
			"stroke-width=\"3\" paint-order=\"stroke\"", class);
		attr(b, "x", x);
		attr(b, "y", y + 14 * i - 7.0 * (n - 1) + 4);
		buf_lit(b, ">");
		xml_escape(b, line[i], false);
		if (cut && i == n - 1)
			buf_lit(b, "…");
		buf_lit(b, "</text>");
	}
}

static void label(struct buf *b, struct str s, double x, double y, double room, int rows)
{
	labelled(b, "bpmn-label", s, x, y, room, rows);
}

static const char *mark_class(uint8_t mark)
{
	static const char *const c[] = {"", " is-done", " is-current", " is-possible", " is-failed"};
	return c[mark];
}

static struct str mark_words(uint8_t mark, bool english)
{
	static const char *const zh[] = {"", "已完成", "当前步骤", "下一步可能", "出现异常"}, *const en[] = {"", "done",
		"current step", "possible next", "failed"};
	return str_of(english ? en[mark] : zh[mark]);
}

static struct str kind_words(const struct el *e, bool english)
{
	static const struct { enum bpmn_kind k; const char *zh, *en; } w[] = {
		{BPMN_START_EVENT, "开始", "start"}, {BPMN_END_EVENT, "结束", "end"}, {BPMN_CATCH_EVENT, "等待",
			"wait"},
		{BPMN_THROW_EVENT, "发出", "send"}, {BPMN_BOUNDARY_EVENT, "附加事件", "attached event"},
			{BPMN_TASK, "步骤", "step"},
		{BPMN_USER_TASK, "人工步骤", "task"}, {BPMN_MANUAL_TASK, "线下步骤", "manual step"},
			{BPMN_SERVICE_TASK, "自动步骤", "automatic step"},
		{BPMN_SEND_TASK, "通知", "notice"}, {BPMN_RECEIVE_TASK, "等待消息", "wait for a message"},
			{BPMN_SCRIPT_TASK, "计算", "calculation"},
		{BPMN_RULE_TASK, "规则判断", "decision by rule"}, {BPMN_CALL_ACTIVITY, "子流程调用",
			"called process"},
		{BPMN_SUBPROCESS, "子流程", "sub-process"}, {BPMN_EVENT_SUBPROCESS, "事件子流程",
			"event sub-process"},
		{BPMN_TRANSACTION, "事务", "transaction"}, {BPMN_ADHOC, "自由步骤", "free steps"}, {BPMN_EXCLUSIVE,
			"选择", "choice"},
		{BPMN_PARALLEL, "并行", "parallel"}, {BPMN_INCLUSIVE, "条件并行", "inclusive choice"},
			{BPMN_EVENT_GATEWAY, "等待先到者", "first event"},
	};
	for (size_t i = 0; i < countof(w); i++)
		if (w[i].k == e->pub.kind)
			return str_of(english ? w[i].en : w[i].zh);
	return (struct str){0};
}

static const char *sign_of(const struct el *e)   // what stands in a gateway or event
{
	switch (e->pub.kind) {
	case BPMN_EXCLUSIVE: return "×";
	case BPMN_PARALLEL: return "＋";
	case BPMN_INCLUSIVE: return "○";
	case BPMN_EVENT_GATEWAY: return "◎";
	default: break;
	}
	static const char *const t[] = {"", "◷", "✉", "△", "☰", "↯", "⇑", "↺", "✕", "●", "➔"};
	return t[e->pub.trigger];
}

static void draw_shape(struct buf *b, const struct el *e, const struct box *x, uint8_t mark)
{
	double cx = x->x + x->w / 2, cy = x->y + x->h / 2;
	const char *wide = mark == BPMN_MARK_CURRENT || mark == BPMN_MARK_FAILED || e->pub.kind == BPMN_CALL_ACTIVITY ||
		e->pub.kind == BPMN_END_EVENT ? "3" : "1.4";
	bool dashed = mark == BPMN_MARK_POSSIBLE || e->pub.kind == BPMN_EVENT_SUBPROCESS ||
		(!e->pub.interrupting && (e->pub.kind == BPMN_BOUNDARY_EVENT || e->pub.kind == BPMN_START_EVENT));
	if (is_activity(e->pub.kind)) {
		buf_lit(b, "<rect rx=\"8\"");
		attr(b, "x", x->x);
		attr(b, "y", x->y);
		attr(b, "width", x->w);
		attr(b, "height", x->h);
	} else if (e->pub.kind >= BPMN_EXCLUSIVE && e->pub.kind <= BPMN_EVENT_GATEWAY) {
		buf_lit(b, "<path d=\"M");
		double p[8] = {cx, x->y, x->x + x->w, cy, cx, x->y + x->h, x->x, cy};
		for (int i = 0; i < 8; i++) {
			if (i)
				buf_add(b, str_of(i % 2 ? " " : " L"));
			num(b, p[i]);
		}
		buf_lit(b, "Z\"");
	} else {
		buf_lit(b, "<circle");
		attr(b, "cx", cx);
		attr(b, "cy", cy);
		attr(b, "r", x->w / 2);
	}
	buf_fmt(b, " fill=\"%s\" stroke=\"currentColor\" stroke-width=\"%s\"%s/>",
		is_scope(e->pub.kind) && x->inner ? "none" : "Canvas", wide, dashed ? " stroke-dasharray=\"5 3\"" :
			"");
	if (e->pub.kind == BPMN_CATCH_EVENT || e->pub.kind == BPMN_THROW_EVENT ||
		e->pub.kind == BPMN_BOUNDARY_EVENT) {
		buf_lit(b, "<circle fill=\"none\" stroke=\"currentColor\"");
		attr(b, "cx", cx);
		attr(b, "cy", cy);
		attr(b, "r", x->w / 2 - 3);
		buf_lit(b, "/>");
	}
}

static void draw(struct buf *b, const struct el *e, const struct box *x, uint8_t mark, struct str note, bool english)
{
	struct str words = mark_words(mark, english), kind = kind_words(e, english);
	buf_fmt(b, "<g class=\"bpmn-node bpmn-%s%s\"><title>", bpmn_kind_name(e->pub.kind), mark_class(mark));
	xml_escape(b, e->pub.name.n ? e->pub.name : kind, false);
	if (words.n)
		buf_fmt(b, "%s" STR_FMT, english ? ": " : "：", STR_ARG(words));
	if (note.n) {
		buf_add(b, str_of(english ? ": " : "："));
		xml_escape(b, note, false);
	}
	buf_lit(b, "</title>");
	draw_shape(b, e, x, mark);
	double cx = x->x + x->w / 2, cy = x->y + x->h / 2;
	const char *sign = sign_of(e);
	if (is_activity(e->pub.kind)) {
		if (x->inner)
			label(b, e->pub.name, cx, x->y + 12, x->w - 20, 1);
		else
			label(b, e->pub.name.n ? e->pub.name : kind, cx, cy, x->w - 14, 4);
		if (e->multi || e->loop || e->pub.compensation || (is_scope(e->pub.kind) && !x->inner))
			label(b, str_of(e->loop ? "↻" : e->multi ? (e->sequential ? "☰" : "|||") : e->pub.compensation ?
				"◁◁" : "＋"), cx, x->y + x->h - 9, 60, 1);
	} else {
		if (*sign)
			label(b, str_of(sign), cx, cy, 40, 1);
		if (e->pub.name.n)
			label(b, e->pub.name, cx, x->y + x->h + 18, 110, 2);
	}
	if (mark == BPMN_MARK_DONE || mark == BPMN_MARK_CURRENT || mark == BPMN_MARK_FAILED)
		label(b, str_of(mark == BPMN_MARK_DONE ? "✓" : mark == BPMN_MARK_FAILED ? "✕" : "▶"), x->x + x->w - 9, x->y + 10, 30, 1);
	if (note.n)
		labelled(b, "bpmn-note", note, cx, x->y - 10, 160, 1);
	buf_lit(b, "</g>\n");
}

static void draw_flow(struct buf *b, const struct fl *f, const struct line *l, bool taken, struct str id)
{
	if (l->n < 2)
		return;
	buf_fmt(b,
		"<g class=\"bpmn-flow%s\"><path fill=\"none\" stroke=\"currentColor\" marker-end=\"url(#" STR_FMT "-arrow)\" d=\"", taken ? " is-done" : "", STR_ARG(id));
	for (uint32_t i = 0; i < l->n; i++) {
		buf_add(b, str_of(i ? " L" : "M"));
		num(b, l->xy[2 * i]);
		buf_byte(b, ' ');
		num(b, l->xy[2 * i + 1]);
	}
	buf_lit(b, "\"/>");
	if (f->pub.name.n) {
		if (l->n == 4 && l->xy[2] == l->xy[4])           // bent once: at the bend nearer to where it leads
			label(b, f->pub.name, l->xy[4], l->xy[5] + (l->xy[5] > l->xy[3] ? -12 : 12), 120, 1);
		else
			label(b, f->pub.name, (l->xy[l->n / 2 * 2] + l->xy[l->n / 2 * 2 - 2]) / 2,
				(l->xy[l->n / 2 * 2 + 1] + l->xy[l->n / 2 * 2 - 1]) / 2 - 8, 120, 2);
	}
	buf_lit(b, "</g>\n");
}

static void describe(struct buf *b, struct arena *a, const struct bpmn_model *m, int process,
	const uint8_t *mark, bool english)
{
	struct buf now = buf_new(a);
	uint32_t steps = 0, done = 0;
	for (int i = 0; i < m->nel; i++) {
		const struct el *e = &m->el[i];
		if (e->process != process || !is_activity(e->pub.kind))
			continue;
		steps++;
		done += mark && mark[i] == BPMN_MARK_DONE;
		if (mark && (mark[i] == BPMN_MARK_CURRENT || mark[i] == BPMN_MARK_FAILED)) {
			if (now.n)
				buf_add(&now, str_of(english ? ", " : "、"));
			buf_add(&now, e->pub.name.n ? e->pub.name : e->pub.id);
			if (mark[i] == BPMN_MARK_FAILED)
				buf_add(&now, str_of(english ? " (failed)" : "（出现异常）"));
		}
	}
	if (english)
		buf_fmt(b, "%u steps, %u done.", steps, done);
	else
		buf_fmt(b, "共 %u 步，已完成 %u 步。", steps, done);
	if (now.n) {
		buf_add(b, str_of(english ? " Now: " : "当前："));
		xml_escape(b, buf_str(&now), false);
		buf_add(b, str_of(english ? "." : "。"));
	}
}

void bpmn_svg(struct buf *b, const struct bpmn_model *m, int process, const uint8_t *mark, const struct str *note,
	struct str id, bool english)
{
	struct art t = {.a = b->a, .m = m};
	t.box = arena_newn(b->a, struct box, m->nel);
	t.line = arena_newn(b->a, struct line, m->nfl + 1);
	t.layer = arena_newn(b->a, int, m->nel);
	if (!given(&t, process)) {
		double w, h;
		memset(t.box, 0, sizeof *t.box * (size_t)m->nel);
		memset(t.line, 0, sizeof *t.line * (size_t)m->nfl);
		layout(&t, process, &w, &h);
		shift(&t, process, 0, 0);
		connect(&t, process);
	}
	double x0 = 1e9, y0 = 1e9, x1 = -1e9, y1 = -1e9;
	for (int i = 0; i < m->nel; i++) {
		const struct box *x = &t.box[i];
		if (!x->set || m->el[i].process != process)
			continue;
		x0 = x->x < x0 ? x->x : x0;
		y0 = x->y < y0 ? x->y : y0;
		x1 = x->x + x->w > x1 ? x->x + x->w : x1;
		y1 = x->y + x->h > y1 ? x->y + x->h : y1;
	}
	for (int i = 0; i < m->nfl; i++)
		for (uint32_t k = 0; k < t.line[i].n && m->el[m->fl[i].pub.from].process == process; k++) {
			double x = t.line[i].xy[2 * k], y = t.line[i].xy[2 * k + 1];
			x0 = x < x0 ? x : x0;
			y0 = y < y0 ? y : y0;
			x1 = x > x1 ? x : x1;
			y1 = y > y1 ? y : y1;
		}
	if (x1 < x0)
		x0 = y0 = 0, x1 = y1 = 10;
	x0 -= 30;
	y0 -= 20;
	x1 += 30;
	y1 += 45;                            // names below events
	buf_lit(b, "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"bpmn\" role=\"img\" viewBox=\"");
	num(b, x0);
	buf_byte(b, ' ');
	num(b, y0);
	buf_byte(b, ' ');
	num(b, x1 - x0);
	buf_byte(b, ' ');
	num(b, y1 - y0);
	// Three quarters of its size is the least at which names can be read: what shows it widens it, or scrolls.
	buf_lit(b, "\" width=\"");
	num(b, (x1 - x0) * .75);
	buf_lit(b, "\" height=\"");
	num(b, (y1 - y0) * .75);
	buf_fmt(b,
		"\" aria-labelledby=\"" STR_FMT "-title " STR_FMT "-desc\">\n<title id=\"" STR_FMT "-title\">",
		STR_ARG(id), STR_ARG(id), STR_ARG(id));
	xml_escape(b, m->el[process].pub.name.n ? m->el[process].pub.name : m->el[process].pub.id, false);
	buf_fmt(b, "</title>\n<desc id=\"" STR_FMT "-desc\">", STR_ARG(id));
	describe(b, b->a, m, process, mark, english);
	buf_fmt(b,
		"</desc>\n<defs><marker id=\"" STR_FMT "-arrow\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"8\" markerHeight=\"8\" orient=\"auto\">"
		"<path d=\"M0 0 L10 5 L0 10 Z\" fill=\"currentColor\"/></marker></defs>\n", STR_ARG(id));
	for (int pass = 0; pass < 3; pass++)         // scopes below, then flows, then what stands on them
		for (int i = 0; i < (pass == 1 ? m->nfl : m->nel); i++) {
			if (pass == 1) {
				const struct fl *f = &m->fl[i];
				if (m->el[f->pub.from].process == process)
					draw_flow(b, f, &t.line[i], mark && mark[f->pub.from] == BPMN_MARK_DONE &&
						mark[f->pub.to] != BPMN_MARK_NONE &&
						mark[f->pub.to] != BPMN_MARK_POSSIBLE, id);
				continue;
			}
			const struct el *e = &m->el[i];
			bool below = is_scope(e->pub.kind) && t.box[i].inner;
			if (e->process == process && t.box[i].set && e->pub.kind != BPMN_PROCESS &&
				below == (pass == 0) &&
					(pass == 0 || e->pub.kind != BPMN_PROCESS))
				draw(b, e, &t.box[i], mark ? mark[i] : 0, note ? note[i] : (struct str){0}, english);
		}
	buf_lit(b, "</svg>\n");
}

// --- in words -------------------------------------------------------------------------------------

struct tell { struct arena *a; const struct bpmn_model *m; const uint8_t *mark; bool english;
	struct bpmn_outline *list; size_t n, cap; uint8_t *seen; };

static void followers(struct tell *t, struct buf *b, int el, uint8_t *seen, struct str when)
{
	const struct el *e = &t->m->el[el];
	for (uint32_t k = 0; k < e->nout; k++) {
		const struct fl *f = &t->m->fl[e->out[k]];
		const struct el *x = &t->m->el[f->pub.to];
		if (seen[f->pub.to])
			continue;
		seen[f->pub.to] = 1;
		if (x->pub.kind >= BPMN_EXCLUSIVE && x->pub.kind <= BPMN_EVENT_GATEWAY) {
			followers(t, b, f->pub.to, seen, f->pub.name.n ? f->pub.name : when);
			continue;
		}
		if (b->n)
			buf_add(b, str_of(t->english ? ", " : "、"));
		if (f->pub.name.n || when.n) {
			buf_add(b, f->pub.name.n ? f->pub.name : when);
			buf_add(b, str_of(t->english ? ": " : "："));
		}
		buf_add(b, x->pub.name.n ? x->pub.name : kind_words(x, t->english));
	}
}

static void tell_from(struct tell *t, int el, uint32_t depth);

static void tell_scope(struct tell *t, int scope, uint32_t depth)
{
	const struct el *s = &t->m->el[scope];
	for (uint32_t k = 0; k < s->nchild; k++)
		if (t->m->el[s->child[k]].pub.kind == BPMN_START_EVENT)
			tell_from(t, s->child[k], depth);
	for (uint32_t k = 0; k < s->nbegin; k++)
		tell_from(t, s->begin[k], depth);
	for (uint32_t k = 0; k < s->nchild; k++)
		tell_from(t, s->child[k], depth);
}

static void tell_from(struct tell *t, int el, uint32_t depth)
{
	const struct el *e = &t->m->el[el];
	if (t->seen[el])
		return;
	t->seen[el] = 1;
	if (is_activity(e->pub.kind) || e->pub.name.n) {
		struct bpmn_outline *o = vec_push(t->a, t->list, t->n, t->cap);
		struct buf next = buf_new(t->a);
		uint8_t *seen = arena_newn(t->a, uint8_t, t->m->nel);
		followers(t, &next, el, seen, (struct str){0});
		o->element = el;
		o->depth = depth;
		o->mark = t->mark ? (enum bpmn_mark)t->mark[el] : BPMN_MARK_NONE;
		o->kind = kind_words(e, t->english);
		o->text = e->pub.name.n ? e->pub.name : o->kind;
		o->next = buf_str(&next);
	}
	if (is_scope(e->pub.kind))
		tell_scope(t, el, depth + 1);
	for (uint32_t k = 0; k < e->nboundary; k++)
		tell_from(t, e->boundary[k], depth);
	for (uint32_t k = 0; k < e->nout; k++)
		tell_from(t, t->m->fl[e->out[k]].pub.to, depth);
}

struct bpmn_outline *bpmn_outline(struct arena *a, const struct bpmn_model *m, int process,
	const uint8_t *mark, bool english, uint32_t *n)
{
	struct tell t = {.a = a, .m = m, .mark = mark, .english = english, .seen = arena_newn(a, uint8_t,
		m->nel)};
	tell_scope(&t, process, 0);
	*n = (uint32_t)t.n;
	return t.list;
}
