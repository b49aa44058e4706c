// show.h — pieces of replies that several operations share, in the shapes of web/VIEWS.md.
#pragma once
#include "domain/case/case.h"
#include "domain/cert/cert.h"
#include "domain/notice/notice.h"
#include "domain/party/party.h"
#include "domain/pay/pay.h"
#include "domain/post/post.h"
#include "domain/review/rectify.h"
#include "domain/review/review.h"
#include "domain/trail.h"
#include "op/op.h"
#include "op_table.h"

// Adding to objects; an empty text, NULL or 0 id is left out.
void put_text(struct op_call *, struct json *, const char *key, struct str);
void put_words(struct op_call *, struct json *, const char *key, struct words);
void put_int(struct op_call *, struct json *, const char *key, int64_t);
void put_id(struct op_call *, struct json *, const char *key, int64_t);
void put_bool(struct op_call *, struct json *, const char *key, bool);
void put_json(struct op_call *, struct json *, const char *key, struct json *);
void put_day(struct op_call *, struct json *, const char *key, day_t);      // INT32_MAX and 0 left out
void put_ms(struct op_call *, struct json *, const char *key, int64_t);
struct json *put_obj(struct op_call *, struct json *, const char *key);
struct json *put_list(struct op_call *, struct json *, const char *key);
struct json *list_obj(struct op_call *, struct json *list);
void put_link(struct op_call *, struct json *, const char *key, struct str label, struct str href);
struct str tr(struct op_call *, const char *zh, const char *en);
struct str day_text(struct op_call *, day_t);                               // 11月24日 / 24 Nov
struct str words(struct op_call *, struct words);

void put_limit(struct op_call *, struct json *, const char *key, struct limit);     // {n, unit}
// The cases of the first n tasks of a page.
must_use struct err *show_listed(struct op_call *, const struct task_page *, size_t n, struct listed **out);
void put_light(struct op_call *, struct json *, const char *key, const struct kase *);
struct str document_type_words(struct op_call *, struct str code);          // the code itself when it is none of ids_types
struct str matter_name(struct op_call *, const struct kase *);
struct str matter_short(struct op_call *, struct matter);
void put_name_parts(struct op_call *, struct json *, const char *key, struct matter);
struct str case_href(struct op_call *, const struct kase *);
struct str state_sentence(struct op_call *, const struct kase *);

struct str show_value(struct op_call *, const struct element *, struct str text);   // option in words, with its unit
struct json *show_field(struct op_call *, const struct kase *, const struct form_field *, const struct value *, struct str error);
struct json *show_material(struct op_call *, const struct kase *, const struct held *, int64_t number);
// Sections of a summary; only subjects that the viewer may see (role empty: all). change: link 修改.
struct json *show_sections(struct op_call *, const struct kase *, const struct form *, const struct values *, struct str role, bool change, bool clear);
// "name" of an order, which keeps its fee's Chinese name: in English by the fee of the item it is for; "chinese" where there is none.
void put_fee_name(struct op_call *, struct json *, const struct item *, struct str title);
struct json *show_papers(struct op_call *, const struct kase *);
// "machine" of a case page: what a table decided, why, and the way to a person.
must_use struct err *show_machine(struct op_call *, const struct kase *, struct json *out);
must_use struct err *show_sources(struct op_call *, struct kase *, struct json *out);       // "sources": other offices asked
void show_will_ask(struct op_call *, const struct kase *, const struct holding *, struct json *out);    // "asks", before submission
struct json *show_trail(struct op_call *, const struct kase *, const struct cases *children);
struct json *show_steps(struct op_call *, const struct kase *, const struct cases *children, int64_t *now);
struct json *show_branches(struct op_call *, const struct kase *, const struct cases *children, bool staff);
struct json *show_answers(struct op_call *, const struct catalogue *, const struct matter *, const struct json *answers);
// "home_count:first,co_owned:single" — answers as they travel in addresses.
must_use struct err *show_answers_read(struct op_call *, struct str text, struct json **out);
// A guide by the plan's catalogue, into the reply; the row has the inputs what and answers.
must_use struct err *show_guide(struct op_call *);
// The matter somebody asks for in an area (code; empty: the city): its form there and what rules it (area.c).
must_use struct err *show_matter_in(struct op_call *, struct str what, struct str area, struct matter *out, const struct regime **regime);
// "areas" to choose from and "area", what differs there and why; nothing when no area does it differently.
void show_areas(struct op_call *, struct json *o, struct matter, const struct regime *);
must_use struct err *show_outline(struct op_call *, const struct flow_instance *, enum flow_reader, struct json *list);      // the diagram in words
must_use struct err *show_picks(struct op_call *, const struct task *, struct json *o);   // "picks" of a task at which somebody chooses (ops_pick.c)
struct json *svg_value(struct op_call *, struct str svg);
// Reasons of a bad rating: code, Chinese, English.
extern const char *const rating_tags[5][3];
must_use struct err *show_rectification(struct op_call *, const struct kase *, struct json *o);   // ops_rectify.c
