// simulate_cmd.h — tongban simulate MODEL: waiting, load and limits of a process before it is in force.
//
// Exit    0 done, 1 the model or the city is wrong, 2 wrong use.
#pragma once

int simulate_cmd(int argc, char **argv);       // argv[0] is "simulate"
