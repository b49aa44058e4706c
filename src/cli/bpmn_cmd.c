#include "cli/bpmn_cmd.h"
#include "base/file.h"
#include "bpmn/script.h"
#include "bpmn/sound.h"
#include "bpmn/svg.h"
#include <stdio.h>

static bool read_file(struct arena *a, const char *path, struct str *out)
{
	struct err *e = file_read(a, str_of(path), 64u << 20, out);
	if (e) {
		struct str t = err_text(a, e, true);
		fprintf(stderr, "%s: " STR_FMT "\n", path, STR_ARG(t));
	}
	return !e;
}

static bool zh;                         // --zh: sentences in Chinese

static struct str of(struct bpmn_said s) { return zh ? s.zh : s.en; }

static void say(struct arena *a, const char *path, const struct err *e, const char *kind)
{
	for (; e; e = e->next) {
		struct str t = err_text(a, e, !zh);
		printf("%s:%u:%u: %s: " STR_FMT "\n", path, e->line, e->col, kind, STR_ARG(t));
	}
}

static struct bpmn_model *load(struct arena *a, const char *path)
{
	struct str text;
	struct bpmn_model *m = NULL;
	if (!read_file(a, path, &text))
		return NULL;
	struct err *e = bpmn_load(a, text, str_of(path), &m);
	say(a, path, e, "error");
	return e ? NULL : m;
}

static int check(int argc, char **argv)
{
	int bad = 0;
	for (int i = 1; i < argc; i++) {
		struct arena *a = arena_new(0);
		struct bpmn_model *m = load(a, argv[i]);
		if (!m) {
			bad++;
			arena_free(a);
			continue;
		}
		say(a, argv[i], bpmn_notes(m), "note");
		for (int p = 0; p < bpmn_count(m); p++) {
			if (bpmn_element(m, p)->kind != BPMN_PROCESS)
				continue;
			struct bpmn_soundness s;
			struct err *e = bpmn_sound(a, m, p, 0, &s);
			if (e) {
				say(a, argv[i], e, "note");
				continue;
			}
			for (uint32_t k = 0; k < s.n; k++) {
				const struct bpmn_finding *f = &s.finding[k];
				printf("%s:%u: %s: %s: " STR_FMT "\n", argv[i], f->line, f->warning ? "warning" : "unsound",
					bpmn_flaw_name(f->flaw), STR_ARG(of(f->text)));
				if (f->path.en.n)
					printf("    path: " STR_FMT "\n", STR_ARG(of(f->path)));
			}
			struct str id = bpmn_element(m, p)->id;
			if (s.too_large)
				printf("%s: process " STR_FMT ": " STR_FMT "\n", argv[i], STR_ARG(id), STR_ARG(of(bpmn_too_large(a, m, &s))));
			else
				printf("%s: process " STR_FMT ": %s (%u states)\n", argv[i], STR_ARG(id), s.flaws ? "not sound" : "sound",
					s.states);
			bad += s.flaws > 0 || s.too_large;
		}
		arena_free(a);
	}
	return bad ? 1 : 0;
}

static int run(int argc, char **argv)
{
	struct arena *a = arena_new(0);
	struct str script;
	struct bpmn_play play = {0};
	int status = 1;
	struct bpmn_model *m = load(a, argv[1]);
	if (m && read_file(a, argv[2], &script)) {
		struct err *e = bpmn_play(a, m, script, str_of(argv[2]), &play);
		struct str log = buf_str(&play.log);
		fwrite(log.p, 1, log.n, stdout);
		say(a, argv[2], e, "error");
		printf("# %u events, %u expectations, %u not met\n", play.events, play.checks, play.failures);
		status = e || play.failures;
	}
	arena_free(a);
	return status;
}

static int svg(int argc, char **argv)
{
	struct arena *a = arena_new(0);
	struct bpmn_model *m = load(a, argv[1]);
	int p = m ? bpmn_process(m, argc > 2 ? str_of(argv[2]) : (struct str){0}) : -1;
	if (m && p < 0)
		fprintf(stderr, "there is no process %s\n", argc > 2 ? argv[2] : "");
	if (p >= 0) {
		struct buf b = buf_new(a);
		bpmn_svg(&b, m, p, NULL, NULL, S("bpmn"), false);
		fwrite(b.p, 1, b.n, stdout);
	}
	arena_free(a);
	return p < 0;
}

int bpmn_cmd(int argc, char **argv)
{
	argc--, argv++;
	if (argc >= 3 && !strcmp(argv[0], "check") && !strcmp(argv[1], "--zh")) {
		zh = true;
		return check(argc - 1, argv + 1);
	}
	if (argc >= 2 && !strcmp(argv[0], "check"))
		return check(argc, argv);
	if (argc == 3 && !strcmp(argv[0], "run"))
		return run(argc, argv);
	if ((argc == 2 || argc == 3) && !strcmp(argv[0], "svg"))
		return svg(argc, argv);
	fputs("usage: bpmn check [--zh] FILE...\n       bpmn run MODEL SCRIPT\n       bpmn svg MODEL [PROCESS]\n",
		stderr);
	return 2;
}
