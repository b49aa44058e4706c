// The diagram interchange of a file: where shapes stand and edges run. Damage here is no error:
// a model without a usable diagram is laid out by svg.c.
// allow double: points of a drawing
#include "bpmn/load.h"

static bool coord(struct arena *a, const struct xml *x, const char *name, double *out)
{
	struct str v = str_trim(xml_attr(x, str_of(name)));
	dec d;
	if (!v.n || v.n > 30 || !dec_parse(v, &d) || !dec_finite(d))
		return false;
	*out = (double)d;
	return *out > -1e6 && *out < 1e6;
}

static bool bounds(struct arena *a, const struct xml *x, double *o)
{
	struct xml *b = NULL;
	for (struct xml *c = xml_first_element(x); c && !b; c = xml_next_element(c))
		if (str_is(c->name, "Bounds"))
			b = c;
	return b && coord(a, b, "x", &o[0]) && coord(a, b, "y", &o[1]) && coord(a, b, "width", &o[2]) &&
		coord(a, b, "height", &o[3]);
}

static void plane(struct load *l, struct xml *p)
{
	struct bpmn_model *m = l->m;
	for (struct xml *c = xml_first_element(p); c; c = xml_next_element(c)) {
		struct str ref = local_ref(str_trim(xml_attr(c, S("bpmnElement"))));
		double b[4];
		if (xml_is(c, NS_DI, S("BPMNShape"))) {
			int n = bpmn_find(m, ref);
			if (n < 0 || !bounds(l->a, c, b) || b[2] < 0 || b[3] < 0)
				continue;
			struct shape *s = vec_push(l->a, m->shape, m->nshape, m->shapecap);
			*s = (struct shape){.el = n, .x = b[0], .y = b[1], .w = b[2], .h = b[3],
				.expanded = !str_is(xml_attr(c, S("isExpanded")), "false")};
			struct xml *lab = xml_child(c, NS_DI, S("BPMNLabel"));
			if (lab && bounds(l->a, lab, b)) {
				s->label = true;
				s->lx = b[0];
				s->ly = b[1];
				s->lw = b[2];
				s->lh = b[3];
			}
		} else if (xml_is(c, NS_DI, S("BPMNEdge"))) {
			int f = -1;
			for (int i = 0; i < m->nfl && f < 0; i++)
				if (str_eq(m->fl[i].pub.id, ref))
					f = i;
			if (f < 0)
				continue;
			double xy[512];
			uint32_t n = 0;
			for (struct xml *w = xml_first_element(c); w && n < 256; w = xml_next_element(w))
				if (str_is(w->name, "waypoint") && coord(l->a, w, "x", &xy[2 * n]) && coord(l->a, w, "y",
					&xy[2 * n + 1]))
					n++;
			if (n < 2)
				continue;
			struct edge *e = vec_push(l->a, m->edge, m->nedge, m->edgecap);
			*e = (struct edge){f, arena_copy(l->a, xy, sizeof *xy * 2 * n), n};
		}
	}
}

void load_diagram(struct load *l, struct xml *root)
{
	for (struct xml *d = xml_child(root, NS_DI, S("BPMNDiagram")); d; d = xml_next(d, NS_DI,
		S("BPMNDiagram"))) {
		struct xml *p = xml_child(d, NS_DI, S("BPMNPlane"));
		if (p)
			plane(l, p);
	}
}
