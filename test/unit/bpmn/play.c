// Models of our own (test/bpmn): every script is played, every bad model is refused for its mistake.
#include "bpmn/script.h"
#include "bpmn/sound.h"
#include <dirent.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#define DIR_MODELS SOURCE_ROOT "/test/bpmn"

static struct str slurp(struct arena *a, const char *dir, struct str name)
{
	struct buf b = buf_new(a);
	char *path = str_z(a, str_fmt(a, "%s/" STR_FMT, dir, STR_ARG(name)));
	FILE *f = fopen(path, "rb");
	if (!f)
		fail_msg("cannot open %s", path);
	for (size_t n; (n = fread(buf_room(&b, 65536), 1, 65536, f)) > 0;)
		b.n += n;
	fclose(f);
	return buf_str(&b);
}

static struct str *listing(struct arena *a, const char *dir, const char *ext, size_t *n)
{
	struct dirent **d;
	int k = scandir(dir, &d, NULL, alphasort);
	struct str *out = arena_newn(a, struct str, k > 0 ? k : 1);
	*n = 0;
	for (int i = 0; i < k; i++) {
		if (str_ends(str_of(d[i]->d_name), str_of(ext)))
			out[(*n)++] = str_copy(a, str_of(d[i]->d_name));
		free(d[i]);
	}
	if (k >= 0)
		free(d);
	return out;
}

static struct bpmn_model *load(struct arena *a, const char *dir, struct str name)
{
	struct bpmn_model *m;
	struct err *e = bpmn_load(a, slurp(a, dir, name), name, &m);
	if (e)
		fail_msg(STR_FMT ":%u: %s", STR_ARG(name), e->line, str_z(a, err_text(a, e, true)));
	return m;
}

// What stands behind a marker such as "# model " up to the end of the line.
static struct str marked(struct str text, const char *marker)
{
	ptrdiff_t at = str_find(text, str_of(marker));
	if (at < 0)
		return (struct str){0};
	struct str rest = str_from(text, (size_t)at + strlen(marker));
	return str_trim(str_cut(&rest, S("\n")));
}

static void scripts(void **state)
{
	struct arena *a = arena_new(0);
	size_t n, checks = 0, bad = 0;
	struct str *name = listing(a, DIR_MODELS, ".script", &n);
	assert_true(n >= 5);
	for (size_t i = 0; i < n; i++) {
		struct str text = slurp(a, DIR_MODELS, name[i]), model = marked(text, "# model ");
		if (!model.n)
			model = str_fmt(a, STR_FMT ".bpmn", STR_ARG(str_part(name[i], 0, name[i].n - 7)));
		struct bpmn_play p;
		struct err *e = bpmn_play(a, load(a, DIR_MODELS, model), text, name[i], &p);
		if (e)
			fail_msg(STR_FMT ":%u: %s", STR_ARG(name[i]), e->line, str_z(a, err_text(a, e, true)));
		if (p.failures) {
			print_message(STR_FMT ":\n%s\n", STR_ARG(name[i]), str_z(a, buf_str(&p.log)));
			bad++;
		}
		if (!p.checks)
			fail_msg(STR_FMT " expects nothing", STR_ARG(name[i]));
		checks += p.checks;
	}
	printf("%zu scripts, %zu expectations\n", n, checks);
	assert_int_equal(bad, 0);
	arena_free(a);
}

// A sentence for each reader: the Chinese one is Chinese (what stands in it of the model or of a file's format is at
// most two words in a row), the English one has no Chinese but the model's, and no argument is left open.
static bool two_languages(struct str zh, struct str en, bool model_is_ascii)
{
	size_t words = 0, most = 0, chinese = 0;
	bool in_word = false;
	for (size_t i = 0; i < zh.n; i++) {
		char c = zh.p[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
		words = letter ? words + !in_word : c == ' ' ? words : 0;
		in_word = letter;
		most = words > most ? words : most;
		chinese += (c & 0xf0) == 0xe0;
	}
	for (size_t i = 0; model_is_ascii && i < en.n; i++)
		if (((unsigned char)en.p[i] & 0xf0) == 0xe0 && str_find(str_from(en, i), S("“")) != 0 && str_find(str_from(en, i), S("”")) != 0 &&
			str_find(str_from(en, i), S("…")) != 0)
			return false;
	return chinese >= 6 && most <= 2 && !str_eq(zh, en) && str_find(zh, S("{0}")) < 0 && str_find(en, S("{1}")) < 0 &&
		(str_ends(zh, S("。")) || str_ends(zh, S("]")) || str_ends(zh, S("）")));
}

static bool ascii(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] & 0x80)
			return false;
	return true;
}

// Every row says the same arguments in both languages, and none is empty.
static void words(void **state)
{
	static const struct { const char *name, *zh, *en; } row[] = {
#define W(word, zh, en) {#word, zh, en},
#include "bpmn/words.def"
#undef W
	};
	for (size_t i = 0; i < countof(row); i++) {
		struct str zh = str_of(row[i].zh), en = str_of(row[i].en);
		for (int k = 0; k < 3; k++) {
			const char mark[] = {'{', (char)('0' + k), '}', 0};
			if ((str_find(zh, str_of(mark)) >= 0) != (str_find(en, str_of(mark)) >= 0))
				fail_msg("%s: {%d} stands in one language only", row[i].name, k);
		}
		if (!zh.n || !en.n)
			fail_msg("%s lacks a language", row[i].name);
	}
}

static void mistakes(void **state)
{
	struct arena *a = arena_new(0);
	size_t n, bad = 0;
	struct str *name = listing(a, DIR_MODELS "/bad", ".bpmn", &n);
	assert_true(n > 0);
	for (size_t i = 0; i < n; i++) {
		struct str text = slurp(a, DIR_MODELS "/bad", name[i]), want = marked(text, "<!-- refused: ");
		if (!want.n)
			fail_msg(STR_FMT " does not say why it is refused", STR_ARG(name[i]));
		want = str_trim(str_part(want, 0, want.n - 3));
		struct bpmn_model *m;
		struct err *e = bpmn_load(a, text, name[i], &m);
		if (!e) {
			print_message(STR_FMT " was loaded\n", STR_ARG(name[i]));
			bad++;
			continue;
		}
		assert_null(m);
		bool said = false;
		struct buf all = buf_new(a);
		for (; e; e = e->next) {
			struct str t = err_text(a, e, true);
			said |= str_find(t, want) >= 0 && e->line > 0;
			if (!two_languages(err_text(a, e, false), t, ascii(text))) {
				print_message(STR_FMT ": not in two languages: " STR_FMT " / " STR_FMT "\n", STR_ARG(name[i]),
					STR_ARG(err_text(a, e, false)), STR_ARG(t));
				bad++;
			}
			buf_add(&all, t);
			buf_byte(&all, '\n');
		}
		if (!said) {
			print_message(STR_FMT ": expected \"" STR_FMT "\" in:\n%s", STR_ARG(name[i]), STR_ARG(want),
				str_z(a, buf_str(&all)));
			bad++;
		}
	}
	printf("%zu models refused\n", n);
	assert_int_equal(bad, 0);
	arena_free(a);
}

static void unsound(void **state)
{
	struct arena *a = arena_new(0);
	size_t n, bad = 0;
	struct str *name = listing(a, DIR_MODELS "/unsound", ".bpmn", &n);
	assert_true(n > 0);
	for (size_t i = 0; i < n; i++) {
		struct str text = slurp(a, DIR_MODELS "/unsound", name[i]), want = marked(text, "<!-- finding: ");
		if (!want.n)
			fail_msg(STR_FMT " does not say what is found", STR_ARG(name[i]));
		want = str_trim(str_part(want, 0, want.n - 3));
		struct bpmn_model *m = load(a, DIR_MODELS "/unsound", name[i]);
		struct bpmn_soundness s;
		struct err *e = bpmn_sound(a, m, bpmn_process(m, (struct str){0}), 0, &s);
		assert_null(e);
		assert_false(s.too_large);
		bool said = false;
		struct buf all = buf_new(a);
		for (uint32_t k = 0; k < s.n; k++) {
			struct str t = str_fmt(a, "%s " STR_FMT, bpmn_flaw_name(s.finding[k].flaw),
				STR_ARG(bpmn_element(m, s.finding[k].element)->id));
			said |= str_eq(t, want);
			struct bpmn_said whole = bpmn_finding_whole(a, &s.finding[k]);
			buf_fmt(&all, STR_FMT ": " STR_FMT "\n", STR_ARG(t), STR_ARG(whole.en));
			struct str id = bpmn_element(m, s.finding[k].element)->id;
			if (!two_languages(whole.zh, whole.en, ascii(text)) || !str_starts(whole.zh, id) || !str_starts(whole.en, id))
				fail_msg(STR_FMT ": not in two languages: " STR_FMT " / " STR_FMT, STR_ARG(name[i]), STR_ARG(whole.zh), STR_ARG(whole.en));
		}
		if (!said) {
			print_message(STR_FMT ": expected \"" STR_FMT "\" in:\n%s", STR_ARG(name[i]), STR_ARG(want),
				str_z(a, buf_str(&all)));
			bad++;
		}
		if (str_find(want, S("no-")) != 0 && !s.flaws)
			fail_msg(STR_FMT " counts as sound", STR_ARG(name[i]));
	}
	printf("%zu unsound models found out\n", n);
	assert_int_equal(bad, 0);
	arena_free(a);
}

// More states than are explored: undecided, and said where.
static void undecided(void **state)
{
	struct arena *a = arena_new(0);
	size_t n;
	struct str *name = listing(a, DIR_MODELS "/bombs", ".bpmn", &n);
	assert_true(n > 0);
	for (size_t i = 0; i < n; i++) {
		struct bpmn_model *m = load(a, DIR_MODELS "/bombs", name[i]);
		struct bpmn_soundness s;
		assert_null(bpmn_sound(a, m, bpmn_process(m, (struct str){0}), 0, &s));
		assert_true(s.too_large);
		assert_true(s.states > 1000000);
		struct bpmn_said t = bpmn_too_large(a, m, &s);
		struct str id = bpmn_element(m, s.where)->id;
		if (str_find(t.en, id) < 0 || str_find(t.zh, id) < 0 || !two_languages(t.zh, t.en, true))
			fail_msg(STR_FMT ": " STR_FMT " / " STR_FMT, STR_ARG(name[i]), STR_ARG(t.en), STR_ARG(t.zh));
	}
	arena_free(a);
}

static void sound(void **state)
{
	struct arena *a = arena_new(0);
	size_t n;
	struct str *name = listing(a, DIR_MODELS, ".bpmn", &n);
	for (size_t i = 0; i < n; i++) {
		if (str_find(slurp(a, DIR_MODELS, name[i]), S("<!-- not sound: ")) >= 0)
			continue;
		struct bpmn_model *m = load(a, DIR_MODELS, name[i]);
		for (int p = 0; p < bpmn_count(m); p++) {
			if (bpmn_element(m, p)->kind != BPMN_PROCESS)
				continue;
			struct bpmn_soundness s;
			struct err *e = bpmn_sound(a, m, p, 0, &s);
			assert_null(e);
			for (uint32_t k = 0; k < s.n; k++)
				if (!s.finding[k].warning)
					fail_msg(STR_FMT ": %s " STR_FMT " [" STR_FMT "]", STR_ARG(name[i]),
						bpmn_flaw_name(s.finding[k].flaw),
						STR_ARG(s.finding[k].text.en), STR_ARG(s.finding[k].path.en));
			if (s.too_large)
				fail_msg(STR_FMT " is too large to decide", STR_ARG(name[i]));
		}
	}
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest t[] = {cmocka_unit_test(words), cmocka_unit_test(scripts), cmocka_unit_test(mistakes),
		cmocka_unit_test(unsound), cmocka_unit_test(undecided), cmocka_unit_test(sound)};
	return cmocka_run_group_tests(t, NULL, NULL);
}
