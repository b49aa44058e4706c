// log.h — one JSON line an event, to standard error.
//
// Fields are typed so that nothing a person wrote can get in: numbers, ids, error codes, and words
// of our own (literals, names from tables). There is no way to log a string that came from outside.
// One event's lines are limited a second (setting log.per_second); what was left out is counted in
// the next line as "left_out". Any thread; never fails.
#pragma once
#include "base/err.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

struct log_field {
	const char *name;
	enum { LOG_F_INT, LOG_F_ID, LOG_F_WORD } type;
	int64_t i;
	const char *word;
};

#define log_int(name, value) ((struct log_field){"" name "", LOG_F_INT, (int64_t)(value), NULL})
#define log_id(name, value) ((struct log_field){"" name "", LOG_F_ID, (int64_t)(value), NULL})   // as a string: 64 bits
#define log_word(name, literal) ((struct log_field){"" name "", LOG_F_WORD, 0, "" literal ""})
// A word of the program's own tables: an operation's name, a setting's key. Never input.
#define log_own(name, table_word) ((struct log_field){"" name "", LOG_F_WORD, 0, (table_word)})
#define log_err(e) ((struct log_field){"error", LOG_F_WORD, 0, err_name((e)->code)})

// log_event(LOG_WARN, "net.queue_full", log_int("depth", n), log_own("op", op->name));
#define log_event(level, event, ...) \
	log_write((level), "" event "", (const struct log_field[]){__VA_ARGS__}, \
		sizeof((const struct log_field[]){__VA_ARGS__}) / sizeof(struct log_field))

void log_write(enum log_level, const char *event, const struct log_field *, size_t n);
void log_settle(void);             // takes level and limit from the settings
void log_to(int fd);               // tests
bool log_level_of(struct str word, enum log_level *out);
