// dmn_cmd.h — decisions on the command line: `tongban dmn …`.
//
//   dmn test DIR                        runs TCK-format cases below DIR: passed/total a folder, the sum last;
//                                       exit 1 when one failed. -v names the failed cases and why
//   dmn eval MODEL --decision NAME      prints {"value":…}; JSON input on standard input or --input FILE
//        [--service NAME | --knowledge NAME] [--input FILE] [--now INSTANT] [--zone ZONE] [--trace]
//   dmn check FILE…                     mistakes of models and sheets, and the analysis of their tables;
//                                       exit 1 when there is a mistake
//   dmn sheet MODEL [TABLE]             a table of a model as a sheet (CSV)
//   dmn xml SHEET                       a sheet as a DMN 1.5 model
//
// Files are read whole (at most 64 MB); imports are looked for beside the model.
#pragma once

int dmn_cmd(int argc, char **argv);          // argv[0] is "dmn"

// What `dmn test DIR` counted, for tests.
struct dmn_tck { unsigned folders, passed, total; };
int dmn_tck_run(const char *dir, int verbose, struct dmn_tck *out);   // 0, or 1 when dir cannot be read
