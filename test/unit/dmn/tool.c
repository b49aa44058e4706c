// The dmn commands as a program of their own.
#include "cli/dmn_cmd.h"

int main(int argc, char **argv)
{
	argv[0] = "dmn";
	return dmn_cmd(argc, argv);
}
