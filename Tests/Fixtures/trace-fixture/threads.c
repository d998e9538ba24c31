// Processes with threads that exec, end and work.
#include "fixture.h"

#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static pthread_t start(void *(*body)(void *), void *argument)
{
	pthread_t thread;
	must(-pthread_create(&thread, NULL, body, argument), "pthread_create");
	return thread;
}

static void *run_in_thread(void *arguments)
{
	_exit(run(arguments));
}

// STEP, in a second thread.
int run_thread(char **arguments)
{
	start(run_in_thread, arguments);
	for (;;)
		pause();
}

static bool leader_is_zombie(void)
{
	char path[64], line[512];
	snprintf(path, sizeof(path), "/proc/self/task/%d/stat", getpid());
	FILE *file = fopen(path, "r");
	bool read = file && fgets(line, sizeof(line), file);
	if (file)
		fclose(file);
	char *end = read ? strrchr(line, ')') : NULL;
	return end && end[2] == 'Z';
}

static void *run_after_leader(void *arguments)
{
	while (!leader_is_zombie())
		sched_yield();
	_exit(run(arguments));
}

// STEP, in a second thread after the first has ended with 55.
int run_leader_exit(char **arguments)
{
	start(run_after_leader, arguments);
	syscall(SYS_exit, 55);
	return 1;
}

static pthread_barrier_t together;

static void *exit_together(void *is_leader)
{
	pthread_barrier_wait(&together);
	syscall(SYS_exit, is_leader ? 33 : 44);
	return NULL;
}

// COUNT: so many children, one after the other, whose two threads end at the same moment, each for itself.
int run_exit_together(char **arguments)
{
	for (int i = atoi(arguments[0]); i > 0; i--) {
		pid_t pid = must(fork(), "fork");
		if (!pid) {
			pthread_barrier_init(&together, NULL, 2);
			start(exit_together, NULL);
			exit_together(&together);
		}
		int status;
		must(waitpid(pid, &status, 0), "waitpid");
		dprintf(1, "child %d %d\n", pid, status);
	}
	return run(arguments + 1);
}

static int milliseconds;

static void *burn(void *unused)
{
	struct timespec used;
	char buffer[4096];
	int zero = fileno(fopen("/dev/zero", "r"));
	do {
		for (volatile int i = 0; i < 200000; i++)
			;
		for (int i = 0; i < 20; i++)
			must(read(zero, buffer, sizeof(buffer)), "read");
		clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
	} while (used.tv_sec * 1000 + used.tv_nsec / 1000000 < milliseconds);
	pthread_barrier_wait(&together);
	return unused;
}

static void *burn_and_stay(void *unused)
{
	burn(unused);
	for (;;)
		pause();
}

// MILLISECONDS THREADS MIB: work in so many threads beside the first, all still there at the end, and memory touched.
int run_burn(char **arguments)
{
	milliseconds = atoi(arguments[0]);
	int threads = atoi(arguments[1]);
	size_t size = (size_t)atoi(arguments[2]) << 20;
	if (size) {
		char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		memset(memory, 1, size);
	}
	pthread_barrier_init(&together, NULL, threads + 1);
	for (int i = 0; i < threads; i++)
		start(burn_and_stay, NULL);
	burn(NULL);
	return run(arguments + 3);
}
