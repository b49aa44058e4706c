// daybar.h — working-day bars of a bundle's items, as SVG: what was used, the promise, now.
//
// Needs   the calendar of the case's catalogue version. Weekends and holidays are not drawn.
// Memory  the call's arena. Classes only; the style sheet gives the colours.
#pragma once
#include "domain/case/case.h"
#include "op/op.h"

struct daybar { day_t day[13]; size_t n; };          // the working days shown, from the bundle's acceptance
bool daybar_begin(struct op_call *, const struct kase *bundle, struct daybar *out);   // false: no clock runs
struct str daybar_axis(struct op_call *, const struct daybar *);
struct str daybar_row(struct op_call *, const struct daybar *, const struct kase *);
struct str daybar_words(struct op_call *, const struct cases *);                    // the same for who cannot see it
