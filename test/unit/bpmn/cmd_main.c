// The bpmn commands as a program of their own, for tests.
#include "cli/bpmn_cmd.h"

int main(int argc, char **argv) { return bpmn_cmd(argc, argv); }
