// run.c — runs a fuzz target over files and folders given as arguments, without a fuzzer: the seeds
// (and every input that once broke something) are checked in each test run.
#include "fuzz.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static size_t ran;

static void one(const char *path)
{
	struct stat st;
	if (stat(path, &st)) {
		perror(path);
		exit(1);
	}
	if (S_ISDIR(st.st_mode)) {
		DIR *d = opendir(path);
		for (struct dirent *e; d && (e = readdir(d));) {
			char below[4096];
			if (e->d_name[0] == '.') continue;
			snprintf(below, sizeof below, "%s/%s", path, e->d_name);
			one(below);
		}
		if (d) closedir(d);
		return;
	}
	FILE *f = fopen(path, "rb");
	uint8_t *p = malloc((size_t)st.st_size + 1);    // exactly as long as the file, so that a checker sees one byte too many
	if (!f || !p) exit(1);
	size_t n = fread(p, 1, (size_t)st.st_size, f);
	fclose(f);
	p = realloc(p, n ? n : 1);
	for (size_t cut = n; ran < 100000; cut -= cut > 64 ? cut / 16 : 1)
		{    // also what a broken-off transfer leaves
		LLVMFuzzerTestOneInput(p, cut);
		ran++;
		if (!cut) break;
	}
	free(p);
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) one(argv[i]);
	printf("%zu inputs\n", ran);
	return ran == 0;
}
