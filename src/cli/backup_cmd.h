// backup_cmd.h — tongban backup, tongban restore.
#pragma once
int backup_cmd(int argc, char **argv);
int restore_cmd(int argc, char **argv);
