#include "codec/xml.h"

#include <setjmp.h>
#include <cmocka.h>

static struct arena *a;

static struct xml *good(const char *text)
{
	struct xml *e = NULL;
	struct err *err = xml_parse(a, str_of(text), (struct xml_limits){0}, &e);
	if (err) fail_msg("%s: %s", text, str_z(a, err_text(a, err, true)));
	return e;
}

static struct err *bad(struct str text)
{
	struct xml *e = NULL;
	struct err *err = xml_parse(a, text, (struct xml_limits){0}, &e);
	if (!err) fail_msg("accepted: " STR_FMT, STR_ARG(text));
	assert_null(e);
	return err;
}

static const char *shown(const struct xml *e)
{
	struct buf b = buf_new(a);
	xml_print(&b, e);
	return str_z(a, buf_str(&b));
}

static void reads_namespaces(void **state)
{
	struct xml *e = good("<?xml version=\"1.0\"?>\n<d:definitions xmlns:d=\"urn:d\" xmlns=\"urn:x\" id=\"1\" d:k=\"甲\">\n"
			     "  <item n='&lt;&#x4E8B;'>text</item><d:item xmlns:feel=\"urn:feel\" typeRef=\"feel:string\"/>"
			     "<item xmlns=\"\"/></d:definitions>");
	assert_true(xml_is(e, S("urn:d"), S("definitions")));
	assert_true(str_is(e->prefix, "d"));
	assert_true(str_is(xml_attr(e, S("id")), "1"));
	assert_true(str_is(xml_attr_ns(e, S("urn:d"), S("k")), "甲"));
	assert_null(xml_attr(e, S("k")).p);
	struct xml *i = xml_child(e, S("urn:x"), S("item"));
	assert_true(str_is(xml_attr(i, S("n")), "<事"));
	assert_int_equal(i->line, 3);
	assert_int_equal(i->col, 3);
	assert_true(str_is(xml_text(a, i), "text"));
	struct xml *j = xml_child(e, S("urn:d"), S("item"));
	assert_true(xml_next(j, XML_ANY, S("item")) == xml_child(e, S(""), S("item")));
	assert_true(xml_first_element(e) == i && xml_next_element(i) == j);
	assert_null(xml_child(NULL, XML_ANY, S("item")));
}

static void keeps_mixed_content_in_order(void **state)
{
	struct xml *e = good("<p>一<b>二</b><!-- gone -->三<![CDATA[<四>]]>五<?gone?>六</p>");
	assert_true(str_is(e->first->text, "一"));
	assert_true(str_is(e->last->text, "三<四>五六"));
	assert_true(str_is(xml_text(a, e), "一二三<四>五六"));
	assert_string_equal(shown(e), "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<p>一<b>二</b>三&lt;四&gt;五六</p>\n");
	e = good("<a> <b> x </b>\n</a>");
	assert_true(xml_is_text(e->first) && str_is(e->first->text, " "));
	assert_true(str_is(xml_child_text(a, e, S(""), S("b")), "x"));
	assert_null(xml_child_text(a, e, S(""), S("c")).p);
}

static void refuses_doctype_and_entities(void **state)
{
	struct err *e = bad(S("<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>"));
	assert_int_equal(e->code, E_NOT_ALLOWED_HERE);
	assert_true(str_is(e->arg[0], "DOCTYPE"));
	assert_int_equal(bad(S("<!DOCTYPE a><a/>"))->code, E_NOT_ALLOWED_HERE);
	assert_int_equal(bad(S("<a>&nbsp;</a>"))->code, E_XML);
}

static void refuses_what_is_no_xml(void **state)
{
	static const char *const texts[] = {"", " ", "<a>", "<a></b>", "<a/><b/>", "<a b=1/>",
		"<a b='1' b='2'/>", "<p:a/>", "text",
		"<a>&#0;</a>", "<a>\x01</a>", "<a><</a>", "<a xmlns:p='u' xmlns:q='u' p:x='1' q:x='2'/>"};
	for (size_t i = 0; i < countof(texts); i++) assert_int_equal(bad(str_of(texts[i]))->code, E_XML);
	assert_int_equal(bad(S("<a>\xff</a>"))->code, E_UTF8);
	assert_int_equal(bad(S("<?xml version='1.0' encoding='ISO-8859-1'?><a>\xe9</a>"))->code, E_UTF8);
	assert_int_equal(bad(S("<a>a\0b</a>"))->code, E_XML);
	struct err *e = bad(S("<a>\n <b></c></a>"));
	assert_int_equal(e->line, 2);
}

static void reads_utf16(void **state)
{
	struct xml *e = NULL;
	struct str t = S("\xff\xfe<\0a\0>\0\x8b\x4e<\0/\0a\0>\0");
	assert_null(xml_parse(a, t, (struct xml_limits){0}, &e));
	assert_true(str_is(xml_text(a, e), "事"));
}

static void keeps_budgets(void **state)
{
	struct xml *e;
	struct xml_limits max = {.bytes = 60, .depth = 2, .nodes = 5};
	assert_int_equal(xml_parse(a, S("<a><b><c/></b></a>"), max, &e)->code, E_TOO_DEEP);
	assert_true(str_is(xml_parse(a, S("<a id='x'><b><c/></b></a>"), max, &e)->field, "x"));
	assert_true(str_is(xml_parse(a, S("<a id='x'><b><c id='y'/></b></a>"), max, &e)->field, "y"));
	assert_null(xml_parse(a, S("<a><b/></a>"), max, &e));
	assert_int_equal(xml_parse(a, S("<a x='1' y='1' z='1'><b/>t</a>"), max, &e)->code, E_BUDGET);
	struct buf b = buf_new(a);
	for (int i = 0; i < 30; i++) buf_lit(&b, "<a>");
	assert_int_equal(xml_parse(a, buf_str(&b), max, &e)->code, E_TOO_BIG);
}

static void writes(void **state)
{
	struct xml *e = xml_new(a, S("urn:o"), S("o"), S("Doc"));
	xml_put(a, e, S("t"), S("\"<&>\n\t\r'"));
	xml_put(a, e, S("t2"), S("x"));
	xml_put(a, e, S("t2"), S("y"));
	struct xml *c = xml_add(a, e, S("Text"));
	xml_put_text(a, c, S("a<b>&\x01\r"));
	struct xml *plain = xml_new(a, S(""), S(""), S("plain"));
	xml_append(e, plain);
	struct xml *dft = xml_new(a, S("urn:d"), S(""), S("d"));
	xml_append(plain, dft);
	xml_append(dft, xml_new(a, S(""), S(""), S("again")));
	xml_put_ns(a, dft, S("http://www.w3.org/XML/1998/namespace"), S("xml"), S("lang"), S("zh"));
	xml_put_ns(a, dft, S("urn:q"), S("q"), S("k"), S("v"));
	const char *want = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<o:Doc xmlns:o=\"urn:o\" t=\"&quot;&lt;&amp;&gt;&#10;&#9;&#13;'\" t2=\"y\">"
		"<o:Text>a&lt;b&gt;&amp;\xef\xbf\xbd&#13;</o:Text>"
		"<plain><d xmlns=\"urn:d\" xmlns:q=\"urn:q\" xml:lang=\"zh\" q:k=\"v\"><again xmlns=\"\"/></d></plain></o:Doc>\n";
	assert_string_equal(shown(e), want);
	assert_string_equal(shown(good(want)), want);
	struct buf b = buf_new(a);
	xml_print_pretty(&b, good("<a> <b>x<c/></b><d/></a>"));
	assert_string_equal(str_z(a, buf_str(&b)),
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a>\n  <b>x<c/></b>\n  <d/>\n</a>\n");
}

int main(void)
{
	a = arena_new(0);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_namespaces), cmocka_unit_test(keeps_mixed_content_in_order),
		cmocka_unit_test(refuses_doctype_and_entities), cmocka_unit_test(refuses_what_is_no_xml),
		cmocka_unit_test(reads_utf16), cmocka_unit_test(keeps_budgets), cmocka_unit_test(writes),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(a);
	return failed;
}
