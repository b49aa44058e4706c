// check_cmd.h — tongban check CITY [--json] [--zh] [--all]: what is wrong with a city's files.
//
// Exit    0 no errors (warnings are told), 1 errors, 2 wrong use or an unreadable folder.
#pragma once

int check_cmd(int argc, char **argv);          // argv[0] is "check"
