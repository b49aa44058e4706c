// notice_store.h — rows of papers and messages; only notice.c and message.c include this.
#pragma once
#include "domain/notice/notice.h"

extern const char notice_store_paper_select[];                 // what `tongban journal verify` compares
struct paper_full { struct paper_row row; struct str body, office; };
void notice_store_paper(struct plan *, int64_t home, const struct paper_full *, struct str digest);
must_use struct err *notice_store_papers(struct plan *, int64_t case_id, struct paper_full **out, size_t *n);
must_use struct err *notice_store_paper_read(struct plan *, int64_t id, struct paper_full *out, bool *found);
must_use struct err *notice_store_verify(struct plan *, struct str verify, struct paper_full *out, bool *found);
void notice_store_message(struct plan *, const struct message *, int64_t party, struct str document);
must_use struct err *notice_store_messages(struct plan *, int64_t party, bool unread, int64_t before, uint32_t limit, struct message **out, size_t *n);
must_use struct err *notice_store_message_read(struct plan *, int64_t party, int64_t id, struct message *out, bool *found);
must_use struct err *notice_store_unread(struct plan *, int64_t party, uint32_t most, int64_t *out);
void notice_store_seen(struct plan *, int64_t id);
