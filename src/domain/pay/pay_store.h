// pay_store.h — rows of payment orders; only this folder includes it.
#pragma once
#include "domain/pay/pay.h"

extern const char pay_store_select[];                 // what `tongban journal verify` compares
void pay_store_insert(struct plan *, const struct pay_order *);
must_use struct err *pay_store_read(struct plan *, int64_t id, struct pay_order *out, bool *found);
must_use struct err *pay_store_of_case(struct plan *, int64_t case_id, struct pay_order **out, size_t *n);
void pay_store_state(struct plan *, const struct pay_order *, struct str state, struct str gateway_no);
void pay_store_refund(struct plan *, const struct pay_order *);
void pay_store_refunded(struct plan *, const struct pay_order *);
void pay_store_matched(struct plan *, int64_t order, day_t);
must_use struct err *pay_store_unmatched(struct plan *, int64_t from_ms, int64_t until_ms, struct pay_order **out, size_t *n);
// Whether anything was paid, here or at the gateway, between the instants; and whether the day was compared.
must_use struct err *pay_store_last_day(struct plan *, day_t *out);                                           // that was compared; 0: none yet
must_use struct err *pay_store_first_ms(struct plan *, int64_t from_ms, int64_t until_ms, int64_t *out);      // of what was paid, here or at the gateway; 0: nothing
void pay_store_day(struct plan *, day_t, const struct pay_balance *);
must_use struct err *pay_store_days(struct plan *, uint32_t limit, struct pay_day **out, size_t *n);
void pay_store_difference(struct plan *, day_t, const char *kind, int64_t order, struct str gateway_no, int64_t fen);
must_use struct err *pay_store_differences(struct plan *, bool open, int64_t before, uint32_t limit, struct pay_difference **out, size_t *n);
must_use struct err *pay_store_difference_read(struct plan *, int64_t id, struct pay_difference *out, bool *found);
void pay_store_settle(struct plan *, const struct pay_difference *, struct str note);
void pay_store_entry(struct plan *, struct str kind, int64_t order, int64_t fen, struct str gateway_no);
struct entry { struct str kind, gateway_no; int64_t order, amount_fen; };
must_use struct err *pay_store_entries(struct plan *, int64_t from_ms, int64_t until_ms, struct entry **out, size_t *n);

// pay.c, for balance.c
must_use struct err *pay_trail(struct plan *, const struct pay_order *);
must_use struct err *pay_take_late(struct plan *, struct pay_order *, struct str gateway_no);
must_use struct err *pay_given_back(struct plan *, struct pay_order *, struct str refund_no);
