// set.c — the settings table, its file, its environment.
#include "base/set.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

extern char **environ;

// "net_workers" becomes "net.workers" when the table is first used; keys stay short.
static struct set_row rows[] = {
#define SET_INT(key, unit, def, min, max, zh, en) {#key, SET_TYPE_INT, unit, def, min, max, NULL, NULL, zh, en},
#define SET_BOOL(key, def, zh, en) {#key, SET_TYPE_BOOL, "yes/no", def, 0, 1, NULL, NULL, zh, en},
#define SET_TEXT(key, unit, def, zh, en) {#key, SET_TYPE_TEXT, unit, 0, 0, 0, def, NULL, zh, en},
#define SET_SECRET(key, zh, en) {#key, SET_TYPE_SECRET, "secret", 0, 0, 0, "", NULL, zh, en},
#define SET_CHOICE(key, choices, def, zh, en) {#key, SET_TYPE_CHOICE, "choice", 0, 0, 0, def, choices, zh, en},
#include "base/set.def"
};

static struct { bool set; int64_t i; struct str text; } values[SET_COUNT];
static struct arena *texts;

enum { FILE_MAX = 1 << 20, VALUE_MAX = 4096 };

__attribute__((constructor)) static void name_rows(void)
{
	static char keys[SET_COUNT][48];
	for (size_t i = 0; i < SET_COUNT; i++) {
		size_t n = strlen(rows[i].key);
		CHECK(n < sizeof keys[i]);
		memcpy(keys[i], rows[i].key, n + 1);
		char *dot = strchr(keys[i], '_');
		CHECK(dot);
		*dot = '.';
		rows[i].key = keys[i];
	}
}

const struct set_row *set_row(enum set_key k)
{
	CHECK(k < SET_COUNT);
	return &rows[k];
}

bool set_find(struct str key, enum set_key *out)
{
	for (size_t i = 0; i < SET_COUNT; i++)
		if (str_eq(key, str_of(rows[i].key))) return *out = (enum set_key)i, true;
	return false;
}

int64_t set_int(enum set_key k)
{
	CHECK(k < SET_COUNT && rows[k].type == SET_TYPE_INT);
	return values[k].set ? values[k].i : rows[k].def;
}

bool set_bool(enum set_key k)
{
	CHECK(k < SET_COUNT && rows[k].type == SET_TYPE_BOOL);
	return values[k].set ? values[k].i : rows[k].def;
}

struct str set_text(enum set_key k)
{
	CHECK(k < SET_COUNT && rows[k].type >= SET_TYPE_TEXT);
	return values[k].set ? values[k].text : str_of(rows[k].text_def);
}

void set_reset(void)
{
	memset(values, 0, sizeof values);
	arena_free(texts);
	texts = NULL;
}

// ---- values -------------------------------------------------------------------------------------

static struct err *wrong(struct arena *a, struct str key, struct str why)
{
	return err_args(a, E_SETTING, key, why, S(""));
}

static bool scaled(struct str s, bool bytes, int64_t *out)
{
	int shift = 0;
	if (bytes && s.n > 1) {
		static const char units[] = "KMG";
		const char *u = strchr(units, s.p[s.n - 1]);
		if (u && *u) shift = 10 * (int)(u - units + 1);
	}
	if (!str_int(str_part(s, 0, s.n - (shift != 0)), out)) return false;
	return !__builtin_mul_overflow(*out, (int64_t)1 << shift, out);
}

static struct err *put_int(struct arena *a, enum set_key k, struct str v)
{
	const struct set_row *r = &rows[k];
	int64_t n;
	if (!scaled(v, strcmp(r->unit, "bytes") == 0, &n))
		return wrong(a, str_of(r->key), str_fmt(a, "“" STR_FMT "” is not a whole number (%s)", STR_ARG(v), r->unit));
	if (n < r->min || n > r->max)
		return wrong(a, str_of(r->key), str_fmt(a, "%lld is not between %lld and %lld (%s)", (long long)n,
			(long long)r->min, (long long)r->max, r->unit));
	values[k].i = n;
	return NULL;
}

static struct err *put_bool(struct arena *a, enum set_key k, struct str v)
{
	bool yes = str_is(v, "yes") || str_is(v, "true") || str_is(v, "1") || str_is(v, "on");
	bool no = str_is(v, "no") || str_is(v, "false") || str_is(v, "0") || str_is(v, "off");
	if (!yes && !no) return wrong(a, str_of(rows[k].key), str_fmt(a, "“" STR_FMT "” is neither yes nor no", STR_ARG(v)));
	values[k].i = yes;
	return NULL;
}

static struct err *put_choice(struct arena *a, enum set_key k, struct str v)
{
	struct str left = str_of(rows[k].choices);
	while (left.p)
		if (str_eq(str_cut(&left, S("|")), v)) return NULL;
	return wrong(a, str_of(rows[k].key), str_fmt(a, "“" STR_FMT "” is none of %s", STR_ARG(v), rows[k].choices));
}

static struct err *put(struct arena *a, enum set_key k, struct str v)
{
	struct err *e = NULL;
	if (v.n > VALUE_MAX || !utf8_valid(v) || memchr(v.n ? v.p : "", 0, v.n))
		return wrong(a, str_of(rows[k].key), S("its value is too long or no text"));
	switch (rows[k].type) {
	case SET_TYPE_INT: e = put_int(a, k, v); break;
	case SET_TYPE_BOOL: e = put_bool(a, k, v); break;
	case SET_TYPE_CHOICE: e = put_choice(a, k, v); break;
	default: break;
	}
	if (e) return e;
	if (!texts) texts = arena_new(0);
	values[k].text = str_copy(texts, v);
	values[k].set = true;
	return NULL;
}

must_use struct err *set_put(struct arena *a, struct str key, struct str value)
{
	enum set_key k;
	if (!set_find(key, &k)) return wrong(a, key, S("there is no such setting; see `tongban settings`"));
	return put(a, k, value);
}

// ---- sources ------------------------------------------------------------------------------------

static struct err *read_line(struct arena *a, struct str line, bool seen[SET_COUNT])
{
	if (str_find(line, S("=")) < 0) return wrong(a, line, S("a line is `key = value`"));
	struct str key = str_trim(str_cut(&line, S("=")));
	struct str value = str_trim(line);
	enum set_key k;
	if (!set_find(key, &k)) return set_put(a, key, value);
	if (seen[k]) return wrong(a, key, S("it stands twice in this file"));
	seen[k] = true;
	return put(a, k, value);
}

must_use struct err *set_read(struct arena *a, struct str name, struct str text)
{
	struct err *all = NULL;
	bool seen[SET_COUNT] = {false};
	if (!utf8_valid(text)) return err_at(a, E_UTF8, name, 0, 0, S(""));
	if (str_starts(text, S("\xef\xbb\xbf"))) text = str_from(text, 3);
	for (uint32_t line = 1; text.p; line++) {
		struct str one = str_trim(str_cut(&text, S("\n")));
		if (!one.n || one.p[0] == '#') continue;
		struct err *e = read_line(a, one, seen);
		if (!e) continue;
		e->file = str_copy(a, name);
		e->line = line;
		err_add(&all, e);
	}
	return all;
}

static struct err *read_file(struct arena *a, struct str path, bool must_exist)
{
	int fd = open(str_z(a, path), O_RDONLY | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT && !must_exist) return NULL;
	if (fd < 0) return err_at(a, E_IO, path, 0, 0, str_of(strerror(errno)));
	struct buf b = buf_new(a);
	ssize_t n;
	while ((n = read(fd, buf_room(&b, 4096), 4096)) > 0 && b.n < FILE_MAX) b.n += (size_t)n;
	int failed = n < 0 ? errno : 0;
	close(fd);
	if (failed) return err_at(a, E_IO, path, 0, 0, str_of(strerror(failed)));
	if (b.n >= FILE_MAX) return err_at(a, E_TOO_BIG, path, 0, 0, S("1 MB"));
	return set_read(a, path, buf_str(&b));
}

static struct err *read_environment(struct arena *a)
{
	struct err *all = NULL;
	for (size_t i = 0; i < SET_COUNT; i++) {
		struct str name = str_upper_ascii(a, str_fmt(a, "tongban_%s", rows[i].key));
		name = str_replace(a, name, S("."), S("_"));
		for (char **v = environ; v && *v; v++) {
			struct str value = str_of(*v);
			if (!str_starts(value, name) || value.n <= name.n || value.p[name.n] != '=') continue;
			err_add(&all, put(a, (enum set_key)i, str_from(value, name.n + 1)));
		}
	}
	return all;
}

must_use struct err *set_load(struct arena *a, struct str file, bool must_exist, const struct str *overrides, size_t n)
{
	struct err *all = NULL;
	if (file.n) err_add(&all, read_file(a, file, must_exist));
	err_add(&all, read_environment(a));
	for (size_t i = 0; i < n; i++) {
		struct str value = overrides[i];
		if (str_find(value, S("=")) < 0) {
			err_add(&all, wrong(a, value, S("--set takes key=value")));
			continue;
		}
		struct str key = str_trim(str_cut(&value, S("=")));
		err_add(&all, set_put(a, key, str_trim(value)));
	}
	return all;
}

void set_print(struct buf *b, bool english)
{
	struct str group = {0};
	for (size_t i = 0; i < SET_COUNT; i++) {
		const struct set_row *r = &rows[i];
		struct str rest = str_of(r->key), here = str_cut(&rest, S("."));
		if (!str_eq(here, group)) buf_fmt(b, "%s# ---- " STR_FMT " ----\n", i ? "\n" : "", STR_ARG(here));
		group = here;
		buf_fmt(b, "# %s (%s", english ? r->en : r->zh, r->choices ? r->choices : r->unit);
		if (r->type == SET_TYPE_INT) buf_fmt(b, ", %lld … %lld", (long long)r->min, (long long)r->max);
		buf_fmt(b, ")\n%s%s = ", values[i].set ? "" : "#", r->key);
		if (r->type == SET_TYPE_INT) buf_fmt(b, "%lld", (long long)set_int((enum set_key)i));
		else if (r->type == SET_TYPE_BOOL) buf_fmt(b, "%s", set_bool((enum set_key)i) ? "yes" : "no");
		else if (r->type == SET_TYPE_SECRET) buf_fmt(b, "%s", values[i].set ? "(set)" : "");
		else buf_add(b, set_text((enum set_key)i));
		buf_byte(b, '\n');
	}
}
