// seek.h — searches without a result, for the catalogue's keepers; personal lists carried to a window.
//
// Owns    tables search_missed, carried_list.
// Holds   (1) nothing of a person is kept: runs of five digits and more go, what is left is cut to 40
//         characters, and nothing tells who asked (个人信息保护法 6: the least that is needed);
//         (2) a day keeps at most MISSED_A_DAY different texts; (3) a list is open for CARRIED_DAYS.
#pragma once
#include "domain/domain.h"

enum { MISSED_A_DAY = 2000, CARRIED_DAYS = 30, MISSED_KEPT_DAYS = 400 };

struct str seek_plain(struct arena *, struct str typed);         // as it may be kept; empty: not at all
must_use struct err *seek_missed_add(struct plan *, struct str plain, bool *kept);
struct missed { struct str text; int64_t count, last_day; };
must_use struct err *seek_missed(struct plan *, day_t since, uint32_t limit, struct missed **out, size_t *n);   // most asked first
must_use struct err *seek_carry(struct plan *, struct str what, struct str answers, struct str *code);
must_use struct err *seek_carried(struct plan *, struct str code, struct str *what, struct str *answers, bool *found);
void seek_sweep(struct plan *);
