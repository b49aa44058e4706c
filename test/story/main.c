// The story command alone, as the tests run it.
#include "cli/story.h"

int main(int argc, char **argv)
{
	return story_cmd(argc, argv);
}
