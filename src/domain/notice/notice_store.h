// notice_store.h — rows of papers and messages; only notice.c includes this.
#pragma once
#include "domain/notice/notice.h"

extern const char notice_store_paper_select[];                 // what `tongban journal verify` compares
struct paper_full { struct paper_row row; struct str body, office; };
void notice_store_paper(struct plan *, int64_t home, const struct paper_full *, struct str digest);
must_use struct err *notice_store_papers(struct plan *, int64_t case_id, struct paper_full **out, size_t *n);
must_use struct err *notice_store_paper_read(struct plan *, int64_t id, struct paper_full *out, bool *found);
must_use struct err *notice_store_verify(struct plan *, struct str verify, struct paper_full *out, bool *found);
void notice_store_message(struct plan *, int64_t home, int64_t id, int64_t party, struct str code, struct str title, struct str text);
