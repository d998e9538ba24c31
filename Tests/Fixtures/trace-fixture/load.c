// Load on a system besides a storm.
#include "fixture.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

// COUNT: the cheapest system call there is, so often. Prints the nanoseconds on a CPU that took, which others
// on the machine do not add to.
int run_calls(char **arguments)
{
	long count = atol(arguments[0]);
	struct timespec start, end;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
	for (long i = 0; i < count; i++)
		syscall(SYS_getppid);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
	dprintf(1, "took %lld\n", (end.tv_sec - start.tv_sec) * 1000000000LL + end.tv_nsec - start.tv_nsec);
	return 0;
}

// COUNT STEP: with this many children that exec this program again and do nothing. They exit with this process.
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
