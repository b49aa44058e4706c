// yaml_patch.h — changing one value of a YAML file and leaving everything else as it was written.
//
// Owns    nothing.
// Errors  E_SYNTAX and the like of yaml_parse when the text (or what would come of it) cannot be read;
//         E_PATCH_FORM, with the path, for a value written in a way that is not understood here.
// Holds   (1) comments, order, spelling and line breaks outside the changed value stay byte for byte;
//         (2) the result is read again and compared: every other value is as before, else E_PATCH_FORM.
#pragma once
#include "codec/yaml.h"

struct yaml_edit {
	struct str path;                 // "promised.n"; lists by number: "faq.0.q.zh"
	struct str value;                // as text; empty: a member of the file's own map goes, any other becomes ""
	bool plain;                      // a number or true, false: written without quotes
	bool section;                    // path is a key of the file's own map, value its lines as written, key included
};
must_use struct err *yaml_patch(struct arena *, struct str file, struct str text, const struct yaml_edit *, size_t n, struct str *out);
// The lines of one member of the file's own map, as written; empty when absent.
must_use struct err *yaml_section(struct arena *, struct str file, struct str text, struct str key, struct str *out);
