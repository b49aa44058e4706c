// multipart.c — a window slides over the input; what cannot be part of a boundary goes out at once.
#include "codec/multipart.h"

enum { WINDOW = 24 * 1024, HEADERS = 8 * 1024 };
enum where { PREAMBLE, BOUNDARY, HEAD, DATA, EPILOGUE };

struct multipart {
	struct arena *a;
	struct multipart_limits max;
	struct multipart_on on;
	struct err *err;
	enum where where;
	struct str delimiter;          // CRLF -- boundary
	struct multipart_part part;
	size_t total, part_bytes;
	uint32_t parts;
	size_t n;                      // bytes in the window
	char window[WINDOW];
};

static struct err *syntax(struct multipart *m, const char *what)
{
	return err_arg(m->a, E_SYNTAX, str_fmt(m->a, "multipart, %s", what));
}

static bool same_word(struct str a, const char *lower)
{
	size_t n = strlen(lower);
	if (a.n != n) return false;
	for (size_t i = 0; i < n; i++)
		if ((a.p[i] >= 'A' && a.p[i] <= 'Z' ? a.p[i] + 32 : a.p[i]) != lower[i]) return false;
	return true;
}

// The next "; key=value" of a header; the value in quotes or bare. False at the end; *bad on damage.
static bool parameter(struct str *rest, struct str *key, struct str *value, bool *bad)
{
	*rest = str_trim(*rest);
	if (!rest->n) return false;
	*bad = true;
	if (rest->p[0] != ';') return false;
	*rest = str_trim(str_from(*rest, 1));
	ptrdiff_t eq = str_find(*rest, S("="));
	if (eq <= 0) return false;
	*key = str_trim(str_part(*rest, 0, (size_t)eq));
	*rest = str_from(*rest, (size_t)eq + 1);
	if (rest->n && rest->p[0] == '"') {
		ptrdiff_t close = str_find(str_from(*rest, 1), S("\""));
		if (close < 0) return false;
		*value = str_part(*rest, 1, (size_t)close);
		*rest = str_from(*rest, (size_t)close + 2);
	} else {
		ptrdiff_t semi = str_find(*rest, S(";"));
		size_t n = semi < 0 ? rest->n : (size_t)semi;
		*value = str_trim(str_part(*rest, 0, n));
		*rest = str_from(*rest, n);
	}
	*bad = false;
	return true;
}

struct err *multipart_new(struct arena *a, struct str type, struct multipart_limits max,
			  struct multipart_on on, struct multipart **out)
{
	struct str rest = type, key, value, boundary = {0};
	ptrdiff_t semi = str_find(type, S(";"));
	bool bad = false;
	*out = NULL;
	if (semi < 0 || !same_word(str_trim(str_part(type, 0, (size_t)semi)), "multipart/form-data"))
		return err_arg(a, E_UNSUPPORTED, S("Content-Type"));
	rest = str_from(type, (size_t)semi);
	while (parameter(&rest, &key, &value, &bad))
		if (same_word(key, "boundary")) boundary = value;
	if (bad || !boundary.n || boundary.n > 70) return err_arg(a, E_SYNTAX, S("multipart, boundary"));
	for (size_t i = 0; i < boundary.n; i++)
		if (boundary.p[i] < 0x20 || boundary.p[i] == 0x7f)
			return err_arg(a, E_SYNTAX, S("multipart, boundary"));
	struct multipart *m = arena_new1(a, struct multipart);
	m->a = a;
	m->on = on;
	m->max = max;
	if (!m->max.total) m->max.total = 64 << 20;
	if (!m->max.field) m->max.field = 1 << 20;
	if (!m->max.file) m->max.file = 20 << 20;
	if (!m->max.parts) m->max.parts = 500;
	m->delimiter = str_fmt(a, "\r\n--" STR_FMT, STR_ARG(boundary));
	memcpy(m->window, "\r\n", 2);    // so that a boundary at the very start is like every other
	m->n = 2;
	*out = m;
	return NULL;
}

// What browsers write for the three signs that cannot stand in quotes (WHATWG HTML, form submission).
static struct str unquoted(struct arena *a, struct str s)
{
	s = str_replace(a, s, S("%22"), S("\""));
	s = str_replace(a, s, S("%0D"), S("\r"));
	return str_replace(a, s, S("%0A"), S("\n"));
}

static struct err *disposition(struct multipart *m, struct str v)
{
	struct str rest = v, key, value;
	ptrdiff_t semi = str_find(v, S(";"));
	bool bad = false;
	if (semi < 0 || !same_word(str_trim(str_part(v, 0, (size_t)semi)), "form-data"))
		return syntax(m, "Content-Disposition");
	rest = str_from(v, (size_t)semi);
	while (parameter(&rest, &key, &value, &bad)) {
		if (same_word(key, "name")) m->part.name = unquoted(m->a, value);
		if (same_word(key, "filename")) m->part.filename = unquoted(m->a, value);
	}
	if (bad || !m->part.name.p) return syntax(m, "Content-Disposition");
	for (size_t i = m->part.filename.n; i-- > 0;) {
		if (m->part.filename.p[i] != '/' && m->part.filename.p[i] != '\\') continue;
		m->part.filename = str_from(m->part.filename, i + 1);
		break;
	}
	return NULL;
}

static struct err *headers(struct multipart *m, struct str h)
{
	if (!utf8_valid(h)) return err_new(m->a, E_UTF8);
	if (h.n && memchr(h.p, 0, h.n)) return err_arg(m->a, E_NOT_ALLOWED_HERE, S("U+0000"));
	m->part = (struct multipart_part){.type = S("")};
	while (h.p) {
		struct str line = str_cut(&h, S("\r\n"));
		ptrdiff_t colon = str_find(line, S(":"));
		if (colon <= 0) return syntax(m, "header");
		struct str name = str_part(line, 0, (size_t)colon),
			value = str_trim(str_from(line, (size_t)colon + 1));
		if (same_word(name, "content-disposition")) {
			struct err *e = disposition(m, value);
			if (e) return e;
		} else if (same_word(name, "content-type")) {
			m->part.type = str_copy(m->a, value);
		} else if (same_word(name, "content-transfer-encoding") && !same_word(value, "binary") &&
			   !same_word(value, "8bit") && !same_word(value, "7bit")) {
			return err_arg(m->a, E_UNSUPPORTED, S("Content-Transfer-Encoding"));
		}
	}
	if (!m->part.name.p) return syntax(m, "Content-Disposition");
	m->part.max = m->part.filename.p ? m->max.file : m->max.field;
	m->part_bytes = 0;
	return m->on.begin(m->on.arg, &m->part);
}

static struct err *data(struct multipart *m, size_t n)
{
	if (!n) return NULL;
	m->part_bytes += n;
	if (m->part_bytes > m->part.max)
		return err_field(m->a, E_TOO_BIG, m->part.name, str_fmt(m->a, "%zu B", m->part.max));
	return m->on.data(m->on.arg, (struct str){m->window, n});
}

static void drop(struct multipart *m, size_t n)
{
	m->n -= n;
	memmove(m->window, m->window + n, m->n);
}

// One step over the window; *more = false when only further input helps.
static struct err *step(struct multipart *m, bool *more)
{
	struct str w = {m->window, m->n};
	struct err *e = NULL;
	*more = true;
	switch (m->where) {
	case PREAMBLE:
	case DATA: {
		ptrdiff_t at = str_find(w, m->delimiter);
		size_t keep = m->delimiter.n - 1, n = at >= 0 ? (size_t)at : w.n > keep ? w.n - keep : 0;
		if (m->where == DATA) e = data(m, n);
		if (e) return e;
		*more = at >= 0;
		drop(m, at >= 0 ? n + m->delimiter.n : n);
		if (at < 0) return NULL;
		if (m->where == DATA) e = m->on.end(m->on.arg);
		m->where = BOUNDARY;
		return e;
	}
	case BOUNDARY: {
		size_t i = 0;
		if (w.n >= 2 && w.p[0] == '-' && w.p[1] == '-') {
			m->where = EPILOGUE;
			return NULL;
		}
		while (i < w.n && (w.p[i] == ' ' || w.p[i] == '\t')) i++;
		if (i + 2 > w.n && i < 100 && (i == w.n || w.p[i] == '\r' || w.p[i] == '-')) {
			*more = false;
			return NULL;
		}
		if (i >= 100 || w.p[i] != '\r' || w.p[i + 1] != '\n') return syntax(m, "boundary");
		if (++m->parts > m->max.parts)
			return err_arg(m->a, E_BUDGET, str_fmt(m->a, "multipart, %u", m->max.parts));
		drop(m, i + 2);
		m->where = HEAD;
		return NULL;
	}
	case HEAD: {
		ptrdiff_t at = str_find(w, S("\r\n\r\n"));
		if (at < 0 && w.n < HEADERS) {
			*more = false;
			return NULL;
		}
		if (at < 0 || at > HEADERS) return syntax(m, "header");
		e = headers(m, str_part(w, 0, (size_t)at));
		drop(m, (size_t)at + 4);
		m->where = DATA;
		return e;
	}
	default:
		m->n = 0;
		*more = false;
		return NULL;
	}
}

struct err *multipart_feed(struct multipart *m, struct str bytes)
{
	if (m->err) return m->err;
	m->total += bytes.n;
	if (m->total > m->max.total)
		return m->err = err_arg(m->a, E_TOO_BIG, str_fmt(m->a, "%zu B", m->max.total));
	while (bytes.n) {
		size_t room = WINDOW - m->n, n = bytes.n < room ? bytes.n : room;
		memcpy(m->window + m->n, bytes.p, n);
		m->n += n;
		bytes = str_from(bytes, n);
		for (bool more = true; more;)
			if ((m->err = step(m, &more))) return m->err;
	}
	return NULL;
}

struct err *multipart_end(struct multipart *m)
{
	if (m->err) return m->err;
	if (m->where != EPILOGUE) m->err = syntax(m, "closing boundary");
	return m->err;
}
