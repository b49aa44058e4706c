// catalogue.h — one published version of everything a city offers, immutable and looked up by code.
//
// Owns    the model of a city's files: divisions, offices, data elements, subjects, certificate
//         types, materials, items 事项, bundles 一件事, papers, messages, rules, settings.
// Needs   codec/yaml, feel, dmn, domain/calendar. Reads files only through the folder it is given.
// Memory  a catalogue owns its arena; everything reached from it lives as long as a reference is
//         held (catalogue_ref/unref, atomic). A running case keeps its own version.
// Time    nothing here reads a clock; days and instants are arguments.
// Errors  E_IO when the folder cannot be read; everything wrong *in* the files is a finding
//         (finding.h), so that one run tells all of it.
// Holds   (1) a catalogue loaded without error findings has no dangling reference: pointers
//         between its rows are never NULL where the comment does not say so; (2) codes are
//         unique within their kind; (3) the bundle's items are in an order in which every item
//         stands behind those it comes after; (4) the hash names the content: equal files, equal hash.
//
// Codes that conditions may name (questions, subjects, elements, items) match [a-z][a-z0-9_]*.
// A condition (FEEL) sees: each answer under its question's code (text, or null when open); each
// subject as a context of its elements (buyer.name); `outcome.<item>` ("granted", "refused",
// "withdrawn", "skipped") inside bundles. Anything absent is null.
#pragma once
#include "base/day.h"
#include "base/dec.h"
#include "codec/json.h"
#include "domain/calendar/calendar.h"
#include "domain/catalogue/finding.h"

// ---- texts -------------------------------------------------------------------------------------
struct words { struct str zh, en; };                     // en may be empty; pages then say so and show zh
static inline struct str words_in(struct words w, bool english)
{
	return english && w.en.n ? w.en : w.zh;
}
struct origin { struct str file; uint32_t line, zero; }; // where a row was written; zero: else a hole, in which anything stands
struct feel_scope;
struct dmn_model;
struct condition {
	struct str text;                                     // empty = always
	uint32_t program;                                    // in the catalogue's programs, from 1; 0 = always, or never when there is a text
	uint32_t line;
};

// ---- the city, its divisions and offices ---------------------------------------------------------
struct division {
	struct str code;                                     // 359900, 359902, 359902001
	struct words name;
	const struct division *parent;                       // NULL for the city
	day_t from, until;                                   // INT32_MAX = still
	struct origin at;
};
struct office {
	struct str code;                                     // housing, tax
	struct words name, short_name;
	struct str uscc, phone, complaint_phone, address;    // phone ≠ complaint phone
	const struct division *division;
	const struct office *parent;                         // NULL at the top
	int32_t home;                                        // surrogate of the operating unit, never reused
	bool window;                                         // receives at an integrated window (收件)
	bool agency;                                         // an organ that may decide; false: public utility etc.
	struct origin at;
};
struct role {
	struct str code;                                     // window_clerk, approver, …
	struct words name, summary;
	struct origin at;
};

// ---- data elements, subjects ---------------------------------------------------------------------
enum element_type { EL_TEXT, EL_NAME, EL_ID, EL_USCC, EL_PHONE, EL_DATE, EL_MONEY, EL_NUMBER, EL_AREA,
	EL_ADDRESS, EL_CHOICE, EL_BOOLEAN };
enum sensitivity { SENS_NONE, SENS_IDENTITY, SENS_PHONE, SENS_BANK, SENS_NAME, SENS_ADDRESS };   // how it is masked and stored
struct option { struct str code; struct words text; };
struct element {
	struct str code;                                     // name, id_number, deal_price
	struct words name, hint, example;
	struct str question_zh, question_en;                 // the label as a question, or empty
	enum element_type type;
	enum sensitivity sensitivity;
	struct words unit;                                   // 元, 平方米
	uint32_t max_chars;                                  // 0 = 200
	uint32_t min_chars;
	struct str pattern;                                  // letters of field_check: 9 digit, A letter, * any; or empty
	bool has_min, has_max;
	dec min, max;
	int32_t scale;                                       // digits behind the point, -1 = any
	bool not_future, not_past;                           // of dates
	struct option *option; uint32_t n_options;
	struct str autocomplete;                             // HTML autocomplete token, or empty
	struct origin at;
};
enum subject_kind { SUBJECT_PERSON, SUBJECT_ENTERPRISE, SUBJECT_PARTY, SUBJECT_THING };
struct subject {
	struct str code;                                     // applicant, buyer, seller, co_owner, house
	struct words name, page;                             // page: subjects with one page title share a page
	enum subject_kind kind;
	struct condition when;                               // the subject exists in this case
	bool many;                                           // may occur several times
	bool numberless;                                     // has no number yet: a newborn, a company to be founded
	struct origin at;
};

// ---- certificates and materials -------------------------------------------------------------------
struct face_field {
	struct str code;                                     // holder
	struct words name;
	const struct element *element;                       // what it fills
	const struct subject *subject;                       // of which subject when issued by an item; NULL = the holder
	struct str value;                                    // FEEL over the case's facts, when issued; or empty
};
struct certificate_type {
	struct str code;                                     // realty
	struct words name, summary;
	const struct office *issuer;
	struct str gb_code;                                  // code of the national list, when there is one
	struct words title;                                  // printed
	struct limit validity; bool for_ever;                // for_ever: no date of expiry
	struct str number_format;                            // 云({year})云帆市不动产权第{serial:7}号
	struct str template;                                 // code of the paper that prints it; may be empty
	struct face_field *field; uint32_t n_fields;
	struct origin at;
};
struct item;
enum material_kind { MAT_CERTIFICATE, MAT_FORM, MAT_OTHER };                       // 1 证件证书证明 2 申请表格文书 3 其他
enum material_need { MAT_REQUIRED, MAT_OPTIONAL, MAT_LATER };                      // 1 必要 2 非必要 3 容缺后补
struct material {
	struct str code;                                     // identity_card
	struct words name, hint;
	enum material_kind kind;
	struct words issuer;                                 // who issues it, in words
	const struct office *issuer_office;                  // may be NULL
	const struct certificate_type *certificate;          // offered from the library instead of an upload; may be NULL
	const struct item *result_of;                        // an item of a bundle whose result replaces it; may be NULL
	bool generated;                                      // made by the system from the form (application form)
	struct str accept;                                   // "pdf jpg png" or empty = all three
	uint32_t max_mb;                                     // 0 = the setting upload_max_mb
	struct words criteria;                               // 受理标准: what the clerk looks at
	struct origin at;
};

// ---- items 事项 ------------------------------------------------------------------------------------
enum item_depth { DEPTH_GUIDE = 1, DEPTH_PRECHECK, DEPTH_ONLINE, DEPTH_WHOLE };    // Ⅰ Ⅱ Ⅲ Ⅳ, GB/T 39554.2
enum item_kind { ITEM_IMMEDIATE = 1, ITEM_PROMISED = 2 };                          // 1 即办件 2 承诺件
enum step_kind { STEP_ACCEPT, STEP_REVIEW, STEP_DECIDE, STEP_MAKE, STEP_DELIVER };  // 受理 审查 决定 制证 送达
struct item_step {
	enum step_kind kind;
	struct words name;
	const struct role *role;
	struct limit limit;
	uint32_t officers;                                   // 2 where the substance is checked on the spot (行政许可法 34)
	uint32_t line;
};
struct item_field {
	const struct element *element;
	const struct subject *subject;
	bool required;
	struct condition when;
	struct words label;                                  // overrides the element's name; or empty
	uint32_t line;
};
struct item_material {
	const struct material *material;
	const struct subject *subject;
	enum material_need need;
	struct condition when;
	uint32_t originals, copies;
	uint32_t line;
};
struct basis {                                           // 设定依据: a law and its clause
	struct str code;
	struct words law, clause, text;
	bool refuse;                                         // may stand under a refusal
	bool approve;
};
struct fee_rule {
	struct words name, standard;                         // 收费项目, 收费标准 in words
	bool fixed; dec amount;                              // yuan
	struct str table;                                    // decision table (rules/<table>.yaml) that computes it; or empty
	struct str result;                                   // output column of that table
	struct str words;                                    // table whose columns zh, en say the tariff of a situation; or empty
	struct words basis;                                  // 收费依据
	bool online;                                         // payable online
	const struct office *payee;
	struct condition when;
	uint32_t line;
};
struct faq { struct words question, answer; };
// 数据共享: what another office keeps and answers about one subject. Who may be asked for what, and on which ground.
enum source_kind { SOURCE_HTTP, SOURCE_SANDBOX };
struct source_fact {
	struct str code;                                     // as rules name it: source.<source>_<subject>.<code>
	const struct element *element;                       // its type, name and sensitivity
};
struct source {
	struct str code;                                     // population
	struct words name, basis;                            // basis: the legal ground of the share
	struct str version;
	const struct office *office;                         // who keeps the record and answers for it
	enum source_kind kind;
	const struct element **query; uint32_t n_query;      // what the question names, of the subject asked about
	struct source_fact *fact; uint32_t n_facts;
	int32_t timeout_ms, attempts;                        // of one try; tries
	int32_t within_s;                                    // from the question to the last moment an answer counts
	int32_t age_h;                                       // how long an answer may be used again; 0 = never
	struct str *record; uint32_t n_records;              // the sandbox's book: {"query": {…}, "facts": {…}}
	struct origin at;
};
struct material;
struct source_use {                                      // what an item asks of a source: these facts and no others
	const struct source *source;
	const struct subject *subject;
	const struct source_fact **fact; uint32_t n_facts;
	const struct material *proves;                       // need not be handed in; its face is these facts; or NULL
	uint32_t line;
};
// 秒批: a table that may grant without a person. By the day of legal receipt; none in force: a person decides.
struct instant_rule { struct str table; day_t from, until; };
struct instant {
	struct instant_rule *rule; uint32_t n_rules;         // none = no instant item
	int32_t sample_percent;                              // of granted cases that a person looks at afterwards
	struct source_use *source; uint32_t n_sources;       // other offices asked before the table is
	uint32_t line;
};
// An enquiry: answered at once from the record of whoever asks, with no case and no approval.
struct item_query {
	const struct certificate_type *answer;               // the signed print-out; NULL: the item is no enquiry
	const struct certificate_type **from; uint32_t n_from;   // certificates read
	bool cases;                                          // the party's cases are read
	bool absence;                                        // a proof that there is nothing (无房证明)
	uint32_t line;
};
struct hall;
struct regime;
struct item_place {                                      // where else the item is handled (服务下沉)
	const struct hall *hall;
	const struct office *office;                         // who decides (delegated) or receives there
	bool delegated;                                      // 委托下放: decides in the name of the item's office (行政许可法 24)
	bool reception;                                      // 受理权限前移: only receives; the item's office decides
	struct words notice;                                 // where the delegation was announced
	uint32_t line;
};
struct produced {                                        // a value one item hands to the next (结果要素)
	struct str code;                                     // contract_number
	const struct element *element;
	struct words name;
	struct str value;                                    // FEEL over facts, or "serial" formats; empty: entered by the decider
};
struct item {
	struct str code;                                     // realty_transfer
	struct str basic_code, implementation_code, handling_code;   // 12, 31, 33 characters (domain/02 2.2)
	struct words name, summary, result_line;
	struct str type;                                     // 01 … 20, GB/T 39046-2020 annex A.1
	struct str version;
	uint32_t level;                                      // 行使层级 1 … 7
	const struct office *office;
	enum item_kind kind;
	enum item_depth depth;
	uint32_t visits;                                     // 到现场次数
	struct words visit_reason;
	struct limit statutory, promised;
	uint32_t promised_line;
	struct words statutory_basis;
	struct words *condition; uint32_t n_conditions;      // 受理条件
	struct item_step *step; uint32_t n_steps;
	struct item_field *field; uint32_t n_fields;
	struct item_material *material; uint32_t n_materials;
	const struct certificate_type *certificate;          // issued on a grant; NULL: the result is a paper or a record
	const struct certificate_type *ends;                 // the applicant's own that a grant ends: replaced by the new one, else cancelled
	struct words result_paper;
	struct str paper;                                    // template of that paper; may be empty
	struct fee_rule *fee; uint32_t n_fees;               // none = free
	bool deliver_window, deliver_mail, deliver_online;
	struct str process;                                  // "approval" (generic) or a BPMN file under process/
	struct json *process_parameters;                     // may be NULL
	struct str decision;                                 // decision table run as machine check before review; or empty
	struct item_query query;                             // no case at all: answered from the record
	struct instant instant;                              // decided by a table alone where nothing is unknown
	struct produced *produces; uint32_t n_produces;
	struct str *consumes; uint32_t n_consumes;           // codes produced by an item before it in the bundle
	struct basis *basis; uint32_t n_basis;
	struct faq *faq; uint32_t n_faq;
	struct item_place *place_of; uint32_t n_places;
	bool for_person, for_enterprise, for_visitor;
	struct str *audience; uint32_t n_audience;           // 服务对象 1 … 6
	struct str *theme; uint32_t n_themes;
	struct str *synonym; uint32_t n_synonyms;
	struct words place, hours;                           // 办理地点 (down to the window), 办理时间
	struct str phone, complaint_phone;
	bool single;                                         // may be applied for by itself, outside a bundle
	bool sample;                                         // values the sources do not give: labelled as sample
	struct words sample_note;
	day_t from, until;
	const struct item *base;                             // of an area's form of an item: the city's; else NULL
	const struct regime *regime;                         // and what changes it there
	struct origin at;
};

// Versions may each have a row of what is one item.
static inline bool same_item(const struct item *a, const struct item *b)
{
	return a == b || (a && b && str_eq(a->code, b->code));
}

// ---- bundles 一件事 --------------------------------------------------------------------------------
struct question {
	struct str code;                                     // mortgage
	struct words text, hint;
	struct option *option; uint32_t n_options;           // the answer is an option's code
	struct condition when;                               // asked only then
	struct words why;                                    // what the answer changes
	struct origin at;
};
struct bundle_item {
	const struct item *item;
	const struct item **after; uint32_t n_after;         // predecessors within this bundle
	struct condition when;                               // belongs to the case only then
	uint32_t line;
};
struct signatory {
	struct str role;                                     // buyer, seller, co_owner
	struct words name;
	const struct subject *subject;
	struct condition when;
	struct limit confirm_within;                         // expiry returns the application to draft
	bool at_window;                                      // may confirm at a window
	uint32_t line;
};
struct baseline { int32_t papers, trips, days; };        // of the items taken singly
struct bundle {
	struct str code;                                     // second_hand_home
	struct words name, summary, result_line;
	const struct office *lead;
	struct limit promised;
	uint32_t promised_line;
	struct bundle_item *item; uint32_t n_items;          // topological order
	struct question *question; uint32_t n_questions;
	struct signatory *signatory; uint32_t n_signatories;
	const struct subject *applicant;                     // the subject the signed-in party is
	struct baseline singly;                              // days and trips: the sum of the items; papers counted from them
	uint32_t visits;
	struct str days_table, days_result;                  // decision table that gives the promise of a situation; or empty
	struct words place, hours;
	struct str phone, complaint_phone;
	struct faq *faq; uint32_t n_faq;
	struct str *theme; uint32_t n_themes;
	struct str *synonym; uint32_t n_synonyms;
	bool for_person, for_enterprise, for_visitor;
	bool recurring;                                      // reported again and again: the last answers are offered
	bool sample; struct words sample_note;
	const struct bundle *base;                           // of an area's form of a bundle: the city's; else NULL
	const struct regime *regime;
	struct origin at;
};

// ---- areas: regimes that are overlays 片区政策 (overlay.c) -----------------------------------------
// A regime drops an item, turns it into a filing or a commitment, or eases it, for applicants in an area
// (开发区, 自贸片区; 证照分离). Its file says only what differs; the whole item is made from it and the
// city's by the loader, has the code <item>__<area> and stands behind the city's own rows.
struct area {
	struct str code;                                     // port_zone
	struct words name, short_name, where, basis;         // where: who is in it, as applicants understand it
	const struct division *division;
	struct origin at;
};
enum measure { MEASURE_DROP, MEASURE_FILING, MEASURE_COMMITMENT, MEASURE_EASE };   // 直接取消 改为备案 告知承诺 优化服务
struct regime {
	const struct area *area;
	enum measure measure;
	const struct item *item, *made;                      // the city's and the area's; made is NULL when dropped
	const struct bundle *bundle, *made_bundle;           // or of a bundle; both NULL for an item
	struct words why, basis;
	struct origin at;
};
struct words measure_name(enum measure);

// ---- papers, messages, rules, settings, halls -------------------------------------------------------
struct paper {                                           // plain text with {{facts}}, filled in by notice.c
	struct str code;                                     // receipt, acceptance_notice, refusal, message_invite …
	bool message;                                        // a message (title and text) or a printed paper
	struct words name, title, body;
	struct origin at;
};
struct rule_table {                                      // a sheet under rules/
	struct str code;
	struct words name;
	const struct dmn_model *model;                       // compiled; NULL when it had errors
	struct str decision;                                 // name of the decision inside
	struct str text;                                     // the file as written: part of the version
	struct origin at;
};
struct process_file {                                    // an item's own process: process/<name>
	struct str code;                                     // special.bpmn
	struct str text;
	struct origin at;
};
struct setting { struct str code, value; struct words text; struct origin at; };
struct hall {
	struct str code;
	struct words name, address, hours;
	struct str phone;
	const struct division *division;
	struct str *window; uint32_t n_windows;
	struct origin at;
};
struct synonym { struct str *word; uint32_t n; };        // one set: all mean the same to the search

struct catalogue_file { struct str path; uint8_t digest[32]; };      // SM3 of a file of the folder

struct catalogue {
	struct arena *a;                                     // rows and texts; NULL when they are mapped
	_Atomic int32_t refs;
	struct str hash;                                     // 64 hex digits of SM3: the version
	int64_t published_at_ms;                             // 0 until published
	struct catalogue_file *file; uint32_t n_files;       // by path: what the hash is made of
	struct words name, platform;                         // 云帆市, 云帆市政务服务网
	struct str division_code;                            // 359900
	struct calendar *calendar;
	struct office_hours hours;
	struct light_rule lights;
	struct division *division; uint32_t n_divisions;
	struct office *office; uint32_t n_offices;
	struct role *role; uint32_t n_roles;
	struct element *element; uint32_t n_elements;
	struct subject *subject; uint32_t n_subjects;
	struct certificate_type *certificate; uint32_t n_certificates;
	struct material *material; uint32_t n_materials;
	struct item **item; uint32_t n_items;                 // rows are shared by versions that have them alike
	struct bundle *bundle; uint32_t n_bundles;
	uint32_t n_area_items, n_area_bundles;               // made for areas: behind the n_items, n_bundles of the city
	struct area *area; uint32_t n_areas;
	struct regime *regime; uint32_t n_regimes;
	struct question *question; uint32_t n_questions;     // shared questions, by code
	struct paper *paper; uint32_t n_papers;
	struct rule_table *rule; uint32_t n_rules;
	struct process_file *process; uint32_t n_processes;
	struct setting *setting; uint32_t n_settings;
	struct source *source; uint32_t n_sources;
	struct hall *hall; uint32_t n_halls;
	struct synonym *synonym; uint32_t n_synonyms;
	struct words *theme_name; struct str *theme; uint32_t n_themes;
	struct code_index *index;
	struct uses *uses;                                   // who uses what, counted (check_use.c)
	const struct findings *findings;                     // of the checker, when kept with the version (catalogue_findings_keep); or NULL
	struct feel_scope *scope;                            // questions, subjects, outcome: what conditions may name
	struct programs *programs;                           // conditions, compiled when they are first asked (condition.c)
	struct arena *own;                                   // what a compiled form does not hold: this struct, programs, models, scope
	struct catalogue *root, *below;                      // of a version that stands on another: the whole one, and the one it was made from
	struct image *image;                                 // the compiled form this catalogue was mapped from; or NULL
};

// Loads a folder. *out is the catalogue also when findings has errors (for the check command):
// publish only when findings->errors is 0. Returns an error only when the folder cannot be read.
must_use struct err *catalogue_load(struct str dir, struct findings *, struct catalogue **out);
extern const char *const catalogue_suffix[];             // of the files that belong to a version
// The same from files in memory, sorted by path (published records, tests). Never fails: findings tell.
struct folder_file;
struct catalogue *catalogue_of_files(const struct folder_file *, uint32_t n, struct findings *);
// keep: where image_keep can write it down as compiled, when that is to be had.
struct catalogue *catalogue_compile(const struct folder_file *, uint32_t n, bool keep, struct findings *);
must_use struct err *catalogue_compile_folder(struct str dir, bool keep, struct findings *, struct catalogue **out);
// What the hash of a version is made of.
void file_digest(struct str text, uint8_t digest[32]);
struct str files_hash(struct arena *, const struct catalogue_file *, uint32_t n);
struct str folder_hash(struct arena *, const struct folder_file *, uint32_t n);     // of the catalogue these files make
// What the checker said, kept with a version that nobody reads yet.
void catalogue_findings_keep(struct catalogue *, const struct findings *);
struct catalogue *catalogue_ref(struct catalogue *);
void catalogue_unref(struct catalogue *);                // NULL is harmless

// By code; NULL when there is none. An item is also found by its 12-, 31- or 33-character code.
const struct division *catalogue_division(const struct catalogue *, struct str code);
const struct office *catalogue_office(const struct catalogue *, struct str code);
const struct role *catalogue_role(const struct catalogue *, struct str code);
const struct element *catalogue_element(const struct catalogue *, struct str code);
const struct subject *catalogue_subject(const struct catalogue *, struct str code);
const struct certificate_type *catalogue_certificate(const struct catalogue *, struct str code);
const struct material *catalogue_material(const struct catalogue *, struct str code);
const struct item *catalogue_item(const struct catalogue *, struct str code);
const struct bundle *catalogue_bundle(const struct catalogue *, struct str code);
const struct paper *catalogue_paper(const struct catalogue *, struct str code);
const struct rule_table *catalogue_rule(const struct catalogue *, struct str code);
const struct hall *catalogue_hall(const struct catalogue *, struct str code);
const struct source *catalogue_source(const struct catalogue *, struct str code);
struct str catalogue_setting(const struct catalogue *, struct str code);           // empty when absent
int64_t catalogue_setting_int(const struct catalogue *, struct str code, int64_t absent);

const char *element_type_code(enum element_type);
const char *sensitivity_code(enum sensitivity);
const char *step_kind_code(enum step_kind);              // accept review decide make deliver
struct words step_kind_name(enum step_kind);             // 受理 …
struct words item_depth_name(enum item_depth);           // 网上预审
struct words item_depth_text(enum item_depth);           // what it means for the applicant
struct words item_type_name(struct str type);            // 01 → 行政许可 / Administrative licence

// ---- what is applied for: one item, or a bundle -----------------------------------------------------
struct matter { const struct bundle *bundle; const struct item *item; };           // exactly one is not NULL
struct matter catalogue_matter(const struct catalogue *, struct str code);         // both NULL when unknown
const struct area *catalogue_area(const struct catalogue *, struct str code);
// How a matter is done in an area: its form there, or itself where nothing differs. *regime (may be NULL) is what
// differs, else NULL; both members NULL: it is dropped there.
struct matter matter_in_area(const struct catalogue *, struct matter, const struct area *, const struct regime **regime);

// Facts: {"<question>": "<option>", "<subject>": {"<element>": value}, "outcome": {…}}; may be NULL.
// A condition whose value is not true is false; a condition over an open answer is "open".
enum truth { TRUTH_FALSE, TRUTH_TRUE, TRUTH_OPEN };
enum truth condition_holds(struct arena *, const struct catalogue *, const struct condition *,
	const struct json *facts);

// ---- guide: from answers to exactly what is needed (情形导办) ----------------------------------------
struct guide_question {
	const struct question *question;
	struct str answer;                                   // option code; empty = open
};
struct guide_item {
	const struct item *item;
	enum truth in;                                       // TRUTH_OPEN: depends on questions left
	const struct item **after; uint32_t n_after;         // only those that are not out
};
struct need {                                            // a material of a subject, once
	struct str key;                                      // "identity_card.buyer"
	const struct material *material;
	const struct subject *subject;
	enum material_need need;                             // the strictest of the items
	enum truth in;
	uint32_t originals, copies;                          // the most any item wants
	const struct item **item; uint32_t n_items;          // who uses it
	bool from_result;                                    // an item of the same application gives it: nothing to hand in
};
struct fee_line {
	const struct item *item;
	const struct fee_rule *rule;
	enum truth in;
	bool known; dec amount;                              // yuan, 2 digits; unknown until the form is filled
	struct words text;                                   // amount or standard in words
};
struct guide {
	struct guide_question *question; uint32_t n_questions;   // those that apply, in order of asking
	uint32_t n_open;                                     // still to be answered; question[] at first_open is next
	uint32_t first_open;                                 // == n_questions when none
	uint32_t n_maybe;                                    // of them: whether they are asked depends on answers left
	struct guide_item *item; uint32_t n_items;           // out ones left out
	struct need *need; uint32_t n_needs;
	uint32_t n_uploads, n_free;                          // needs certain and required; those given by certificates or results
	struct fee_line *fee; uint32_t n_fees;
	bool fee_known; dec fee_total;
	struct limit promised;
	uint32_t visits;
	struct baseline singly, together, saved;             // papers, trips, days
	const struct signatory **signatory; uint32_t n_signatories;
};
// answers may be NULL. Refuses an unknown question or option (E_UNKNOWN_FIELD, E_CHOICE).
must_use struct err *guide(struct arena *, const struct catalogue *, struct matter, const struct json *answers,
	struct guide *out);
struct json *guide_json(struct arena *, const struct catalogue *, struct matter, const struct guide *, bool english);

// ---- one form, one set of materials -----------------------------------------------------------------
struct form_use { const struct item *item; const struct condition *in, *when; };    // the item belongs; the field applies
struct form_field {
	struct str key;                                      // "buyer.name": each (subject, element) once
	const struct subject *subject;
	const struct element *element;
	struct words label;
	bool required;                                       // by any item that uses it
	struct form_use *use; uint32_t n_uses;               // shown when any of them holds; in: NULL = always
};
struct form_section { const struct subject *subject; struct words title; struct form_field *field; uint32_t n_fields; };
struct form_page { struct str code; struct words title; struct form_section *section; uint32_t n_sections; };
struct form {
	struct form_page *page; uint32_t n_pages;
	uint32_t n_fields, n_singly;                         // fields now; what the items taken singly would ask
};
must_use struct err *form_merge(struct arena *, const struct catalogue *, struct matter, const struct json *facts,
	struct form *out);
const struct form_field *form_find(const struct form *, struct str key);
bool form_field_shown(struct arena *, const struct catalogue *, const struct form_field *, const struct json *facts);
struct json *form_json(struct arena *, const struct catalogue *, const struct form *, bool english);

struct materials { struct need *need; uint32_t n_needs; uint32_t n_singly; };
must_use struct err *material_merge(struct arena *, const struct catalogue *, struct matter, const struct json *facts,
	struct materials *out);

// Checks one value as typed and gives its stored form (full width to half, spaces out of numbers,
// dates to 2026-11-05, money to 2 digits). field names the form key in errors.
must_use struct err *field_check(struct arena *, const struct catalogue *, struct str field, const struct element *,
	struct str text, day_t today, struct str *normal);
// Whole form: every shown required field present, every value well-formed, nothing unknown; what is not shown is dropped.
// values = {"buyer.name": "…"} as typed; *normal gets the stored forms, *facts subjects with elements.
must_use struct err *form_check(struct arena *, const struct catalogue *, const struct form *, const struct json *answers,
	const struct json *values, day_t today, struct json **normal, struct json **facts);
struct str field_masked(struct arena *, enum sensitivity, struct str value);       // 3502***********239

// ---- fees, days, rules -------------------------------------------------------------------
must_use struct err *fee_compute(struct arena *, const struct catalogue *, const struct item *, const struct json *facts,
	struct fee_line **out, uint32_t *n, dec *total, bool *known);
must_use struct err *bundle_promise(struct arena *, const struct catalogue *, const struct bundle *,
	const struct json *facts, struct limit *out);
// Any FEEL text over the facts (face fields, produced values): its value as text, empty for null.
must_use struct err *catalogue_eval(struct arena *, const struct catalogue *, struct str feel, const struct json *facts,
	struct str *out);
// The use of an item's instant decision that stands in for this material of this subject; NULL: none.
const struct source_use *source_proving(const struct item *, const struct material *, const struct subject *);
// A fact as rules read it, from its stored text: a date as {"$type": "date", …}, a number, a boolean, else text.
struct json *source_fact_json(struct arena *, const struct element *, struct str text);
// Runs a decision table: *out is its output context as JSON ({"rate":"0.01"} numbers as JSON numbers), or null.
// A table for instant items has the outputs result ("grant" or "manual", nothing else) and what else it likes.
struct feel_context;
struct feel_context *catalogue_facts(struct arena *, const struct catalogue *, const struct json *facts);   // as tables see them
must_use struct err *rule_run(struct arena *, const struct catalogue *, const struct rule_table *,
	const struct json *facts, struct json **out);
