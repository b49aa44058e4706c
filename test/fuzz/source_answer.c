// source_answer.c — whatever an office sends, only facts that were asked come out, in stored form, or none at all.
#include "domain/source/source.h"
#include "fuzz.h"

static struct option options[] = {{S("live"), {S("自住"), S("Living")}}};
static const struct element elements[] = {
	{.code = S("address"), .type = EL_ADDRESS}, {.code = S("born"), .type = EL_DATE}, {.code = S("deceased"), .type = EL_BOOLEAN},
	{.code = S("amount"), .type = EL_MONEY, .scale = -1}, {.code = S("use"), .type = EL_CHOICE, .option = options, .n_options = 1},
	{.code = S("number"), .type = EL_ID}};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new(64 << 20);
	struct source_fact fact[countof(elements)];
	struct json *asked = json_arr(a), *facts, *again;
	for (size_t i = 0; i < countof(elements); i++) fact[i] = (struct source_fact){elements[i].code, &elements[i]};
	for (size_t i = 0; i + 1 < countof(elements); i++) json_add(a, asked, json_str(a, elements[i].code));
	struct source s = {.code = S("population"), .version = S("1"), .fact = fact, .n_facts = countof(elements)};
	struct str body = {(const char *)data, size};
	enum source_says says = source_parse(a, NULL, &s, asked, body, 17, 20000, &facts);
	CHECK(says == SOURCE_FOUND || says == SOURCE_MALFORMED || !json_count(facts));
	for (uint32_t i = 0; says == SOURCE_FOUND && i < facts->n; i++) {
		bool known = false;
		for (size_t k = 0; k < json_count(asked); k++) known |= str_eq(facts->key[i], json_text(asked->item[k]));
		CHECK(known && json_text(facts->item[i]).n);
		for (size_t k = 0; k < countof(elements); k++)
			if (str_eq(elements[k].code, facts->key[i])) CHECK(source_fact_json(a, &elements[k], json_text(facts->item[i])));
	}
	CHECK(source_parse(a, NULL, &s, asked, body, 18, 20000, &again) == SOURCE_MALFORMED);     // the answer to another question
	arena_free(a);
	return 0;
}
