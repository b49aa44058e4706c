// pay_store.h — rows of payment orders; only pay.c includes this.
#pragma once
#include "domain/pay/pay.h"

extern const char pay_store_select[];                 // what `tongban journal verify` compares
void pay_store_insert(struct plan *, const struct pay_order *);
must_use struct err *pay_store_read(struct plan *, int64_t id, struct pay_order *out, bool *found);
must_use struct err *pay_store_of_case(struct plan *, int64_t case_id, struct pay_order **out, size_t *n);
void pay_store_state(struct plan *, const struct pay_order *, struct str state, struct str gateway_no);
