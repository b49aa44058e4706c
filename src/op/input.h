// input.h — typing of input by the row; op.c and the tests of the table use it.
#pragma once
#include "op/op.h"

// *out has only declared fields in their types; otherwise the list of all that is wrong.
must_use struct err *op_input(struct arena *, const struct op_field *, uint32_t n, const struct json *in, bool english,
	struct json **out);
