// xml.h — XML as an arena tree with namespaces resolved: models, metadata, layout documents.
//
// Owns    nothing; the tree and all its text live in the arena.
// Errors  E_XML with line and column, E_UTF8, E_TOO_DEEP, E_TOO_BIG, E_BUDGET,
//         E_NOT_ALLOWED_HERE (a DOCTYPE: so there are no entities of one's own, no bombs, no external files).
//         E_TOO_DEEP and E_BUDGET carry in field the id of the element they happened at, else of the nearest around it.
// Holds   (1) children, text included, keep their order; (2) neighbouring text and CDATA are one
//         node, text is never lost, not even white space; (3) comments and processing instructions
//         are dropped; (4) input is UTF-8 or UTF-16 with a byte order mark, the tree is UTF-8;
//         (5) an attribute without prefix has no namespace (ns empty).
#pragma once
#include "base/err.h"

struct xml_attr { struct str ns, name, prefix, value; };             // xmlns declarations are no attributes

struct xml {
	struct str ns, name, prefix;   // of an element: namespace URI, local name, prefix as written
	struct str text;               // of a text node, then name.p == NULL
	struct xml_attr *attr;
	struct xml_attr *decl;         // xmlns declarations written here: name = prefix, value = URI
	struct xml *parent, *first, *last, *next;
	uint32_t attrs, decls, line, col;     // line and column (code points) of '<', from 1
};

struct xml_limits { size_t bytes; uint32_t depth, nodes; };          // 0 = default: 4 MB, 100, 200,000
must_use struct err *xml_parse(struct arena *, struct str text, struct xml_limits, struct xml **root);

// Reading. All take NULL for an absent element. ns and name are compared exactly; XML_ANY as ns fits every one.
#define XML_ANY ((struct str){(const char *)0, 0})
bool xml_is_text(const struct xml *);
bool xml_is(const struct xml *, struct str ns, struct str name);
struct xml *xml_child(const struct xml *, struct str ns, struct str name);        // first such child element
struct xml *xml_next(const struct xml *, struct str ns, struct str name);         // next such sibling
struct xml *xml_first_element(const struct xml *);   // first child that is no text
struct xml *xml_next_element(const struct xml *);
struct str xml_attr(const struct xml *, struct str name);   // without namespace; p == NULL if absent
struct str xml_attr_ns(const struct xml *, struct str ns, struct str name);
struct str xml_text(struct arena *, const struct xml *);                          // all text below, in order
struct str xml_child_text(struct arena *, const struct xml *, struct str ns, struct str name);   // trimmed, p == NULL if absent

// Building and writing. Bytes of names and values are not copied. Namespaces are declared where
// they first appear, under the prefix of the node; an empty prefix is the default namespace.
struct xml *xml_new(struct arena *, struct str ns, struct str prefix, struct str name);
struct xml *xml_add(struct arena *, struct xml *parent, struct str name);   // child in the parent's namespace
void xml_append(struct xml *parent, struct xml *child);
void xml_put(struct arena *, struct xml *, struct str name, struct str value);   // replaces an equal attribute
void xml_put_ns(struct arena *, struct xml *, struct str ns, struct str prefix, struct str name, struct str value);
void xml_put_text(struct arena *, struct xml *, struct str);                      // appends a text node
void xml_print(struct buf *, const struct xml *);   // as it is, no white space added, with declaration
void xml_print_pretty(struct buf *, const struct xml *);          // indents elements that hold no text
void xml_escape(struct buf *, struct str, bool attribute);        // characters XML 1.0 forbids become U+FFFD
