// rule_cmd.h — `tongban rule replay`: decides all recorded decisions again, as they were or by a new city.
#pragma once

int rule_cmd(int argc, char **argv);
