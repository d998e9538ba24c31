// As many processes as fast as the machine can make them, and the truth about each.
#include "fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define AT_ONCE 16
#define MAX_ARGUMENTS 256

struct birth {
	pid_t pid;
	pid_t parent;
	long long time; // when the fork began, nanoseconds since boot
};

static volatile sig_atomic_t is_enough;

static void end_early(int signal)
{
	(void)signal;
	is_enough = 1;
}

// Writes how many nanoseconds all of it took, and a line of pid, parent, number and time for each.
static int write_births(const char *path, const struct birth *births, int count, long long time)
{
	FILE *file = fopen(path, "w");
	must(file ? 0 : -1, "fopen");
	fprintf(file, "took %lld\n", time);
	for (int i = 0; i < count; i++)
		fprintf(file, "%d %d %d %lld\n", births[i].pid, births[i].parent, i, births[i].time);
	return must(fclose(file), "fclose");
}

// COUNT FILE FAIL ARGUMENT...: starts `storm-child`, which is beside this program, COUNT times as `serial NUMBER
// ARGUMENT...`, and writes the truth into FILE. With FAIL not 0, one of so many children first tries a program that does
// not exist. SIGTERM ends it before COUNT.
int run_storm(char **arguments)
{
	int count = atoi(arguments[0]), alive = 0, born = 0;
	int fail = atoi(arguments[2]);
	struct birth *births = calloc(count, sizeof(*births));
	char number[16], child[4096] = "";
	must(readlink("/proc/self/exe", child, sizeof(child) - 32), "readlink");
	strcpy(strrchr(child, '/') + 1, "storm-child");
	char *argv[MAX_ARGUMENTS + 4] = { "storm-child", "serial", number };
	for (int i = 0; i < MAX_ARGUMENTS && arguments[3 + i]; i++)
		argv[3 + i] = arguments[3 + i];
	signal(SIGTERM, end_early);
	long long start = boot_time();
	for (; born < count && !is_enough; born++) {
		snprintf(number, sizeof(number), "%d", born);
		births[born].time = boot_time();
		pid_t pid = vfork();
		if (!pid) {
			if (fail && born % fail == 0)
				execv("/nonexistent/program", argv);
			execv(child, argv);
			_exit(97);
		}
		births[born].pid = must(pid, "vfork");
		births[born].parent = getpid();
		for (alive++; alive && waitpid(-1, NULL, alive < AT_ONCE ? WNOHANG : 0) > 0; alive--)
			;
	}
	while (wait(NULL) > 0 || errno == EINTR)
		;
	return write_births(arguments[1], births, born, boot_time() - start);
}

// COUNT FILE: so many generations, each the child of the one before, which ends at once, and the truth as above. Where
// no pid is free, it waits until the exited children have been reaped.
int run_lineage(char **arguments)
{
	int count = atoi(arguments[0]);
	pid_t first = getpid();
	long long start = boot_time();
	struct birth *births = mmap(NULL, count * sizeof(*births), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	must(prctl(PR_SET_CHILD_SUBREAPER, 1), "subreaper");
	for (int i = 0; i < count; i++) {
		births[i].parent = getpid();
		births[i].time = boot_time();
		pid_t pid;
		while ((pid = fork()) < 0 && errno == EAGAIN) {
			if (getpid() == first)
				waitpid(-1, NULL, WNOHANG);
			sched_yield();
		}
		if (!pid)
			continue;
		births[i].pid = must(pid, "fork");
		if (getpid() != first)
			_exit(0);
		while (wait(NULL) > 0 || errno == EINTR)
			;
		return write_births(arguments[1], births, count, boot_time() - start);
	}
	_exit(0);
}
