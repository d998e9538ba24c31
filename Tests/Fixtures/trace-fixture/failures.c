// Execs that fail in ways that no C library offers, and many of them.
#include "fixture.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

extern char **environ;

// DESCRIPTOR FLAGS FILE ARGV0 ARG... -- STEP: execveat with whatever numbers.
int run_attempt_with(char **arguments)
{
	char **next = behind_dashes(arguments);
	long result = syscall(SYS_execveat, (int)atol(arguments[0]), arguments[2], arguments + 3, environ,
			      (int)strtol(arguments[1], NULL, 0));
	dprintf(1, "errno %d\n", result ? errno : 0);
	return run(next);
}

static char *letters(char letter, size_t size)
{
	char *string = malloc(size + 1);
	memset(string, letter, size);
	string[size] = 0;
	return string;
}

// COUNT SIZE STEP: so many, with one argument of that size.
int run_attempts(char **arguments)
{
	char *argv[] = { "attempts", letters('x', atol(arguments[1])), NULL };
	for (int i = atoi(arguments[0]); i > 0; i--)
		execv("/nonexistent/program", argv);
	return run(arguments + 2);
}

// FILE ARGV0 ARG...: fails past the point of no return, since the new program may have no memory. It ends the process.
int run_exhaust(char **arguments)
{
	struct rlimit limit = { .rlim_cur = 100 << 10, .rlim_max = 100 << 10 };
	must(setrlimit(RLIMIT_AS, &limit), "setrlimit");
	execv(arguments[0], arguments + 1);
	return 1;
}

// UID STEP: gives the calling thread another user, and no other thread.
int run_thread_ids(char **arguments)
{
	uid_t uid = atoi(arguments[0]);
	must(syscall(SYS_setresuid, uid, uid, uid), "setresuid");
	return run(arguments + 1);
}

static int attempts;
static pthread_barrier_t round_begins;

// Each thread has arguments that no other has, and more than one part would hold.
static void *attempt_in_rounds(void *letter)
{
	char *filler = letters(*(char *)letter, 3000), tag[32];
	for (int i = 0; i < attempts; i++) {
		snprintf(tag, sizeof(tag), "%c%d", *(char *)letter, i);
		pthread_barrier_wait(&round_begins);
		execv("/nonexistent/program", (char *[]){ tag, filler, filler, filler, NULL });
	}
	return NULL;
}

// COUNT STEP: so many in each of two threads, always two at the same moment.
int run_attempts_together(char **arguments)
{
	pthread_t threads[2];
	attempts = atoi(arguments[0]);
	pthread_barrier_init(&round_begins, NULL, 2);
	for (int i = 0; i < 2; i++)
		must(-pthread_create(&threads[i], NULL, attempt_in_rounds, &"AB"[i]), "pthread_create");
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	return run(arguments + 1);
}
