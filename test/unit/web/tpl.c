// Tests src/web/tpl_*.c. Each must-fail twin is named by its mistake.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "base/day.h"
#include "web/tpl.h"

static struct arena *A;
static int setup(void **s) { A = arena_new(0); return 0; }
static int teardown(void **s) { arena_free(A); return 0; }

static struct { const char *name, *text; } part[] = {
	{ "field",
		"{% params field kind=\"text\" %}<label for=\"{{ field.key }}\">{{ field.label }}</label><input id=\"{{ field.key }}\" class=\"{{ kind }}\">" },
	{ "wide", "<p>{{ who }}</p>" },
	{ "self", "{% include \"self\" %}" },
	{ "public",
		"<html lang=\"zh\"><body>{% block head %}默认{% end %}<main>{% block main %}{% end %}</main></body></html>" },
	{ "fixed-id", "<p id=\"one\">x</p>" },
	{ "light", "{% params state %}{% if state == \"near\" %}▲{% else %}●{% end %}" },
	{ "broken", "<p>{{ x }</p>" },
	{ "loop-layout", "{% layout \"loop-layout\" %}" },
};

static bool load(void *ctx, struct arena *a, struct str name, struct str *text, struct str *file)
{
	for (size_t i = 0; i < countof(part); i++)
		if (str_eq(name, str_of(part[i].name))) {
			*text = str_of(part[i].text);
			*file = str_fmt(a, "parts/%s", part[i].name);
			return true;
		}
	return false;
}

static bool asset(void *ctx, struct arena *a, struct str name, struct str *path)
{
	*path = S("/a/x.123.css");
	return str_is(name, "x.css");
}

static const struct tpl_loader loader = { NULL, load, asset };

static struct json *view(const char *text)
{
	struct json *j = NULL;
	struct err *e = json_parse(A, str_of(text), (struct json_limits){ 0 }, &j);
	if (e) fail_msg("%.*s", STR_ARG(err_text(A, e, true)));
	return j;
}

static const char *render_with(const char *t, const char *v, struct tpl_options o, struct tpl_env env)
{
	struct tpl *p;
	o.loader = &loader;
	struct err *e = tpl_compile(A, S("t"), S("t.html"), str_of(t), &o, &p);
	if (e) fail_msg("%u:%u %.*s", e->line, e->col, STR_ARG(err_text(A, e, false)));
	struct buf b = buf_new(A);
	e = tpl_render(p, view(v), &env, &b);
	if (e) fail_msg("%.*s", STR_ARG(err_text(A, e, false)));
	return str_z(A, buf_str(&b));
}

static const char *render(const char *t, const char *v)
{
	return render_with(t, v, (struct tpl_options){ 0 },
		(struct tpl_env){ .now_ms = ms_shanghai(day_of(2026, 11, 20), 14, 2) });
}

static const char *english(const char *t, const char *v)
{
	return render_with(t, v, (struct tpl_options){ 0 },
		(struct tpl_env){ .now_ms = ms_shanghai(day_of(2026, 11, 20), 14, 2), .english = true });
}

// The first error's place and its message; fails when the template compiles.
static const char *refuse_with(const char *t, struct tpl_options o)
{
	struct tpl *p;
	o.loader = &loader;
	struct err *e = tpl_compile(A, S("t"), S("t.html"), str_of(t), &o, &p);
	if (!e) fail_msg("accepted: %s", t);
	assert_null(p);
	return str_z(A, str_fmt(A, "%u:%u " STR_FMT, e->line, e->col, STR_ARG(e->arg[0])));
}

static const char *refuse(const char *t) { return refuse_with(t, (struct tpl_options){ 0 }); }

#define has(text, part) do { const char *has_ = (text); if (!strstr(has_, part)) fail_msg("%s lacks %s", has_, part); } while (0)

static void values_are_escaped_where_they_stand(void **s)
{
	assert_string_equal(render("<p title=\"{{ x }}\">{{ x }}</p>", "{\"x\":\"a<b>&\\\"'\"}"),
		"<p title=\"a&lt;b&gt;&amp;&quot;&#39;\">a&lt;b&gt;&amp;&quot;&#39;</p>");
	assert_string_equal(render("<p title='{{ x }}'>y</p>", "{\"x\":\"' onclick='\"}"),
		"<p title='&#39; onclick=&#39;'>y</p>");
	assert_string_equal(render("<textarea id=\"a\">{{ x }}</textarea>", "{\"x\":\"\\n</textarea><script>\"}"),
		"<textarea id=\"a\">\n\n&lt;/textarea&gt;&lt;script&gt;</textarea>");
	assert_string_equal(render("{{ n }} {{ gone }}{{ gone.deeper }} {{ yes }}",
		"{\"n\":1.50,\"yes\":true}"), "1.50  ");
	assert_string_equal(render_with("{{ x }} & <b", "{\"x\":\"<\"}",
		(struct tpl_options){ .plain = true }, (struct tpl_env){ 0 }), "< & <b");
}

static void addresses_keep_to_safe_schemes(void **s)
{
	static const struct { const char *in, *out; } t[] = {
		{ "/case/1?x=1", "/case/1?x=1" }, { "https://a.b/", "https://a.b/" }, { "tel:12345",
			"tel:12345" }, { "mailto:a@b", "mailto:a@b" },
		{ "geo:1,2", "geo:1,2" }, { "#top", "#top" }, { "", "" }, { "javascript:alert(1)", "#" },
			{ "JaVaScRiPt:alert(1)", "#" },
		{ "data:text/html,x", "#" }, { "http://a.b", "#" }, { "//evil.example", "#" },
			{ "/\\\\evil.example", "#" }, { "/\\t/evil", "#" },
		{ " javascript:alert(1)", "#" }, { "java\\nscript:alert(1)", "#" }, { "case", "#" },
			{ "/a\\\"b", "/a&quot;b" } };
	for (size_t i = 0; i < countof(t); i++) {
		char v[128], want[128];
		snprintf(v, sizeof v, "{\"u\":\"%s\"}", t[i].in);
		snprintf(want, sizeof want, "<a href=\"%s\">x</a>", t[i].out);
		assert_string_equal(render("<a href=\"{{ u }}\">x</a>", v), want);
	}
	assert_string_equal(render("<a href=\"/s?q={{ q }}&amp;k=1\">x</a>", "{\"q\":\"a b&c=/过\"}"),
		"<a href=\"/s?q=a%20b%26c%3D%2F%E8%BF%87&amp;k=1\">x</a>");
	assert_string_equal(render("<a href=\"/{{ q }}\">x</a>", "{\"q\":\"/evil.example\"}"),
		"<a href=\"/%2Fevil.example\">x</a>");
	assert_string_equal(render("<a href=\"/en{{ p }}\">x</a>", "{\"p\":\"/case/1\"}"),
		"<a href=\"/en/case/1\">x</a>");
	assert_string_equal(render("<a href=\"/a-{{ p }}\">x</a>", "{\"p\":\"b/c:d\"}"),
		"<a href=\"/a-b%2Fc%3Ad\">x</a>");
	// behind a dynamic base a whole path may follow, but never a second host
	assert_string_equal(render("<a href=\"{{ b }}{{ p }}\">x</a>", "{\"b\":\"/en\",\"p\":\"/case/1\"}"),
		"<a href=\"/en/case/1\">x</a>");
	assert_string_equal(render("<a href=\"{{ b }}{{ p }}\">x</a>",
		"{\"b\":\"\",\"p\":\"javascript:1\"}"), "<a href=\"#\">x</a>");
	assert_string_equal(render("<a href=\"{{ b }}{{ p }}\">x</a>",
		"{\"b\":\"/\",\"p\":\"/evil.example\"}"), "<a href=\"/#\">x</a>");
	assert_string_equal(render("<form action=\"{{ u }}\"></form>", "{\"u\":\"javascript:1\"}"),
		"<form action=\"#\"></form>");
}

static void conditions_and_loops(void **s)
{
	assert_string_equal(render("{% if a and not b.c == \"x\" %}1{% elif n > 2 %}2{% else %}3{% end %}",
		"{\"a\":1,\"b\":{\"c\":\"y\"}}"), "1");
	assert_string_equal(render("{% if a and not b.c == \"x\" %}1{% elif n > 2 %}2{% else %}3{% end %}",
		"{\"a\":1,\"b\":{\"c\":\"x\"},\"n\":2.5}"), "2");
	assert_string_equal(render("{% if a and not b.c == \"x\" %}1{% elif n > 2 %}2{% else %}3{% end %}",
		"{\"n\":2}"), "3");
	assert_string_equal(render("{% if (a or b) and n == 2.0 %}y{% end %}", "{\"b\":[1],\"n\":2}"), "y");
	assert_string_equal(render("{% if z or e or l or o or n %}y{% else %}n{% end %}",
		"{\"z\":0,\"e\":\"\",\"l\":[],\"o\":{},\"n\":null}"), "n");
	assert_string_equal(render("{% for m in list %}{{ loop.index }}{% if loop.first %}F{% end %}{% if loop.last %}L{% end %}{{ m.x }}{% else %}none{% end %}", "{\"list\":[{\"x\":\"a\"},{\"x\":\"b\"},{\"x\":\"c\"}]}"), "1Fa2b3Lc");
	assert_string_equal(render("{% for m in list %}x{% else %}none{% end %}", "{\"list\":[]}"), "none");
	assert_string_equal(render("{% for m in list %}x{% end %}", "{\"list\":\"text\"}"), "");
	assert_string_equal(render("{% for a in l %}{% for b in a %}{{ b }}{{ loop.index }}{% end %};{% end %}", "{\"l\":[[\"p\",\"q\"],[],[\"r\"]]}"), "p1q2;;r1;");
	assert_string_equal(render("<p{% if x %} hidden{% end %} class=\"a{% if x %} b{% end %}\">{# not shown #}</p>", "{\"x\":1}"), "<p hidden class=\"a b\"></p>");
	assert_string_equal(render("<p>\n  {% if x %}\n  a\n  {% end %}\n  b</p>", "{\"x\":1}"), "<p>\na\nb</p>");
}

static void parts_layouts_and_blocks(void **s)
{
	assert_string_equal(render("{% for f in fs %}{% include \"field\" field=f kind=\"tel\" %}{% end %}",
		"{\"fs\":[{\"key\":\"a\",\"label\":\"L\"}]}"),
		"<label for=\"a\">L</label><input id=\"a\" class=\"tel\">");
	assert_string_equal(render("{% include \"field\" field=f %}", "{\"f\":{\"key\":\"a\"}}"),
		"<label for=\"a\"></label><input id=\"a\" class=\"text\">");
	assert_string_equal(render("{% for who in l %}{% include \"wide\" %}{% end %}",
		"{\"l\":[1],\"who\":\"root\"}"), "<p>root</p>");   // a part sees no loop of its caller
	assert_string_equal(render("{% include \"light\" state=\"near\" %}{% include \"light\" state=s %}",
		"{\"s\":\"x\"}"), "▲●");
	assert_string_equal(render("{% layout \"public\" %}\n{% block main %}<p>{{ x }}</p>{% end %}",
		"{\"x\":1}"), "<html lang=\"zh\"><body>默认<main><p>1</p></main></body></html>");
	assert_string_equal(render("<link rel=\"stylesheet\" href=\"{% asset \"x.css\" %}\">", "{}"),
		"<link rel=\"stylesheet\" href=\"/a/x.123.css\">");
	struct tpl *p;
	struct tpl_options o = { .loader = &loader };
	assert_null(tpl_compile(A, S("t"), S("t"),
		S("{% layout \"public\" %}{% block main %}<div>{% block list %}<b>{{ x }}</b>{% end %}</div>{% end %}"), &o, &p));
	assert_true(tpl_has_block(p, S("list")));
	assert_false(tpl_has_block(p, S("lost")));
	struct buf b = buf_new(A);
	assert_null(tpl_render_block(p, S("list"), view("{\"x\":\"<\"}"), NULL, &b));
	assert_string_equal(str_z(A, buf_str(&b)), "<b>&lt;</b>");
	assert_int_equal(tpl_render_block(p, S("lost"), view("{}"), NULL, &b)->code, E_NOT_FOUND);
}

static void dates_money_and_numbers(void **s)
{
	assert_string_equal(render("{{ d | date }}|{{ d | day }}|{{ old | day }}|{{ t | time }}|{{ t | moment }}|{{ t | datetime }}|{{ t | stamp }}|{{ d | md }}", "{\"d\":\"2026-11-24\",\"old\":\"2025-01-02\",\"t\":\"2026-11-20T06:02:10.000Z\"}"),
		"2026年11月24日|11月24日|2025年1月2日|14:02|11月20日 14:02|2026年11月20日 14:02|11-20 14:02|11-24");
	assert_string_equal(english("{{ d | date }}|{{ d | day }}|{{ t | moment }}",
		"{\"d\":\"2026-11-24\",\"t\":1795154530000}"), "24 Nov 2026|24 Nov|20 Nov 14:02");
	assert_string_equal(render("{{ a | money }}|{{ b | money }}|{{ c | yuan }}|{{ z | money }}",
		"{\"a\":126800000,\"b\":-1205,\"c\":8000,\"z\":0}"), "1,268,000 元|-12.05 元|80|0 元");
	assert_string_equal(english("{{ a | money }}", "{\"a\":126800050}"), "CNY 1,268,000.50");
	assert_string_equal(render("{{ n | casenumber }}", "{\"n\":\"3599012611170037\"}"), "3599 0126 1117 0037");
	assert_string_equal(render("{{ a | filesize }}|{{ b | filesize }}|{{ c | filesize }}|{{ d | filesize }}", "{\"a\":12,\"b\":2048,\"c\":2202010,\"d\":20971520}"), "12 B|2 KB|2.1 MB|20 MB");
	assert_string_equal(render("{{ a | left }}|{{ a | left_short }}|{{ b | left }}|{{ c | left }}",
		"{\"a\":{\"days\":1,\"hours\":3},\"b\":{\"hours\":3,\"over\":true},\"c\":{\"days\":2}}"),
		"1 个工作日 3 小时|1 日 3 时|超 3 小时|2 个工作日");
	assert_string_equal(english("{{ a | left }}", "{\"a\":{\"days\":2,\"over\":true}}"), "2 working days over");
	assert_string_equal(render("{{ a | dayspan }}|{{ b | dayspan }}|{{ c | dayspan }}|{{ b | unit }}",
		"{\"a\":5,\"b\":{\"n\":3,\"unit\":\"month\"},\"c\":{\"n\":0,\"unit\":\"working_day\"}}"),
		"5 个工作日|3 个月|当日|个月");
	assert_string_equal(render("{{ l | count }}|{{ t | join:\"、\" }}|{{ g | default:\"—\" }}|{{ z | default:\"—\" }}", "{\"l\":[1,2],\"t\":[\"甲\",\"<乙\"],\"z\":0}"), "2|甲、&lt;乙|—|0");
	assert_string_equal(render("{{ d | date }}|{{ m | money }}|{{ x | left }}",
		"{\"d\":\"soon\",\"m\":\"much\",\"x\":\"late\"}"), "soon|much|late");   // odd data is shown, never lost
}

static void translations(void **s)
{
	struct tpl_words *zh, *en;
	assert_null(tpl_words_parse(A, S("zh"),
		S("# c\nhi\t你好 {name}！\nk.a\t甲\nk.b\t乙<\nonly\t只有中文\n"), &zh));
	assert_null(tpl_words_parse(A, S("en"), S("hi\tHello {name} {other}\nk.a\tA\nk.b\tB\n"), &en));
	struct tpl_options o = { .words = zh };
	struct tpl_env e = { .words = en, .fallback = zh };
	assert_string_equal(render_with("{% t \"hi\" name=n %}|{{ k | word:\"k.\" }}|{% t \"only\" %}",
		"{\"n\":\"<\",\"k\":\"a\"}", o, e), "Hello &lt; {other}|A|只有中文");
	e.words = zh;
	assert_string_equal(render_with("<p title=\"{% t \"k.b\" %}\">{% include \"light\" state=t \"k.a\" %}{{ q | word:\"k.\" }}</p>", "{\"q\":\"zz\"}", o, e), "<p title=\"乙&lt;\">●zz</p>");
	has(refuse_with("{% t \"lost\" %}", o), "没有这条文字：lost");
	o.also = en;
	has(refuse_with("{% t \"only\" %}", o), "缺少英文：only");
	struct tpl_words *w;
	assert_int_equal(tpl_words_parse(A, S("w"), S("key without text\n"), &w)->line, 1);
	assert_int_equal(tpl_words_parse(A, S("w"), S("a\t1\na\t2\n"), &w)->code, E_DUPLICATE_KEY);
}

static void only_c_makes_svg(void **s)
{
	assert_string_equal(render("<p>{{ q | svg }}</p>", "{\"q\":{\"$svg\":\"<svg></svg>\"}}"),
		"<p><svg></svg></p>");
	assert_string_equal(render("<p>{{ q | svg }}</p>", "{\"q\":\"<svg></svg>\"}"), "<p></p>");
	assert_string_equal(render("<p>{{ q | svg }}</p>", "{\"q\":{\"$svg\":\"<b>\",\"x\":1}}"), "<p></p>");
	assert_string_equal(render("<p>{{ q }}</p>", "{\"q\":{\"$svg\":\"<b>\"}}"), "<p></p>");
	has(refuse("<p title=\"{{ q | svg }}\">x</p>"), "svg 只能放在正文里");
}

static void shapes_are_checked(void **s)
{
	struct json *pages, *shape;
	assert_null(tpl_shapes(A, S("v"),
		S("## type light\n| field | type | meaning |\n|---|---|---|\n| `state` | one of near, far | |\n## page p — x\n| `case.no` | text | |\n| `case.light` | light | |\n| `case.steps` | list of light | |\n| `rows` | list | |\n| `rows[].n` | number | |\n| `names` | list of text | |\n"), &pages));
	shape = json_get(pages, S("p"));
	struct tpl_options o = { .shape = shape };
	render_with("{{ case.no }}{% for r in rows %}{{ r.n }}{% end %}{% for n in names %}{{ n }}{% end %}{% if case.light.state == \"near\" %}x{% end %}{% include \"light\" state=case.light.state %}", "{}", o, (struct tpl_env){ 0 });
	has(refuse_with("\n {{ case.number }}", o), "2:5 数据里没有字段 number");
	has(refuse_with("{% for r in rows %}{{ r.m }}{% end %}", o), "没有字段 m");
	has(refuse_with("{{ rows.n }}", o), "上一级是列表");
	has(refuse_with("{{ case }}", o), "不能直接输出");
	has(refuse_with("{% for c in case %}x{% end %}", o), "for 需要列表");
	has(refuse_with("{% if case.light.state == \"nearly\" %}x{% end %}", o), "没有值 nearly");
	has(refuse_with("{{ case.light | money }}", o), "过滤器 money 不能用于对象");
	has(refuse_with("{% for s in case.steps %}{{ s.at }}{% end %}", o), "没有字段 at");
	assert_non_null(tpl_shapes(A, S("v"), S("## page p\n| `x` | nonsense | |\n"), &pages));
}

static void must_fail(void **s)
{
	static const struct { const char *mistake, *text, *message; } t[] = {
		{ "unquoted attribute", "<p class=x>y</p>", "没有加引号：class" },
		{ "unquoted value", "<p class={{ x }}>y</p>", "没有加引号：class" },
		{ "event handler", "<p onclick=\"x()\">y</p>", "内联事件属性：onclick" },
		{ "event handler in capitals", "<p OnClick=\"x()\">y</p>", "内联事件属性：onclick" },
		{ "inline style", "<p style=\"color:red\">y</p>", "内联样式属性" },
		{ "style element", "<style>p{}</style>", "不允许这个元素：style" },
		{ "inline script", "<script>x()</script>", "内联脚本" },
		{ "inline script from a value", "<script src=\"/a.js\">{{ x }}</script>", "内联脚本" },
		{ "iframe", "<iframe src=\"/\"></iframe>", "不允许这个元素：iframe" },
		{ "object of any type", "<object data=\"/x\">y</object>", "object 只能" },
		{ "object of a type from a value", "<object data=\"/x\" type=\"{{ t }}\">y</object>", "object 只能" },
		{ "base element", "<base href=\"/\">", "不允许这个元素：base" },
		{ "srcdoc", "<p srcdoc=\"x\">y</p>", "不允许这个属性：srcdoc" },
		{ "meta refresh", "<meta http-equiv=\"refresh\" content=\"0\">", "http-equiv" },
		{ "unclosed tag", "<div><p>x</div>", "结束标签与开始标签不配：div" },
		{ "unclosed at end", "<div>x", "元素没有关闭：div" },
		{ "closed twice", "<p>x</p></p>", "没有开始标签：p" },
		{ "closed void", "<br></br>", "空元素没有结束标签" },
		{ "self-closed", "<div/>x", "只有空元素可以自行结束" },
		{ "unclosed quote", "<p class=\"x>y</p>", "引号没有合上" },
		{ "unclosed comment", "<!-- x", "没有合上" },
		{ "lone less-than", "1 < 2", "单独的 <" },
		{ "duplicate id", "<p id=\"a\">x</p><p id=\"a\">y</p>", "id 重复：a" },
		{ "duplicate id through a part", "{% include \"fixed-id\" %}{% include \"fixed-id\" %}",
			"id 重复：one" },
		{ "id in a loop", "{% for x in l %}<p id=\"a\">x</p>{% end %}", "循环里的 id 会重复：a" },
		{ "img without alt", "<img src=\"/a.png\">", "img 缺少 alt" },
		{ "label without for", "<label>x</label>", "label 缺少 for" },
		{ "javascript address", "<a href=\"javascript:x()\">y</a>", "网址只能以" },
		{ "http address", "<a href=\"http://x\">y</a>", "网址只能以" },
		{ "other host", "<a href=\"//x\">y</a>", "网址只能以" },
		{ "scheme in two halves", "<a href=\"java{{ x }}\">y</a>", "网址的开头不被允许" },
		{ "text in an address", "<a href=\"{% t \"k\" %}\">y</a>", "网址里不能放文字" },
		{ "value as a tag", "<{{ x }}>", "单独的 <" },
		{ "value in a tag", "<p {{ x }}>y</p>", "值只能放在正文或加引号的属性值里" },
		{ "value in an attribute name", "<p data-{{ x }}=\"1\">y</p>", "值只能放在正文或加引号的属性值里" },
		{ "branches differ", "{% if x %}<p>{% else %}<div>{% end %}</p>", "两个分支" },
		{ "half a tag in a branch", "<p{% if x %} class=\"a{% end %}\">y</p>", "两个分支" },
		{ "loop opens more", "{% for x in l %}<p>{% end %}", "循环体" },
		{ "if without end", "{% if x %}y", "if 没有对应的" },
		{ "for without end", "{% for x in l %}y", "for 没有对应的" },
		{ "end without if", "y{% end %}", "没有开头" },
		{ "else in a block", "{% block a %}{% else %}{% end %}", "block 没有对应的" },
		{ "unknown tag", "{% loop %}", "不认识这个标签" },
		{ "unknown filter", "{{ x | shout }}", "没有这个过滤器" },
		{ "filter without argument", "{{ x | default }}", "需要参数" },
		{ "filter with argument", "{{ x | money:\"a\" }}", "不带参数" },
		{ "unclosed value", "<p>{{ x </p>", "没有结束" },
		{ "unclosed tag mark", "{% if x ", "没有结束" },
		{ "unclosed note", "{# x", "注释没有结束" },
		{ "two expressions", "{{ a b }}", "多余的内容" },
		{ "missing operand", "{% if a == %}x{% end %}", "需要一个字段名" },
		{ "missing bracket", "{% if (a %}x{% end %}", "缺少右括号" },
		{ "missing name after a dot", "{{ a. }}", "点号后" },
		{ "for without in", "{% for x of l %}{% end %}", "for 名称 in 列表" },
		{ "loop outside a loop", "{{ loop.index }}", "loop 只有" },
		{ "unknown loop member", "{% for x in l %}{{ loop.size }}{% end %}", "loop 只有" },
		{ "unknown part", "{% include \"nothing\" %}", "找不到模板 nothing" },
		{ "part includes itself", "{% include \"self\" %}", "循环包含" },
		{ "unknown parameter", "{% include \"light\" colour=\"x\" %}", "不接受参数 colour" },
		{ "parameter twice", "{% include \"light\" state=a state=b %}", "参数重复" },
		{ "parameter without value", "{% include \"light\" state %}", "缺少等号" },
		{ "part that cannot be read", "{% include \"broken\" %}", "没有结束" },
		{ "unknown layout", "{% layout \"nothing\" %}", "找不到模板 nothing" },
		{ "layout in a circle", "{% layout \"loop-layout\" %}", "layout 过深或循环" },
		{ "text beside blocks", "{% layout \"public\" %}<p>x</p>", "只能由 block 组成" },
		{ "layout not first", "<p>x</p>{% layout \"public\" %}", "layout 只能放在模板开头" },
		{ "unknown asset", "{% asset \"y.css\" %}", "没有这个资源" },
		{ "params in a page", "<p>x</p>{% params x %}", "params 只能" },
	};
	for (size_t i = 0; i < countof(t); i++) {
		struct tpl *p;
		struct tpl_options o = { .loader = &loader };
		struct err *e = tpl_compile(A, S("t"), S("t.html"), str_of(t[i].text), &o, &p);
		if (!e) fail_msg("accepted: %s", t[i].mistake);
		struct buf all = buf_new(A);
		for (struct err *x = e; x; x = x->next) {
			if (!x->line || !x->file.n) fail_msg("no place: %s", t[i].mistake);
			buf_add(&all, x->arg[0]);
			buf_byte(&all, '\n');
		}
		if (str_find(buf_str(&all), str_of(t[i].message)) < 0)
			fail_msg("%s: %.*s", t[i].mistake, STR_ARG(buf_str(&all)));
	}
	has(refuse("<p>\n甲乙<i>{{ a b }}</i></p>"), "2:");
}

static void what_resembles_a_mistake_is_accepted(void **s)
{
	render("{% if a %}<p id=\"x\">1</p>{% else %}<p id=\"x\">2</p>{% end %}",
		"{}");             // the same id in branches that exclude each other
	render("{% for x in l %}<p id=\"a-{{ x }}\">1</p>{% end %}", "{}");
	render("<svg viewBox=\"0 0 1 1\"><path d=\"M0 0\"/></svg><br/><input disabled>", "{}");
	render("<script src=\"/a.js\" type=\"module\"></script><!-- <p onclick=x> -->", "{}");
	render("<title>{{ x }}</title><p data-one=\"a > b\">&lt; 5 > 4</p>", "{}");
	render("<object data=\"/files/{{ f }}\" type=\"application/pdf\">x</object>", "{}");
	render("<a href=\"/x#{{ y }}\">z</a><img src=\"{{ u }}\" alt=\"\">", "{\"y\":1,\"u\":\"/i\"}");
}

static void budgets(void **s)
{
	struct buf b = buf_new(A), deep = buf_new(A);
	for (int i = 0; i < 200; i++) buf_lit(&deep, "{% if a %}");
	struct tpl *p;
	struct tpl_options o = { .loader = &loader };
	assert_non_null(tpl_compile(A, S("t"), S("t"), buf_str(&deep), &o, &p));
	deep = buf_new(A);
	buf_lit(&deep, "{{ ");
	for (int i = 0; i < 5000; i++) buf_byte(&deep, '(');
	buf_lit(&deep, " }}");
	assert_non_null(tpl_compile(A, S("t"), S("t"), buf_str(&deep), &o, &p));
	deep = buf_new(A);
	for (int i = 0; i < 100; i++) buf_lit(&deep, "<div>");
	for (int i = 0; i < 100; i++) buf_lit(&deep, "</div>");
	assert_non_null(tpl_compile(A, S("t"), S("t"), buf_str(&deep), &o, &p));
	assert_null(tpl_compile(A, S("t"), S("t"),
		S("{% for a in l %}{% for b in l %}{% for c in l %}{% for d in l %}{% for e in l %}0123456789{% end %}{% end %}{% end %}{% end %}{% end %}"), &o, &p));
	struct json *l = json_arr(A), *v = json_obj(A);
	for (int i = 0; i < 100; i++) json_add(A, l, json_num(A, i));
	json_put(A, v, S("l"), l);
	assert_int_equal(tpl_render(p, v, NULL, &b)->code, E_BUDGET);
	struct tpl_env small = { .max_bytes = 100 };
	b = buf_new(A);
	assert_int_equal(tpl_render(p, v, &small, &b)->code, E_BUDGET);
	assert_true(b.n < 10000);
	static char big[(1 << 20) + 2];
	memset(big, 'a', sizeof big);
	assert_int_equal(tpl_compile(A, S("t"), S("t"), (struct str){ big, sizeof big }, &o, &p)->code, E_TOO_BIG);
	assert_int_equal(tpl_compile(A, S("t"), S("t"), S("\xff"), &o, &p)->code, E_UTF8);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = { T(values_are_escaped_where_they_stand),
		T(addresses_keep_to_safe_schemes), T(conditions_and_loops),
		T(parts_layouts_and_blocks), T(dates_money_and_numbers), T(translations), T(only_c_makes_svg),
			T(shapes_are_checked), T(must_fail),
		T(what_resembles_a_mistake_is_accepted), T(budgets) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
