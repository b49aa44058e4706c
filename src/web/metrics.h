// metrics.h — what /metrics says.
#pragma once
#include "web/page.h"

void metrics_text(struct buf *, const struct web *);
