// trail_store.c — the tables whose rows have digests in the journal, as verify reads them.
#include "domain/case/case_store.h"
#include "domain/cert/cert_store.h"
#include "domain/notice/notice_store.h"
#include "domain/pay/pay_store.h"
#include "domain/review/review_store.h"
#include "domain/rule/rule_store.h"
#include "domain/source/source_store.h"
#include "domain/trail.h"

const struct journal_table trail_tables[] = {
	{"case_", case_store_select, case_store_strangers, NULL},
	{"case_form", case_store_form_select, NULL, "SELECT count(*) FROM case_form"},
	{"case_file", case_store_file_select, NULL, "SELECT count(*) FROM case_file"},
	{"case_opinion", case_store_opinion_select, NULL, "SELECT count(*) FROM case_opinion"},
	{"paper", notice_store_paper_select, NULL, "SELECT count(*) FROM paper"},
	{"certificate", cert_store_select, NULL, "SELECT count(*) FROM certificate"},
	{"pay_order", pay_store_select, NULL, "SELECT count(*) FROM pay_order"},
	{"rating", review_store_select, NULL, "SELECT count(*) FROM rating"},
	{"source_query", source_store_select, NULL, "SELECT count(*) FROM source_query"},
	{"rule_decision", rule_store_select, NULL, "SELECT count(*) FROM rule_decision"},
};
const size_t trail_tables_n = countof(trail_tables);
