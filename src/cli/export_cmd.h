// export_cmd.h — `tongban export DIR --data DATA [--version HASH]`: the files of a published version as a city's folder.
#pragma once

int export_cmd(int argc, char **argv);
