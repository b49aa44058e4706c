// journal_cmd.h — tongban journal verify|save|xes.
#pragma once
int journal_cmd(int argc, char **argv);
