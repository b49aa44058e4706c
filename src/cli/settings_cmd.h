// settings_cmd.h — tongban settings.
#pragma once
int settings_cmd(int argc, char **argv);
