// mask.h — personal values as a screen may show them. What is hidden is never in the result, only its length at most.
#pragma once
#include "base/str.h"

struct str mask_name(struct arena *, struct str);       // 张三 -> 张*, 张三丰 -> 张**; one character -> *
struct str mask_id(struct arena *, struct str);         // 3502***********239; under 12 places: E*******8
struct str mask_phone(struct arena *, struct str);      // 138****5678; shorter numbers keep the last two
struct str mask_bank(struct arena *, struct str);       // the last four
