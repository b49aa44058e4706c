// both.h — an empty store of either kind for a test, and what is left of it removed afterwards.
//
// PostgreSQL: a database of its own in the cluster that TONGBAN_TEST_PG names (test/pg.sh run …).
#pragma once
#include <sys/types.h>

#include "store/store.h"

enum kind { SQLITE, POSTGRES };

struct place {
	enum kind kind;
	char dir[64];              // data folder; on SQLite the database too
	char database[64];         // PostgreSQL: to be dropped
	char url[512];
};

bool place_can(enum kind);                        // prints why not, once
void place_make(struct place *, enum kind);
void place_drop(struct place *);
struct store_config place_config(const struct place *, const struct migration *, size_t n);
void place_admin(const struct place *, const char *sql);        // PostgreSQL: in the maintenance database
void place_raw(const struct place *, const char *sql);          // behind the store's back, in the place itself
pid_t place_child(const struct place *, const char *self, const char *verb, const char *more, int *out);   // SELF VERB URL DIR [MORE]; *out: what it prints
void remove_tree(const char *dir);
void file_without(struct str path, const char *words);          // takes every one of these words out of a file

// Fails the test with the error's sentence.
#define OK(expr) ok_at(__FILE__, __LINE__, (expr))
void ok_at(const char *file, int line, struct err *);
#define IS(code_, expr) is_at(__FILE__, __LINE__, (code_), (expr))
struct err *is_at(const char *file, int line, enum err_code, struct err *);

// Runs every test on SQLite, then on PostgreSQL where it can (else skipped); `one` sets a test up, runs it and cleans up.
struct test;                                      // the test file's own
struct both_test { const char *name; void (*fn)(struct test *); };
int both_run(const char *group, const struct both_test *, size_t n, void (*one)(enum kind, void (*fn)(struct test *)));
