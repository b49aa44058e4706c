// feel_main.c — `tongban feel` alone, for the tests of this layer.
#include "cli/feel_cmd.h"

int main(int argc, char **argv)
{
	return feel_cmd(argc, argv);
}
