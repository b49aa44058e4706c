// keep_cmd.h — keeping a city: journal verify and save, backup, restore, settings.
#pragma once
int journal_cmd(int argc, char **argv);
int backup_cmd(int argc, char **argv);
int restore_cmd(int argc, char **argv);
int settings_cmd(int argc, char **argv);
