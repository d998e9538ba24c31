#include "CLinux.h"

#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

static int count;
static char **vector;

// The C library passes constructors the arguments of main, in static programs too. Swift itself reads its arguments
// from /proc/self/cmdline, and has none where that is missing.
__attribute__((constructor)) static void keep_arguments(int argc, char **argv, char **envp)
{
	(void)envp;
	count = argc;
	vector = argv;
}

// Runs before the constructors of Swift's runtime. When linked statically, the runtime reads /proc/self/exe to find the
// program that prints backtraces, and aborts if it is missing: so no command would start without /proc.
__attribute__((constructor(101))) static void do_without_proc(void)
{
	if (access("/proc/self/exe", F_OK))
		setenv("SWIFT_BACKTRACE", "enable=no,swift-backtrace=/", 1);
}

int lnx_argument_count(void)
{
	return count;
}

const char *lnx_argument(int index)
{
	return index < 0 || index >= count ? NULL : vector[index];
}
