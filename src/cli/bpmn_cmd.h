// bpmn_cmd.h — `tongban bpmn check FILE…`, `bpmn run MODEL SCRIPT`, `bpmn svg MODEL [PROCESS]`.
#pragma once

// argv[0] is "bpmn". Returns the exit status: 0 good, 1 something is wrong with
// a model or script, 2 wrong use.
int bpmn_cmd(int argc, char **argv);
