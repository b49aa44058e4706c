// docs/bpmn-models.md holds, for each model of ../shared/conformance/bpmn-models, whether it runs and
// the script it must follow. Skips where the models are absent.
#include "base/file.h"
#include "bpmn/script.h"
#include "bpmn/sound.h"
#include "bpmn/svg.h"
#include "codec/xml.h"
#include <setjmp.h>
#include <stdio.h>
#include <sys/stat.h>
#include <cmocka.h>

static const char *dir;

static struct str read_model(struct arena *a, const char *path)
{
	struct str text = {0};
	return file_read(a, str_of(path), 64 << 20, &text) ? (struct str){0} : text;
}

static bool find_dir(void)
{
	static const char *const at[] = {SOURCE_ROOT "/../shared", SOURCE_ROOT "/../../shared"};
	static char path[4096];
	struct stat st;
	for (size_t i = 0; i < countof(at); i++) {
		snprintf(path, sizeof path, "%s/conformance/bpmn-models", at[i]);
		if (!stat(path, &st) && S_ISDIR(st.st_mode)) {
			dir = path;
			return true;
		}
	}
	print_message("../shared is absent: the 56 models are not tried\n");
	return false;
}

// A section: "### file.bpmn", then "Refused: sentence" or one or more ```script blocks.
static void sections(void **state)
{
	if (!find_dir())
		skip();
	struct arena *a = arena_new(0);
	struct str doc = read_model(a, SOURCE_ROOT "/docs/bpmn-models.md"), rest = doc;
	assert_true(doc.n > 0);
	unsigned models = 0, runs = 0, refused = 0, scripts = 0, bad = 0, checks = 0;
	struct bpmn_model *m = NULL;
	struct err *err = NULL;
	struct str name = {0};
	bool said = true;
	while (rest.p) {
		struct str line = str_trim(str_cut(&rest, S("\n")));
		if (str_starts(line, S("### "))) {
			if (!said) {
				print_message("%s: neither refused nor with a script\n", str_z(a, name));
				bad++;
			}
			name = str_trim(str_from(line, 4));
			struct str xml = read_model(a, str_z(a, str_fmt(a, "%s/" STR_FMT, dir, STR_ARG(name))));
			if (!xml.n)
				fail_msg("there is no model %s", str_z(a, name));
			err = bpmn_load(a, xml, name, &m);
			models++;
			said = false;
			continue;
		}
		if (!name.p)
			continue;
		if (str_starts(line, S("Refused: "))) {
			struct str want = str_trim(str_from(line, 9)), all = {0};
			bool hit = false;
			for (struct err *e = err; e; e = e->next) {
				all = err_text(a, e, true);
				hit |= str_find(all, want) >= 0;
			}
			if (!hit) {
				print_message("%s: expected refusal \"%s\", got \"%s\"\n", str_z(a, name), str_z(a, want),
					err ? str_z(a, all) : "success");
				bad++;
			}
			said = true;
			refused++;
			continue;
		}
		if (str_starts(line, S("Unsound: "))) {        // flaw and element, as the exploration names them
			struct str want = str_from(line, 9);
			struct bpmn_soundness found = {0};
			bool hit = false;
			assert_null(err);
			assert_null(bpmn_sound(a, m, bpmn_process(m, (struct str){0}), 0, &found));
			for (uint32_t i = 0; i < found.n; i++)
				hit |= !found.finding[i].warning && str_eq(want, str_fmt(a, "%s " STR_FMT, bpmn_flaw_name(found.finding[i].flaw),
					STR_ARG(bpmn_element(m, found.finding[i].element)->id)));
			if (!hit) {
				print_message("%s: not found to be unsound as \"%s\"\n", str_z(a, name), str_z(a, want));
				bad++;
			}
			continue;
		}
		if (!str_eq(line, S("```script")))
			continue;
		ptrdiff_t end = str_find(rest, S("```"));
		assert_true(end >= 0);
		struct str script = str_part(rest, 0, (size_t)end);
		rest = str_from(rest, (size_t)end + 3);
		runs += !said;
		said = true;
		scripts++;
		if (err) {
			print_message("%s: %s\n", str_z(a, name), str_z(a, err_text(a, err, true)));
			bad++;
			continue;
		}
		struct bpmn_play p;
		struct err *e = bpmn_play(a, m, script, name, &p);
		if (e || p.failures || !p.checks) {
			print_message("%s:\n%s%s\n", str_z(a, name), str_z(a, buf_str(&p.log)), e ?
				str_z(a, err_text(a, e, true)) : "");
			bad++;
		}
		checks += p.checks;
	}
	assert_true(said);
	print_message("%u models: %u run, %u refused; %u scripts, %u expectations, %u not met\n", models, runs,
		refused, scripts, checks, bad);
	assert_int_equal(bad, 0);
	assert_int_equal(models, 56);
	assert_true(str_find(doc, str_fmt(a, "%u models run, %u are refused", runs, refused)) >= 0);
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest t[] = {cmocka_unit_test(sections)};
	return cmocka_run_group_tests(t, NULL, NULL);
}
