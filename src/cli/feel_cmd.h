// feel_cmd.h — tongban feel [--now INSTANT] [--zone ZONE]: expressions from JSON Lines, one answer a line.
//
// Input   {"expr": "…", "context": {…}, "kind": "expression" (default) or "unary-tests"} a line;
//         unary tests test context["?"].
// Output  {"value": …} or {"value": null, "error": "…"} a line, flushed, in order, for malformed lines too.
// Errors  the exit code is 2 for a wrong use of the command, else 0.
#pragma once

int feel_cmd(int argc, char **argv);
