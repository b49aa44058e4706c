// args.h — command line words: --name value, --flag, and the rest in order.
#pragma once
#include "base/err.h"

struct args { struct arena *a; int argc; char **argv; bool *used; struct err *err; };
struct args args_new(struct arena *, int argc, char **argv);             // argv[0] is the command
struct str args_text(struct args *, const char *name, struct str otherwise);
bool args_flag(struct args *, const char *name);
bool args_next(struct args *, struct str *out);                          // the next word that is no option
struct err *args_end(struct args *);                                     // E_USAGE names what was not understood
int args_fail(const struct err *);                                       // prints the sentence; gives exit code 2 (usage) or 1
