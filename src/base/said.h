// said.h — the Chinese for what the engines say in English.
//
// Owns    the pairs of said.def.
// Memory  in the arena passed first.
// Holds   (1) E_BUDGET and E_FEEL_VALUE carry the English in arg[0] and, by err.c, its Chinese in arg[1]; (2) a text that is in no row comes back as it is. test/unit/base/said.c reads the engines' sources and finds a row
//         for every sentence they can say.
#pragma once
#include "base/str.h"

struct str said_zh(struct arena *, struct str english);
