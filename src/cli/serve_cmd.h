// serve_cmd.h — tongban serve: one process that is a city.
#pragma once
int serve_cmd(int argc, char **argv);
