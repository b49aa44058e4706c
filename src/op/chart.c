// chart.c — see chart.h.
#include "op/chart.h"

enum { WIDTH = 640, LABEL = 132, BAR = 400, ROW = 28, TALL = 180, LEFT = 40, RIGHT = 60 };

static void escape(struct buf *b, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '<') buf_lit(b, "&lt;");
		else if (s.p[i] == '&') buf_lit(b, "&amp;");
		else buf_byte(b, s.p[i]);
	}
}

static void head(struct buf *b, struct str title, int height)
{
	buf_fmt(b, "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart\" role=\"img\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\"><title>", WIDTH, height,
		WIDTH, height);
	escape(b, title);
	buf_lit(b, "</title>");
}

static void text(struct buf *b, int64_t x, int64_t y, const char *class, const char *anchor, struct str s)
{
	buf_fmt(b, "<text class=\"%s\" text-anchor=\"%s\" x=\"%lld\" y=\"%lld\">", class, anchor, (long long)x, (long long)y);
	escape(b, s);
	buf_lit(b, "</text>");
}

struct str chart_bars(struct op_call *c, struct str title, const struct chart_bar *bar, size_t n, int64_t most)
{
	struct buf b = buf_new(c->a);
	for (size_t i = 0; i < n; i++) most = bar[i].value > most ? bar[i].value : most;
	head(&b, title, (int)n * ROW + 4);
	for (size_t i = 0; i < n; i++) {
		int64_t y = (int64_t)i * ROW, w = most > 0 && bar[i].value > 0 ? bar[i].value * BAR / most : 0;
		text(&b, LABEL - 8, y + 19, "cl", "end", bar[i].label);
		buf_fmt(&b, "<rect class=\"ct\" x=\"%d\" y=\"%lld\" width=\"%d\" height=\"16\"/><rect class=\"cb%s\" x=\"%d\" y=\"%lld\" width=\"%lld\" height=\"16\"><title>", LABEL,
			(long long)y + 6, BAR, bar[i].mark ? " cm" : "", LABEL, (long long)y + 6, (long long)(w ? w : 1));
		escape(&b, bar[i].label);
		buf_byte(&b, ' ');
		escape(&b, bar[i].text);
		buf_lit(&b, "</title></rect>");
		text(&b, LABEL + BAR + 8, y + 19, bar[i].mark ? "cv cm" : "cv", "start", bar[i].text);
	}
	buf_lit(&b, "</svg>");
	return buf_str(&b);
}

struct str chart_lines(struct op_call *c, struct str title, const struct chart_line *line, size_t lines, size_t n)
{
	static const char *const classes[] = {"c1", "c2", "c3"};
	struct buf b = buf_new(c->a);
	int64_t most = 1, wide = WIDTH - LEFT - RIGHT, tall = TALL - 28;
	for (size_t k = 0; k < lines; k++)
		for (size_t i = 0; i < n; i++) most = line[k].value[i] > most ? line[k].value[i] : most;
	head(&b, title, TALL);
	for (int64_t g = 0; g <= 2; g++) {
		int64_t y = 10 + tall - g * tall / 2;
		buf_fmt(&b, "<path class=\"cg\" d=\"M%d %lldh%lld\"/>", LEFT, (long long)y, (long long)wide);
		text(&b, LEFT - 6, y + 4, "cl", "end", str_fmt(c->a, "%lld", (long long)(most * g / 2)));
	}
	text(&b, LEFT, TALL - 3, "cl", "start", S("1"));
	text(&b, LEFT + wide, TALL - 3, "cl", "end", str_fmt(c->a, "%zu", n));
	for (size_t k = 0; k < lines && n; k++) {
		int64_t y = 0;
		buf_fmt(&b, "<path class=\"cn %s\" d=\"", classes[k % countof(classes)]);
		for (size_t i = 0; i < n; i++) {
			y = 10 + tall - line[k].value[i] * tall / most;
			buf_fmt(&b, "%s%lld %lld", i ? "L" : "M", (long long)(LEFT + (n > 1 ? (int64_t)i * wide / (int64_t)(n - 1) : 0)), (long long)y);
		}
		buf_lit(&b, "\"/>");
		text(&b, LEFT + wide + 6, (k ? 26 : 12) + (int64_t)(k > 1) * 14, k ? "cv c2" : "cv c1", "start", line[k].name);
	}
	buf_lit(&b, "</svg>");
	return buf_str(&b);
}
