// dialect.h — the store's SQL (SQLite's spelling, see store.h) as PostgreSQL reads it.
//
// Works on tokens, not on meaning: ?1 becomes $1; in CREATE and ALTER statements the types become
// BIGINT, TEXT COLLATE "C" and BYTEA and STRICT and WITHOUT ROWID go; CAST targets and blob literals
// are translated everywhere. Keywords and types are written in capitals, names in lower case.
#pragma once
#include "base/err.h"

struct str dialect_pg(struct arena *, struct str sql);
// Refuses what one of the two does not speak (E_SYNTAX with line and the word).
must_use struct err *dialect_check(struct arena *, struct str sql);
// Without comments, one space between tokens: what a migration is known by.
struct str dialect_plain(struct arena *, struct str sql);
