// diff_cmd.h — `tongban diff OLD NEW [--json] [--zh]`: what a new version of a city changes, in words.
#pragma once

// 0 nothing changes, 1 something does, 2 a folder cannot be read or its files have errors.
int diff_cmd(int argc, char **argv);
