// schema.c — the schema files of the domain as migrations.
#include "domain/schema.h"

#include "domain/journal/journal.h"

static const struct migration own[] = {
	{1, "outbox",
#include "outbox.sql.inc"
	, false},
	{1, "party",
#include "party.sql.inc"
	, false},
	{1, "rule",
#include "rule.sql.inc"
	, false},
	{1, "flow",
#include "flow.sql.inc"
	, false},
	{1, "cert",
#include "cert.sql.inc"
	, false},
	{1, "notice",
#include "notice.sql.inc"
	, false},
	{1, "case",
#include "case.sql.inc"
	, false},
	{1, "pay",
#include "pay.sql.inc"
	, false},
	{1, "post",
#include "post.sql.inc"
	, false},
	{1, "review",
#include "review.sql.inc"
	, false},
	{1, "idem",
#include "idem.sql.inc"
	, false},
	{2, "flow",
#include "flow_event.sql.inc"
	, false},
	{2, "notice",
#include "notice_2.sql.inc"
	, false},
	{2, "pay",
#include "pay_2.sql.inc"
	, false},
	{2, "review",
#include "review_2.sql.inc"
	, false},
	{3, "flow",
#include "flow_3.sql.inc"
	, false},
	{4, "flow",
#include "flow_model.sql.inc"
	, false},
	{1, "secret",
#include "secret.sql.inc"
	, false},
	{1, "release",
#include "release.sql.inc"
	, false},
	{5, "flow",
#include "flow_5.sql.inc"
	, false},
	{1, "seek",
#include "seek.sql.inc"
	, false},
	{1, "flaw",
#include "flaw.sql.inc"
	, false},
	{1, "source",
#include "source.sql.inc"
	, false},
	{3, "notice",
#include "notice_3.sql.inc"
	, false},
	{2, "case",
#include "case_2.sql.inc"
	, false},
	{6, "flow",
#include "flow_6.sql.inc"
	, false},
	{7, "flow",
#include "flow_7.sql.inc"
	, true},
	{8, "flow",
#include "flow_incident.sql.inc"
	, false},
	{2, "cert",
#include "cert_2.sql.inc"
	, false},
};

const struct migration *schema_all(struct arena *a, size_t *n)
{
	*n = journal_migrations_n + countof(own);
	struct migration *all = arena_newn(a, struct migration, *n);
	memcpy(all, journal_migrations, journal_migrations_n * sizeof *all);
	memcpy(all + journal_migrations_n, own, sizeof own);
	return all;
}
