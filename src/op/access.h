// access.h — scopes: what the caller is to an object.
#pragma once
#include "op/op.h"

// Whether staff of `unit` work for cases whose home is `home`: their own, one below, or, for an
// integrated window, those of its division.
bool unit_covers(const struct catalogue *, int64_t unit, int64_t home);
