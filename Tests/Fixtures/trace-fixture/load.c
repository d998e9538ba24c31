// What a machine may be busy with, or full of, besides a storm.
#include "fixture.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

// COUNT: the cheapest system call there is, so often. Prints how long that took in nanoseconds.
int run_calls(char **arguments)
{
	long count = atol(arguments[0]);
	long long start = boot_time();
	for (long i = 0; i < count; i++)
		syscall(SYS_getppid);
	dprintf(1, "took %lld\n", boot_time() - start);
	return 0;
}

// COUNT STEP: with so many children that run this program anew and do nothing. They end with this process.
int run_crowd(char **arguments)
{
	for (int i = atoi(arguments[0]); i > 0; i--)
		if (!must(vfork(), "vfork")) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			execl("/proc/self/exe", "one-of-many", "sleep", NULL);
			_exit(97);
		}
	return run(arguments + 1);
}

int run_sleep(char **arguments)
{
	(void)arguments;
	for (;;)
		pause();
}
