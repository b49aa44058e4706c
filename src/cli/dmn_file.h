// dmn_file.h — models and sheets from files, imports looked for beside the model.
#pragma once
#include "dmn/dmn.h"

must_use struct err *dmn_file_read(struct arena *, const char *path, struct str *out);        // "-" = standard input
must_use struct err *dmn_file_load(struct arena *, const char *path, struct dmn_model **out);  // .csv and .tsv: a sheet
