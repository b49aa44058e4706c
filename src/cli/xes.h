// xes.h — the trails of cases as an event log for process mining (IEEE 1849-2016, XES).
//
// A trace a numbered case, an event a journal entry: activity, instant, office and state. Who it was
// and whose case it is stays out: the log may be handed to analysts.
#pragma once
#include "cli/boot.h"

struct xes_count { int64_t traces, events; };
must_use struct err *xes_export(struct arena *, struct boot *, struct str file, struct xes_count *out);
