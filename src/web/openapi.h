// openapi.h — the API described from the operation table (OpenAPI 3.1).
#pragma once
#include "domain/domain.h"
#include "op/op.h"

struct json *openapi_json(struct arena *, const struct catalogue *);
