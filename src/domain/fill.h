// fill.h — {{name}} in a template of the catalogue becomes the fact of that name. Papers, messages and certificates
// are plain text, so there is no markup to escape: what shows one escapes it like any other text.
// Holds   (1) a fact that is not given never leaves a hole: it shows as ——. The checker refuses a template whose
//         name nothing could ever give (paper-name).
#pragma once
#include "base/day.h"
#include "codec/json.h"

struct str template_day(struct arena *, day_t, bool english);           // 2026年11月24日 / 24 Nov 2026
struct str template_fill(struct arena *, struct str text, const struct json *facts);
