// shelf_files.c — see shelf_files.h.
#include "domain/shelf_files.h"

#include <stdlib.h>

#include "base/file.h"
#include "base/log.h"
#include "base/seam.h"
#include "codec/bytes.h"
#include "domain/catalogue/catalogue.h"
#include "domain/domain.h"

enum { TEXT_MAX = 4 << 20, PACK_MAX = 1 << 30 };

static struct str version_dir(struct domain *d, struct arena *a, struct str hash)
{
	return str_fmt(a, STR_FMT "/catalogue/" STR_FMT, STR_ARG(d->data_dir), STR_ARG(hash));
}

static struct str pack_path(struct domain *d, struct arena *a, struct str hash)
{
	return str_fmt(a, STR_FMT "/catalogue/" STR_FMT ".over", STR_ARG(d->data_dir), STR_ARG(hash));
}

// Where a folder is made before it is the version: found half done, it is nobody's.
static struct str part_dir(struct arena *a, struct str dir)
{
	uint64_t tag;
	seam_random(&tag, sizeof tag);
	return str_fmt(a, STR_FMT ".%016llx.part", STR_ARG(dir), (unsigned long long)tag);
}

// Beside the versions, not among them: it is no record, it can be made again.
struct str files_image_path(struct domain *d, struct arena *a, struct str hash)
{
	return str_fmt(a, STR_FMT "/compiled/" STR_FMT, STR_ARG(d->data_dir), STR_ARG(hash));
}

bool files_whole(struct domain *d, struct arena *a, struct str hash)
{
	return file_exists(a, version_dir(d, a, hash));
}

bool files_there(struct domain *d, struct arena *a, struct str hash)
{
	return files_whole(d, a, hash) || file_exists(a, pack_path(d, a, hash));
}

// ---- packs ---------------------------------------------------------------------------------------
// A line "tongban pack 1", a line "root HASH", then "gone PATH" or "file BYTES PATH" and as many bytes and a line break.

static struct err *pack_read(struct arena *a, struct str path, struct str text, struct pack *out)
{
	struct str head = str_cut(&text, S("\n")), root = str_cut(&text, S("\n"));
	size_t n = 0, cap = 0;
	bool good = str_is(head, "tongban pack 1") && str_starts(root, S("root "));
	*out = (struct pack){.root = good ? str_from(root, 5) : S("")};
	while (good && text.n) {
		struct str line = str_cut(&text, S("\n")), what = str_cut(&line, S(" "));
		struct shelf_change *c = vec_push(a, out->file, n, cap);
		int64_t bytes = 0;
		c->gone = str_is(what, "gone");
		if (!c->gone) {
			good = str_is(what, "file") && str_int(str_cut(&line, S(" ")), &bytes) && bytes >= 0 && (size_t)bytes < text.n && text.p[bytes] == '\n';
			c->text = good ? str_part(text, 0, (size_t)bytes) : S("");
			text = good ? str_from(text, (size_t)bytes + 1) : S("");
		}
		c->path = line;
		out->bytes += c->text.n;
	}
	out->n = (uint32_t)n;
	return good ? NULL : err_arg(a, E_IO, path);
}

struct err *files_pack(struct domain *d, struct arena *a, struct str hash, struct pack *out)
{
	struct str text, path = pack_path(d, a, hash);
	*out = (struct pack){.root = hash};
	if (files_whole(d, a, hash)) return NULL;
	struct err *e = file_read(a, path, PACK_MAX, &text);
	return e ? e : pack_read(a, path, text, out);
}

struct pack pack_join(struct arena *a, const struct pack *before, const struct shelf_change *change, uint32_t n)
{
	struct pack p = {.root = before->root, .file = arena_newn(a, struct shelf_change, before->n + n)};
	for (uint32_t i = 0, k = 0; i < before->n || k < n;) {
		int d = i == before->n ? 1 : k == n ? -1 : str_cmp(before->file[i].path, change[k].path);
		p.file[p.n++] = d < 0 ? before->file[i] : change[k];
		i += d <= 0;
		k += d >= 0;
		p.bytes += p.file[p.n - 1].text.n;
	}
	return p;
}

struct err *files_keep_pack(struct domain *d, struct arena *a, struct str hash, const struct pack *p)
{
	struct buf b = buf_new(a);
	if (files_there(d, a, hash)) return NULL;
	buf_fmt(&b, "tongban pack 1\nroot " STR_FMT "\n", STR_ARG(p->root));
	for (uint32_t i = 0; i < p->n; i++) {
		const struct shelf_change *c = &p->file[i];
		if (c->gone) {
			buf_fmt(&b, "gone " STR_FMT "\n", STR_ARG(c->path));
			continue;
		}
		buf_fmt(&b, "file %zu " STR_FMT "\n", c->text.n, STR_ARG(c->path));
		buf_add(&b, c->text);
		buf_byte(&b, '\n');
	}
	return file_write(a, pack_path(d, a, hash), buf_str(&b), false);
}

// ---- reading -------------------------------------------------------------------------------------

struct err *files_text(struct domain *d, struct arena *a, struct str hash, struct str path, struct str *out)
{
	struct pack p;
	// The path is a row of the catalogue (struct origin) or typed by staff: it must stay below the folder.
	if (!path.n || path.p[0] == '/' || path.p[0] == '.' || str_find(path, S("/.")) >= 0) return err_arg(a, E_NOT_FOUND, path);
	struct err *e = files_pack(d, a, hash, &p);
	if (e) return e;
	for (uint32_t i = 0; i < p.n; i++)
		if (str_eq(p.file[i].path, path)) {
			*out = p.file[i].text;
			return p.file[i].gone ? err_arg(a, E_NOT_FOUND, path) : NULL;
		}
	return file_read(a, str_fmt(a, STR_FMT "/" STR_FMT, STR_ARG(version_dir(d, a, p.root)), STR_ARG(path)), TEXT_MAX, out);
}

struct err *files_all(struct domain *d, struct arena *a, struct str hash, struct folder_file **out, uint32_t *n)
{
	struct pack p;
	struct folder_file *whole;
	uint32_t n_whole, k = 0;
	struct err *e = files_pack(d, a, hash, &p);
	if (!e) e = folder_read(a, version_dir(d, a, p.root), catalogue_suffix, &whole, &n_whole);
	if (e) return e;
	*out = arena_newn(a, struct folder_file, n_whole + p.n);
	*n = 0;
	for (uint32_t i = 0; i < n_whole || k < p.n;) {
		int x = i == n_whole ? 1 : k == p.n ? -1 : str_cmp(whole[i].path, p.file[k].path);
		if (x < 0) (*out)[(*n)++] = whole[i];
		else if (!p.file[k].gone) (*out)[(*n)++] = (struct folder_file){p.file[k].path, p.file[k].text};
		i += x <= 0;
		k += x >= 0;
	}
	return NULL;
}

// ---- folders -------------------------------------------------------------------------------------

static const struct shelf_change *changed(const struct pack *p, struct str path)
{
	for (uint32_t i = 0; i < p->n; i++)
		if (str_eq(p->file[i].path, path)) return &p->file[i];
	return NULL;
}

static struct str folder_of(struct str path)
{
	while (path.n && path.p[path.n - 1] != '/') path.n--;
	return path;
}

// What did not change is the root's own file under another name: a version's files are never written again.
static struct err *files_write(struct domain *d, struct arena *a, const struct folder_file *file, uint32_t n, const struct pack *p, struct str part)
{
	struct str last = S(""), root = version_dir(d, a, p->root);
	struct err *e = folder_make(a, part);
	for (uint32_t i = 0; !e && i < n; i++) {
		struct str rel = file[i].path, path = str_fmt(a, STR_FMT "/" STR_FMT, STR_ARG(part), STR_ARG(rel)), folder = folder_of(path);
		if (!str_eq(folder, last)) {                         // files are sorted: a folder's stand together but for its own folders'
			if (last.n) e = folder_sync(a, last);
			if (!e) e = folder_make(a, str_part(folder, 0, folder.n - 1));
			last = folder;
		}
		if (e) break;
		if (changed(p, rel)) e = file_write(a, path, file[i].text, false);
		else e = file_link(a, str_fmt(a, STR_FMT "/" STR_FMT, STR_ARG(root), STR_ARG(rel)), path);
	}
	if (!e && last.n) e = folder_sync(a, last);
	return e ? e : folder_sync(a, part);
}

static int by_path(const void *x, const void *y)
{
	return str_cmp(((const struct folder_file *)x)->path, ((const struct folder_file *)y)->path);
}

struct err *files_keep_whole(struct domain *d, struct arena *a, struct str hash, const struct pack *p)
{
	struct folder_file *file, *all;
	uint32_t n, n_all = 0;
	if (files_whole(d, a, hash)) return NULL;
	struct str dir = version_dir(d, a, hash), part = part_dir(a, dir);
	struct err *e = files_all(d, a, p->root, &file, &n);
	if (e) return e;
	all = arena_newn(a, struct folder_file, n + p->n);
	for (uint32_t i = 0; i < n; i++)
		if (!changed(p, file[i].path)) all[n_all++] = file[i];
	for (uint32_t i = 0; i < p->n; i++)
		if (!p->file[i].gone) all[n_all++] = (struct folder_file){p->file[i].path, p->file[i].text};
	if (n_all) qsort(all, n_all, sizeof *all, by_path);
	e = files_write(d, a, all, n_all, p, part);
	return e ? e : folder_rename(a, part, dir);
}

// ---- a city's folder -----------------------------------------------------------------------------

enum { FRESH_NS = 2000000000 };      // a file that changed as lately before it was read may change again within a tick of its clock

struct known { struct folder_stamp stamp; uint8_t digest[SM3_BYTES]; };

static struct str digests_path(struct domain *d, struct arena *a)
{
	return str_fmt(a, STR_FMT "/digests", STR_ARG(d->data_dir));
}

static bool unhex(struct str hex, uint8_t to[SM3_BYTES])
{
	for (size_t i = 0; i < 2 * SM3_BYTES && i < hex.n; i++) {
		char c = hex.p[i];
		uint8_t v = c >= '0' && c <= '9' ? (uint8_t)(c - '0') : c >= 'a' && c <= 'f' ? (uint8_t)(c - 'a' + 10) : 255;
		if (v == 255) return false;
		to[i / 2] = (uint8_t)(i % 2 ? to[i / 2] << 4 | v : v);
	}
	return hex.n == 2 * SM3_BYTES;
}

static bool number(struct str *line, int64_t *out)
{
	return str_int(str_cut(line, S(" ")), out);
}

// Sorted by path, as they were written; what cannot be read is not known.
static uint32_t known_read(struct arena *a, struct str text, int64_t written_ns, struct known **out)
{
	struct known *list = NULL;
	size_t n = 0, cap = 0;
	if (!str_is(str_cut(&text, S("\n")), "tongban digests 1")) return 0;
	while (text.n) {
		struct str line = str_cut(&text, S("\n")), hex = str_cut(&line, S(" "));
		struct known x;
		int64_t v[5];
		bool good = unhex(hex, x.digest);
		for (size_t i = 0; i < countof(v) && good; i++) good = number(&line, &v[i]);
		if (!good) return 0;
		x.stamp = (struct folder_stamp){line, (uint64_t)v[0], (uint64_t)v[1], (uint64_t)v[2], v[3], v[4]};
		if (v[4] < written_ns - FRESH_NS) *vec_push(a, list, n, cap) = x;
	}
	*out = list;
	return (uint32_t)n;
}

static bool still(const struct folder_stamp *a, const struct folder_stamp *b)
{
	return str_eq(a->path, b->path) && a->dev == b->dev && a->ino == b->ino && a->size == b->size && a->mtime_ns == b->mtime_ns && a->ctime_ns == b->ctime_ns;
}

static void known_write(struct domain *d, struct arena *a, const struct folder_stamp *stamp, const struct catalogue_file *file, uint32_t n)
{
	struct buf b = buf_new(a);
	buf_lit(&b, "tongban digests 1\n");
	for (uint32_t i = 0; i < n; i++) {
		const struct folder_stamp *s = &stamp[i];
		bytes_hex(&b, file[i].digest, SM3_BYTES);
		buf_fmt(&b, " %lld %lld %lld %lld %lld " STR_FMT "\n", (long long)s->dev, (long long)s->ino, (long long)s->size, (long long)s->mtime_ns,
			(long long)s->ctime_ns, STR_ARG(s->path));
	}
	struct err *e = folder_make(a, str_fmt(a, STR_FMT "/compiled", STR_ARG(d->data_dir)));
	if (!e) e = file_write(a, digests_path(d, a), buf_str(&b), false);
	if (e) log_event(LOG_WARN, "catalogue.digests_not_written", log_err(e));
}

struct err *files_city_hash(struct domain *d, struct arena *a, struct str city_dir, struct str *out)
{
	struct folder_stamp *stamp;
	struct known *known = NULL;
	struct str text;
	uint32_t n, n_known = 0, k = 0, read = 0;
	struct arena *tmp = arena_new(0);
	struct err *e = folder_list(tmp, city_dir, catalogue_suffix, &stamp, &n), *none = file_read(tmp, digests_path(d, tmp), PACK_MAX, &text);
	if (!e && !none) n_known = known_read(tmp, text, file_written_ns(tmp, digests_path(d, tmp)), &known);
	struct catalogue_file *file = arena_newn(tmp, struct catalogue_file, e ? 1 : n + 1);
	for (uint32_t i = 0; !e && i < n; i++) {
		file[i].path = stamp[i].path;
		while (k < n_known && str_cmp(known[k].stamp.path, stamp[i].path) < 0) k++;
		if (k < n_known && still(&known[k].stamp, &stamp[i])) {
			memcpy(file[i].digest, known[k].digest, SM3_BYTES);
			continue;
		}
		struct arena_mark mark = arena_mark(tmp);
		e = file_read(tmp, str_fmt(tmp, STR_FMT "/" STR_FMT, STR_ARG(city_dir), STR_ARG(stamp[i].path)), TEXT_MAX, &text);
		if (!e) file_digest(text, file[i].digest);
		if (!e) arena_rewind(tmp, mark);
		read++;
	}
	if (!e) *out = files_hash(a, file, n);
	if (!e && (read || n != n_known)) known_write(d, tmp, stamp, file, n);
	if (e) e = err_args(a, e->code, str_copy(a, e->arg[0]), str_copy(a, e->arg[1]), S(""));
	arena_free(tmp);
	return e;
}

struct err *files_keep_city(struct domain *d, struct arena *a, struct str hash, struct str city_dir)
{
	struct str dir = version_dir(d, a, hash), part = part_dir(a, dir);
	if (files_whole(d, a, hash)) return NULL;
	struct err *e = folder_copy(a, city_dir, part);
	return e ? e : folder_rename(a, part, dir);
}
