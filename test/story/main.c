// The story command alone, as the tests run it; the reader of papers lies elsewhere than beside it.
#include "base/set.h"
#include "cli/story.h"

int main(int argc, char **argv)
{
	struct arena *a = arena_new(0);
	CHECK(!set_put(a, S("file.reader"), S(READER)));
	CHECK(!set_put(a, S("file.reader_ms"), S("30000")));      // a busy machine, a sanitizer: what counts is what is read
	arena_free(a);
	return story_cmd(argc, argv);
}
