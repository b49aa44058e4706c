// daybar.c — a row of working days, 32 px a day.
#include "op/daybar.h"

#include "op/show.h"

enum { LEFT = 14, DAY = 32, WIDTH = 432, HEIGHT = 35 };

bool daybar_begin(struct op_call *c, const struct kase *bundle, struct daybar *out)
{
	out->n = 0;
	if (!bundle->accepted_ms) return false;
	day_t d = day_shanghai(bundle->accepted_ms);
	for (size_t i = 0; i < countof(out->day); i++) {
		// A year without a published calendar ends the axis: never a guess.
		if (calendar_add(c->a, bundle->cat->calendar, d, i ? 1 : 0, &d)) break;
		out->day[out->n++] = d;
	}
	return out->n > 1;
}

// Where an instant lies: the day's column and how much of the office hours has passed.
static int64_t place(const struct daybar *b, const struct kase *k, int64_t at_ms)
{
	day_t d = day_shanghai(at_ms);
	size_t i = 0;
	while (i + 1 < b->n && b->day[i + 1] <= d) i++;
	struct clock_time t = clock_shanghai(at_ms);
	int64_t minute = t.hour * 60 + t.minute, open = k->cat->hours.open_min, shut = 17 * 60;
	int64_t part = b->day[i] != d ? (d > b->day[i] ? DAY : 0) : minute <= open ? 0 : minute >= shut ? DAY : (minute - open) * DAY / (shut - open);
	int64_t x = LEFT + (int64_t)i * DAY + part;
	return x > WIDTH - 2 ? WIDTH - 2 : x;
}

struct str daybar_axis(struct op_call *c, const struct daybar *b)
{
	struct buf s = buf_new(c->a);
	day_t today = day_shanghai(c->p->now_ms);
	buf_fmt(&s, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"27\" viewBox=\"0 0 %d 27\" role=\"img\" aria-label=\"%s\">", WIDTH, WIDTH,
		c->p->actor.english ? "working days" : "工作日");
	for (size_t i = 0; i < b->n; i++)
		buf_fmt(&s, "<text x=\"%zu\" y=\"18\"%s>%d</text>", LEFT + i * DAY, b->day[i] == today ? " class=\"today\"" : "", day_civil(b->day[i]).day);
	buf_lit(&s, "</svg>");
	return buf_str(&s);
}

struct str daybar_row(struct op_call *c, const struct daybar *b, const struct kase *k)
{
	struct buf s = buf_new(c->a);
	enum light light = LIGHT_NONE;
	int32_t left = 0;
	struct err *e = case_light(c->p, k, &light, &left);
	const char *tone = k->closed_ms ? "u-done" : !e && light == LIGHT_OVERDUE ? "u-overdue" : !e && (light == LIGHT_YELLOW || light == LIGHT_RED) ? "u-near" : "";
	buf_fmt(&s, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">", WIDTH, HEIGHT, WIDTH, HEIGHT,
		c->p->actor.english ? "time used" : "已用时限");
	for (size_t i = 0; i < b->n; i++) buf_fmt(&s, "<path class=\"day\" d=\"M%zu 0v%d\"/>", LEFT + i * DAY, HEIGHT);
	if (k->accepted_ms) {
		int64_t from = place(b, k, k->accepted_ms), to = place(b, k, k->closed_ms ? k->closed_ms : c->p->now_ms);
		buf_fmt(&s, "<rect class=\"u %s\" x=\"%lld\" y=\"12\" width=\"%lld\" height=\"12\"/>", tone, (long long)from, (long long)(to - from < 4 ? 4 : to - from));
	}
	buf_fmt(&s, "<path class=\"now-l\" d=\"M%lld 0v%d\"/>", (long long)place(b, k, c->p->now_ms), HEIGHT);
	if (k->due_ms && !k->closed_ms) buf_fmt(&s, "<path class=\"fl\" d=\"M%lld 28V6l8 4-8 4\"/>", (long long)place(b, k, k->due_ms));
	buf_lit(&s, "</svg>");
	return buf_str(&s);
}

struct str daybar_words(struct op_call *c, const struct cases *children)
{
	struct buf s = buf_new(c->a);
	bool en = c->p->actor.english;
	for (size_t i = 0; i < children->n; i++) {
		const struct kase *k = children->k[i];
		enum light light;
		int32_t left = 0;
		struct str name = matter_name(c, k);
		if (case_light(c->p, k, &light, &left)) continue;
		if (k->state == CASE_closed) buf_fmt(&s, en ? STR_FMT " closed; " : STR_FMT "已办结；", STR_ARG(name));
		else if (k->state == CASE_waiting) buf_fmt(&s, en ? STR_FMT " waits; " : STR_FMT "等待前序事项；", STR_ARG(name));
		else if (light == LIGHT_OVERDUE) buf_fmt(&s, en ? STR_FMT " is %d working days late; " : STR_FMT "超期 %d 个工作日；", STR_ARG(name), -left);
		else buf_fmt(&s, en ? STR_FMT " has %d working days left; " : STR_FMT "还剩 %d 个工作日；", STR_ARG(name), left);
	}
	return buf_str(&s);
}
