// kill -9 while one version after the other is published under readers: afterwards one of the two is in force, whole,
// the row and the shelf agree, its files compile to it, and the journal verifies.
// publish_kill CITY [ROUNDS]
#include "both.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/seam.h"
#include "base/set.h"
#include "domain/calendar/folder.h"
#include "domain/release/release.h"
#include "domain/trail.h"
#include "op/op.h"
#include "calls.h"

enum { FOLD_EVERY = 7 };
static const char *const path = "items/filing.yaml";
static char self[512];
static const char *city;
static int rounds = 8;

// ---- the child: a program at work, that tells each version before it is approved and when it was answered for ------

static void *reader(void *arg)
{
	struct arena *a = arena_new(0);
	const struct actor who = {.roles = 1u << ROLE_PUBLIC, .via = VIA_WEB};
	for (;;) {
		arena_reset(a);
		call(a, "guide.get", &who, put(a, json_obj(a), "what", S("filing")));
	}
	return arg;
}

static int64_t number_of(const struct catalogue *c)
{
	int64_t n = -1;
	const struct item *it = catalogue_item(c, S("filing"));
	return it && str_int(it->version, &n) ? n : -1;
}

static void tell(char what, int64_t n)
{
	struct { int64_t what, n; } line = {what, n};
	if (write(1, &line, sizeof line) != sizeof line) _exit(4);
}

static struct err *opened(struct arena *a, const char *url, const char *dir, const char *from)
{
	struct boot_config c = {.city = str_of(from), .data = str_of(dir), .store_url = str_of(url), .readers = 2, .base_url = S("http://127.0.0.1")};
	struct err *e = set_put(a, S("log.level"), S("error"));
	return e ? e : boot_open(a, &c, &b);
}

static int child(const char *url, const char *dir, const char *from)
{
	struct arena *a = arena_new(0), *w = arena_new(0);
	const struct actor editor = {.roles = 1u << ROLE_EDITOR, .account = 901, .name = S("甲"), .via = VIA_WEB};
	const struct actor judge = {.roles = 1u << ROLE_PUBLISHER, .account = 902, .name = S("乙"), .via = VIA_WEB};
	pthread_t th;
	if (opened(a, url, dir, from)) return 5;
	tell('S', 0);
	pthread_create(&th, NULL, reader, NULL);
	for (;;) {
		arena_reset(w);
		struct catalogue *now = domain_catalogue(b.domain);
		int64_t n = number_of(now) + 1;
		struct str text;
		if (shelf_text(b.domain, w, now->hash, str_of(path), &text)) return 6;
		if (n % FOLD_EVERY == 0 && shelf_fold(b.domain, w, now->hash)) return 7;
		catalogue_unref(now);
		text = str_replace(w, text, str_fmt(w, "version: \"%lld\"", (long long)n - 1), str_fmt(w, "version: \"%lld\"", (long long)n));
		struct json *in = put(w, put(w, put(w, json_obj(w), "path", str_of(path)), "text", text), "title", S("改一个事项"));
		struct str release = str_copy(w, json_text(json_get(call(w, "release.save", &editor, in), S("release"))));
		call(w, "release.propose", &editor, put(w, json_obj(w), "release", release));
		in = put(w, json_obj(w), "release", release);
		json_put(w, in, S("agree"), json_bool(w, true));
		tell('B', n);
		call(w, "release.judge", &judge, in);
		tell('D', n);
	}
}

// ---- afterwards, as a program of its own: which version is in force ----------------------------------------------

static int check(const char *url, const char *dir)
{
	struct arena *a = arena_new(0);
	struct release_force row;
	struct folder_file *file;
	uint32_t n;
	bool found;
	if (opened(a, url, dir, "")) return 10;
	struct plan p = {.a = a, .store = b.store, .domain = b.domain};
	if (snap_open(b.store, a, &p.snap) || release_now(&p, &row, &found) || !found) return 11;
	snap_close(p.snap);
	struct catalogue *c = domain_catalogue(b.domain);
	if (!c || !str_eq(c->hash, row.hash)) return 12;
	if (shelf_files(b.domain, a, c->hash, &file, &n)) return 13;
	struct findings *f = findings_new(a, 20);
	struct catalogue *whole = catalogue_of_files(file, n, f);
	if (f->errors || !str_eq(whole->hash, c->hash) || number_of(whole) != number_of(c)) return 14;
	struct journal_check k = {.key = b.domain->sign, .interval_ms = 3600000, .tables = trail_tables, .n_tables = trail_tables_n};
	struct journal_report r;
	if (journal_verify(b.store, a, &k, &r) || r.findings) return 15;
	tell('V', number_of(c));
	catalogue_unref(whole);
	catalogue_unref(c);
	boot_close(&b);
	return 0;
}

// ---- the parent ----------------------------------------------------------------------------------

struct told { int64_t what, n; };

static void kill_often(void **state)
{
	enum kind k = *(enum kind *)*state;
	if (!place_can(k)) skip();
	struct place p;
	struct told t, last = {0};
	int64_t sure = 1, tried = 1, in_between = 0;
	int fd, status;
	place_make(&p, k);
	for (int i = 0; i < rounds; i++) {
		pid_t pid = place_child(&p, self, "child", i ? "" : city, &fd);
		if (read(fd, &t, sizeof t) != sizeof t) {
			waitpid(pid, &status, 0);
			fail_msg("the program did not start (%d)", status);
		}
		uint64_t by_chance;
		seam_random(&by_chance, sizeof by_chance);
		int64_t us = 20000 + (int64_t)(by_chance % 400000);
		nanosleep(&(struct timespec){0, us * 1000}, NULL);
		kill(pid, SIGKILL);
		while (read(fd, &t, sizeof t) == sizeof t) {
			last = t;
			*(t.what == 'D' ? &sure : &tried) = t.n;
		}
		close(fd);
		waitpid(pid, &status, 0);
		if (!WIFSIGNALED(status)) fail_msg("the child ended by itself with %d", WEXITSTATUS(status));
		in_between += last.what == 'B';
		pid = place_child(&p, self, "check", "", &fd);
		bool said = read(fd, &t, sizeof t) == sizeof t;
		close(fd);
		waitpid(pid, &status, 0);
		if (!said || !WIFEXITED(status) || WEXITSTATUS(status)) fail_msg("after %d kills: what was found was not whole (%d)", i + 1, status >> 8);
		if (t.n != sure && t.n != tried) fail_msg("version %lld is in force; %lld was answered for, %lld was under way", (long long)t.n, (long long)sure, (long long)tried);
		sure = tried = t.n;
	}
	print_message("%d kills, %lld while a version was being approved; %lld versions published\n", rounds, (long long)in_between, (long long)sure - 1);
	assert_true(sure > 1);
	place_drop(&p);
}

int main(int argc, char **argv)
{
	if (argc == 5 && strcmp(argv[1], "child") == 0) return child(argv[2], argv[3], argv[4]);
	if (argc == 5 && strcmp(argv[1], "check") == 0) return check(argv[2], argv[3]);
	if (argc < 2) return 2;
	city = argv[1];
	if (argc > 2) rounds = atoi(argv[2]);
	ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
	if (n <= 0) return 1;
	static enum kind kinds[] = {SQLITE, POSTGRES};
	const struct CMUnitTest list[] = {
		{"sqlite publication kill -9", kill_often, NULL, NULL, &kinds[0]}, {"postgres publication kill -9", kill_often, NULL, NULL, &kinds[1]},
	};
	return cmocka_run_group_tests_name("publication", list, NULL, NULL);
}
