#include "CLinux.h"

#include <stddef.h>

static int count;
static char **vector;

// The C library hands constructors what it hands to main, in static programs too. Swift itself takes its arguments from
// /proc/self/cmdline, and has none where that is missing.
__attribute__((constructor)) static void keep_arguments(int argc, char **argv, char **envp)
{
	(void)envp;
	count = argc;
	vector = argv;
}

int lnx_argument_count(void)
{
	return count;
}

const char *lnx_argument(int index)
{
	return index < 0 || index >= count ? NULL : vector[index];
}
