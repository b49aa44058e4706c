// tpl.h — templates: text with {{ values }} and {% tags %}, compiled to checked bytecode.
//
// Owns    nothing; a program lives in the arena it was compiled in and is read-only afterwards, so
//         any number of threads may render it at once.
// Needs   base, codec/json.
// Memory  rendering allocates only in the arena of the output buffer.
// Errors  compile: a list of E_SYNTAX / E_BUDGET with file, line and column, one per mistake.
//         render: E_BUDGET when the output or the steps exceed their budget.
// Holds   (1) every value is escaped for the place it stands in, decided by the compiler;
//         (2) a compiled HTML template has no unquoted attribute, no on*=, no style=, no inline
//             script or style, no unclosed element, no id twice, no img without alt, no label without for;
//         (3) with a shape, no template asks for a field that the shape lacks;
//         (4) the only unescaped output is {{ x | svg }}, where x is {"$svg": text} that C made.
//
// Syntax
//   {{ a.b }}  {{ x | date }}  {{ x | default:"—" }}          {# comment #}
//   {% for m in list %}…{% else %}…{% end %}                   loop.index (from 1), loop.first, loop.last
//   {% if a and not (b.c == "x" or n > 2) %}…{% elif … %}…{% else %}…{% end %}
//   {% include "field" field=f kind="x" label=t "form.name" %}  a part names what it takes:
//   {% params field kind="text" %}                             with defaults; the rest of the view is visible too
//   {% t "key" name=value %}                                   a translated sentence with {name} in it
//   {% layout "public" %} {% block main %}…{% end %}           {% asset "public.css" %}
// Filters: date day moment time datetime stamp md money yuan left left_short casenumber filesize
//   dayspan unit count join default word svg. Instants are UTC milliseconds or RFC 3339 text, days
//   are 2026-11-05, money is integer fen, left takes {days, hours, over}, dayspan takes {n, unit} or
//   a number of working days; word:"prefix." looks prefix+value up in the translations.
#pragma once
#include "codec/json.h"

struct tpl;
struct tpl_words;

// Gives the text of an included part or layout; file is what errors show. False = there is none.
struct tpl_loader {
	void *ctx;
	bool (*load)(void *ctx, struct arena *, struct str name, struct str *text, struct str *file);
	// The address of an asset ("public.css" -> "/a/public.3f2a….css"); NULL when there are none.
	bool (*asset)(void *ctx, struct arena *, struct str name, struct str *path);
};

// What a view may hold, to check paths against. A shape is JSON: an object's members are the
// fields, an array has one element (the shape of each), a string is a leaf whose text is its type:
// "text", "number", "bool", "any" or "one of a, b, c". tpl_shapes reads them from VIEWS.md.
struct tpl_options {
	const struct tpl_loader *loader;    // NULL: no include, layout or asset
	const struct json *shape;           // NULL: paths are not checked
	const struct tpl_words *words;      // NULL: keys are not checked; else every t and word must be there
	const struct tpl_words *also;       // a second language whose keys must be complete too (public pages)
	bool plain;                         // plain text (messages): no HTML rules and no escaping
};

must_use struct err *tpl_compile(struct arena *, struct str name, struct str file, struct str text,
	const struct tpl_options *, struct tpl **out);

struct tpl_env {
	const struct tpl_words *words;      // of the page's language
	const struct tpl_words *fallback;   // when a key is missing there; may be NULL
	bool english;                       // how dates, money and spans are written
	int64_t now_ms;                     // so that this year's dates leave the year out
	size_t max_bytes;                   // 0 = 4 MB
};

must_use struct err *tpl_render(const struct tpl *, const struct json *view, const struct tpl_env *, struct buf *out);
// Only what stands inside {% block name %}; false when there is no such block outside loops.
bool tpl_has_block(const struct tpl *, struct str name);
must_use struct err *tpl_render_block(const struct tpl *, struct str name, const struct json *view,
	const struct tpl_env *, struct buf *out);
size_t tpl_ops(const struct tpl *);     // how long the program is

// Translations: lines "key<TAB>sentence"; # comments and empty lines are left out; \n is a line break.
must_use struct err *tpl_words_parse(struct arena *, struct str file, struct str text, struct tpl_words **out);
bool tpl_word(const struct tpl_words *, struct str key, struct str *out);
size_t tpl_words_count(const struct tpl_words *);
struct str tpl_words_key(const struct tpl_words *, size_t i);

// Reads VIEWS.md: "## type x" and "## page x" with tables | `field` | type | meaning |. The result
// is an object page name -> shape. A field a.b[].c makes its parents.
must_use struct err *tpl_shapes(struct arena *, struct str file, struct str text, struct json **out);
