// flow_cmd.h — tongban flow replay: does every instance's record give its state?
//
// Exit    0 every instance came to the stored bytes, 1 some did not, 2 wrong use.
#pragma once

int flow_cmd(int argc, char **argv);           // argv[0] is "flow"
