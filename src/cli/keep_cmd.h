// keep_cmd.h — keeping a city: journal verify and save, backup, restore.
#pragma once
int journal_cmd(int argc, char **argv);
int backup_cmd(int argc, char **argv);
int restore_cmd(int argc, char **argv);
