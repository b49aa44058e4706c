// backup.c — one snapshot as plain files, and back into either database.
//
// DIR/manifest      written last: what the folder holds, with the SM3 of every table file
// DIR/tables/NAME   a line of column names, then a line a row; cells are n | i123 | t5:hello | b3:xyz
// DIR/blobs/        as in the data folder
#include "store/driver.h"


#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ROWS_A_SET = 500, CHUNK = 1 << 16 };
#define MARK "store.restoring"

// ---- writing ----

struct out {
	FILE *f;
	const char *path;
	struct sm3 *digest;
	struct arena *scratch;
	int64_t rows;
};

static struct err *out_open(struct out *o, struct arena *a, struct str path)
{
	*o = (struct out){.path = str_z(a, path)};
	o->f = fopen(o->path, "wxe");
	if (!o->f) return io_err(a, "create", o->path);
	o->digest = sm3_begin();
	o->scratch = arena_new(0);
	return NULL;
}

static struct err *out_put(struct out *o, struct arena *a, struct str s)
{
	sm3_add(o->digest, s);
	return fwrite(s.p, 1, s.n, o->f) == s.n ? NULL : io_err(a, "write", o->path);
}

static struct err *out_close(struct out *o, struct arena *a, struct err *e, unsigned char digest[32])
{
	if (!o->f) return e;
	sm3_end(o->digest, digest);
	if (!e && (fflush(o->f) != 0 || fsync(fileno(o->f)) != 0)) e = io_err(a, "write", o->path);
	if (fclose(o->f) != 0 && !e) e = io_err(a, "close", o->path);
	arena_free(o->scratch);
	return e;
}

static struct err *put_row(void *ctx, const struct val *row, size_t cols)
{
	struct out *o = ctx;
	arena_reset(o->scratch);
	struct buf b = buf_new(o->scratch);
	for (size_t i = 0; i < cols; i++) {
		switch (row[i].type) {
		case VAL_NULL: buf_byte(&b, 'n'); break;
		case VAL_INT: buf_fmt(&b, "i%lld", (long long)row[i].i); break;
		case VAL_TEXT: case VAL_BLOB:
			buf_fmt(&b, "%c%zu:", row[i].type == VAL_TEXT ? 't' : 'b', row[i].s.n);
			buf_add(&b, row[i].s);
			break;
		}
		buf_byte(&b, i + 1 < cols ? ' ' : '\n');
	}
	o->rows++;
	return out_put(o, o->scratch, buf_str(&b));
}

static struct str names_of(struct arena *a, const struct rows *columns)
{
	struct str *part = arena_newn(a, struct str, columns->n);
	for (size_t i = 0; i < columns->n; i++) part[i] = row_text(columns, i, 0);
	return str_join(a, part, columns->n, S(", "));
}

static struct err *put_table(struct snap *p, struct arena *a, struct str dir, struct str table, struct buf *manifest)
{
	const struct driver *db = snap_store(p)->db;
	struct rows columns;
	struct err *e = db->columns(snap_conn(p), a, table, &columns);
	if (e) return e;
	struct out o;
	if ((e = out_open(&o, a, str_fmt(a, STR_FMT "/tables/" STR_FMT, STR_ARG(dir), STR_ARG(table))))) return e;
	struct str names = names_of(a, &columns);
	e = out_put(&o, a, str_fmt(a, STR_FMT "\n", STR_ARG(names)));
	char *sql = str_z(a, str_fmt(a, "SELECT " STR_FMT " FROM " STR_FMT, STR_ARG(names), STR_ARG(table)));
	if (!e) e = db->each(snap_conn(p), a, put_row, &o, sql, NULL, 0);
	if (e) e = err_copy(a, e);       // it may live in the scratch that closing frees
	unsigned char digest[32];
	e = out_close(&o, a, e, digest);
	buf_fmt(manifest, "table " STR_FMT " %lld " STR_FMT "\n", STR_ARG(table), (long long)o.rows,
		STR_ARG(hex_of(a, digest, 32)));
	return e;
}

static struct err *copy_file(struct arena *a, int from_dir, const char *name, const char *to)
{
	int in = openat(from_dir, name, O_RDONLY | O_CLOEXEC), out = -1;
	if (in < 0) return io_err(a, "open", name);
	struct err *e = NULL;
	out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (out < 0) e = io_err(a, "create", to);
	char *buf = arena_raw(a, CHUNK);
	for (ssize_t n = 1; !e && n > 0;) {
		n = read(in, buf, CHUNK);
		if (n < 0) e = io_err(a, "read", name);
		for (ssize_t at = 0; !e && at < n;) {
			ssize_t w = write(out, buf + at, (size_t)(n - at));
			if (w < 0) e = io_err(a, "write", to);
			else at += w;
		}
	}
	if (!e && fsync(out) != 0) e = io_err(a, "fsync", to);
	close(in);
	if (out >= 0) close(out);
	return e;
}

// Every blob under `from` to `to`; with `check` its bytes must have its name.
static struct err *copy_blobs(struct arena *a, struct str from, struct str to, struct store *check, int64_t *count)
{
	struct err *e = make_dirs(a, to);
	DIR *d = opendir(str_z(a, from));
	if (!d) return e ? e : io_err(a, "open", str_z(a, from));
	for (struct dirent *f; !e && (f = readdir(d));) {
		if (strlen(f->d_name) != 2 || f->d_name[0] == '.') continue;
		char *sub = str_z(a, str_fmt(a, STR_FMT "/%s", STR_ARG(to), f->d_name));
		int fd = openat(dirfd(d), f->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		DIR *in = fd < 0 ? NULL : fdopendir(fd);
		if (!in) {
			e = io_err(a, "open", f->d_name);
			if (fd >= 0) close(fd);
			break;
		}
		e = make_dirs(a, str_of(sub));
		for (struct dirent *g; !e && (g = readdir(in));) {
			struct arena_mark m = arena_mark(a);
			unsigned char digest[32];
			if (!hex_read(str_fmt(a, "%s%s", f->d_name, g->d_name), digest, 32)) continue;
			char *target = str_z(a, str_fmt(a, "%s/%s", sub, g->d_name));
			e = access(target, F_OK) == 0 ? NULL : copy_file(a, fd, g->d_name, target);
			struct str bytes;
			if (!e && check) e = blob_get(check, a, digest, SIZE_MAX / 4, &bytes);
			++*count;
			if (!e) arena_rewind(a, m);
		}
		closedir(in);
		if (!e) e = sync_dir(a, sub);
	}
	closedir(d);
	return e ? e : sync_dir(a, str_z(a, to));
}

static struct err *backup_locked(struct store *s, struct arena *a, struct snap *p, struct str dir)
{
	struct buf m = buf_new(a);
	buf_lit(&m, "tongban-backup 1\n");
	struct rows r;
	struct err *e = SNAP_QUERY(p, a, &r, "SELECT name, version, digest FROM store_migration ORDER BY at_ms, name, version");
	for (size_t i = 0; !e && i < r.n; i++)
		buf_fmt(&m, "migration " STR_FMT " %lld " STR_FMT "\n", STR_ARG(row_text(&r, i, 0)),
			(long long)row_int(&r, i, 1), STR_ARG(row_text(&r, i, 2)));
	if (!e) e = s->db->tables(snap_conn(p), a, &r);
	for (size_t i = 0; !e && i < r.n; i++)
		if (!str_is(row_text(&r, i, 0), "store_migration")) e = put_table(p, a, dir, row_text(&r, i, 0), &m);
	int64_t blobs = 0;
	if (!e) e = copy_blobs(a, str_fmt(a, STR_FMT "/blobs", STR_ARG(s->data_dir)),
		str_fmt(a, STR_FMT "/blobs", STR_ARG(dir)), NULL, &blobs);
	if (!e) e = sync_dir(a, str_z(a, str_fmt(a, STR_FMT "/tables", STR_ARG(dir))));
	if (e) return e;
	buf_fmt(&m, "blobs %lld\nend\n", (long long)blobs);
	struct out o;
	if ((e = out_open(&o, a, str_fmt(a, STR_FMT "/manifest", STR_ARG(dir))))) return e;
	e = out_put(&o, a, buf_str(&m));
	unsigned char digest[32];
	e = out_close(&o, a, e, digest);
	return e ? e : sync_dir(a, str_z(a, dir));
}

struct err *store_backup(struct store *s, struct arena *a, struct str dir)
{
	struct err *e = make_dirs(a, str_fmt(a, STR_FMT "/tables", STR_ARG(dir)));
	if (e) return e;
	// No sweep may take away what the snapshot still names.
	int lock;
	if ((e = blob_flock(s, a, LOCK_SH, &lock))) return e;
	struct snap *p;
	e = snap_open(s, a, &p);
	if (!e) {
		e = backup_locked(s, a, p, dir);
		snap_close(p);
	}
	close(lock);
	return e;
}

// ---- reading ----

struct in {
	FILE *f;
	const char *path;
	struct sm3 *digest;
	uint32_t line;
};

static int in_byte(struct in *i)
{
	int c = getc_unlocked(i->f);
	char b = (char)c;
	if (c != EOF) sm3_add(i->digest, ((struct str){&b, 1}));
	return c;
}

static struct err *broken(struct arena *a, const struct in *i, const char *what)
{
	return err_at(a, E_SYNTAX, str_of(i->path), i->line, 0, str_of(what));
}

// Digits up to `stop`; the sign only where a sign may stand.
static bool in_number(struct in *i, int *stop, int64_t *out)
{
	char d[24];
	size_t n = 0;
	int c;
	while ((c = in_byte(i)) != EOF && (c == '-' || (c >= '0' && c <= '9')))
		if (n == sizeof d) return false;
		else d[n++] = (char)c;
	*stop = c;
	return str_int((struct str){d, n}, out);
}

// One row; *end when there is none left.
static struct err *in_row(struct in *i, struct arena *a, struct val *row, size_t cols, bool *end)
{
	i->line++;
	*end = false;
	for (size_t k = 0; k < cols; k++) {
		int c = in_byte(i), stop = 0;
		int64_t n;
		if (c == EOF && k == 0) {
			*end = true;
			return NULL;
		}
		if (c == 'n') {
			row[k] = V_NULL;
			stop = in_byte(i);
		} else if (c == 'i') {
			if (!in_number(i, &stop, &n)) return broken(a, i, "a number");
			row[k] = V_INT(n);
		} else if (c == 't' || c == 'b') {
			if (!in_number(i, &stop, &n) || stop != ':' || n < 0 || n > INT32_MAX) return broken(a, i, "a length");
			char *p = arena_raw(a, (size_t)n);
			if (fread(p, 1, (size_t)n, i->f) != (size_t)n) return broken(a, i, "cut off");
			sm3_add(i->digest, ((struct str){p, (size_t)n}));
			row[k] = c == 't' ? V_TEXT(((struct str){p, (size_t)n})) : V_BLOB(((struct str){p, (size_t)n}));
			stop = in_byte(i);
		} else {
			return broken(a, i, "a cell");
		}
		if (stop != (k + 1 < cols ? ' ' : '\n')) return broken(a, i, "a column more or less");
	}
	return NULL;
}

static struct err *write_set(struct store *s, struct arena *a, struct wset *ws)
{
	struct job j = {.ws = ws}, *one = &j;
	s->db->group(s->writer[0], a, 0, &one, 1);
	return j.err;
}

static struct err *load_rows(struct store *s, struct arena *a, struct in *in, struct str table, size_t cols,
	const char *sql, int64_t *count)
{
	struct arena *set = arena_new(0);
	struct err *e = NULL;
	bool end = false;
	while (!end && !e) {
		arena_reset(set);
		struct wset *ws = wset_new(set);
		for (int i = 0; i < ROWS_A_SET && !e && arena_used(set) < 8 << 20; i++) {
			struct val *row = arena_newn(set, struct val, cols);
			e = in_row(in, set, row, cols, &end);
			if (e || end) break;
			wset_exec(ws, 1, sql, row, cols);
			++*count;
		}
		if (!e && wset_count(ws)) e = write_set(s, set, ws);
	}
	if (e) e = err_copy(a, e);
	arena_free(set);
	return e;
}

static struct err *load_table(struct store *s, struct arena *a, struct str dir, struct str table, int64_t rows,
	struct str digest)
{
	struct in in = {.path = str_z(a, str_fmt(a, STR_FMT "/tables/" STR_FMT, STR_ARG(dir), STR_ARG(table)))};
	in.f = fopen(in.path, "re");
	if (!in.f) return io_err(a, "open", in.path);
	in.digest = sm3_begin();
	struct buf names = buf_new(a), marks = buf_new(a);
	int c;
	in.line = 1;
	while ((c = in_byte(&in)) != EOF && c != '\n' && names.n < 65536) buf_byte(&names, (char)c);
	size_t cols = 0;
	bool plain = c == '\n' && names.n;
	// The names go into SQL: nothing but our own spelling passes.
	for (size_t i = 0; i < names.n; i++)
		plain = plain && (strchr("abcdefghijklmnopqrstuvwxyz0123456789_, ", names.p[i]) != NULL);
	for (struct str rest = buf_str(&names); rest.p;) {
		str_cut(&rest, S(", "));
		buf_fmt(&marks, "%s?%zu", cols ? ", " : "", cols + 1);
		cols++;
	}
	struct err *e = plain ? NULL : broken(a, &in, "column names");
	int64_t count = 0;
	if (!e) {
		// store_meta already holds the mark of this restore and what opening wrote
		bool meta = str_is(table, "store_meta");
		char *sql = str_z(a, str_fmt(a, "INSERT INTO " STR_FMT " (" STR_FMT ") VALUES (" STR_FMT ")%s", STR_ARG(table),
			STR_ARG(buf_str(&names)), STR_ARG(buf_str(&marks)),
			meta ? " ON CONFLICT (key) DO UPDATE SET value = excluded.value" : ""));
		e = load_rows(s, a, &in, table, cols, sql, &count);
	}
	unsigned char real[32];
	sm3_end(in.digest, real);
	fclose(in.f);
	if (!e && (count != rows || !str_eq(hex_of(a, real, 32), digest))) e = broken(a, &in, "not what the manifest says");
	return e;
}

static struct err *read_all(struct arena *a, const char *path, struct str *out)
{
	FILE *f = fopen(path, "re");
	if (!f) return io_err(a, "open", path);
	struct buf b = buf_new(a);
	for (size_t n = 1; n > 0 && b.n < 64 << 20;) {
		n = fread(buf_room(&b, CHUNK), 1, CHUNK, f);
		b.n += n;
	}
	struct err *e = ferror(f) ? io_err(a, "read", path) : NULL;
	fclose(f);
	*out = buf_str(&b);
	return e;
}

static bool plain_name(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789_", s.p[i])) return false;
	return s.n > 0;
}

struct err *restore_mark(struct store *s, struct arena *a, struct conn *c, bool on)
{
	struct err *e = s->db->begin(c, a);
	if (!e) e = s->db->exec(c, a, on ? "INSERT INTO store_meta (key, value) VALUES ('" MARK "', 1)"
		: "DELETE FROM store_meta WHERE key = '" MARK "'", NULL, 0, NULL);
	if (!e) e = s->db->commit(c, a);
	if (e) s->db->rollback(c);
	return e;
}

struct err *restore_refuse(struct store *s, struct arena *a, struct conn *c)
{
	struct rows r;
	struct err *e = s->db->query(c, a, &r, "SELECT 1 FROM store_meta WHERE key = '" MARK "'", NULL, 0);
	if (!e && r.n) e = err_args(a, E_SETTING, S("store.url"), S("恢复未完成，请清空后重新恢复 / a restore was not finished: empty the database and restore again"), S(""));
	return e;
}

static struct err *restore_into(struct store *s, struct arena *a, struct str dir, const struct store_config *config)
{
	struct rows tables;
	struct err *e = s->db->tables(s->writer[0], a, &tables);
	if (!e && tables.n) e = err_args(a, E_SETTING, S("store.url"), S("数据库不是空的 / the database is not empty"), S(""));
	struct in in = {.path = str_z(a, str_fmt(a, STR_FMT "/manifest", STR_ARG(dir)))};
	struct str text = {0};
	if (!e) e = read_all(a, in.path, &text);
	if (e) return e;
	if (!str_starts(text, S("tongban-backup 1\n")) || !str_ends(text, S("\nend\n"))) return broken(a, &in, "not a whole backup");
	// First the schema as it was then.
	struct migration *then = arena_newn(a, struct migration, config->n_migrations);
	size_t n = 0, wanted = 0;
	struct str rest = text;
	while (rest.p) wanted += str_starts(str_cut(&rest, S("\n")), S("migration "));
	for (size_t i = 0; i < config->n_migrations; i++) {
		const struct migration *m = &config->migrations[i];
		struct str line = str_fmt(a, "\nmigration %s %lld " STR_FMT "\n", m->name, (long long)m->version,
			STR_ARG(migration_digest(a, m)));
		if (str_find(text, line) >= 0) then[n++] = *m;
	}
	if (n != wanted) return err_args(a, E_SETTING, S("backup"), S("备份的结构与程序不符 / the backup's schema is not one this program knows"), S(""));
	e = migrate(s, a, s->writer[0], then, n);
	if (!e) e = restore_mark(s, a, s->writer[0], true);
	int64_t blobs = 0, want_blobs = -1;
	for (rest = text; !e && rest.p;) {
		struct str line = str_cut(&rest, S("\n")), word = line;
		in.line++;
		struct str kind = str_cut(&word, S(" "));
		if (str_is(kind, "table")) {
			struct str name = str_cut(&word, S(" ")), count = str_cut(&word, S(" "));
			int64_t rows;
			if (!plain_name(name) || !str_int(count, &rows)) return broken(a, &in, "a table line");
			e = load_table(s, a, dir, name, rows, word);
		} else if (str_is(kind, "blobs") && !str_int(word, &want_blobs)) {
			return broken(a, &in, "a blobs line");
		}
	}
	if (!e) e = copy_blobs(a, str_fmt(a, STR_FMT "/blobs", STR_ARG(dir)),
		str_fmt(a, STR_FMT "/blobs", STR_ARG(s->data_dir)), s, &blobs);
	if (!e && blobs != want_blobs) e = broken(a, &in, "blobs are missing");
	if (!e) e = migrate(s, a, s->writer[0], config->migrations, config->n_migrations);
	if (!e) e = restore_mark(s, a, s->writer[0], false);
	return e;
}

struct err *store_restore(struct arena *a, struct str dir, const struct store_config *config)
{
	struct store_config quiet = *config;
	quiet.inline_commit = true;
	struct store *s;
	struct err *e = store_open_raw(a, &quiet, &s);
	if (e) return e;
	e = restore_into(s, a, dir, &quiet);
	store_close(s);
	return e;
}
