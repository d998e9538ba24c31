// Execs whose arguments are not what they were a moment before, and execs in a row.
#include "fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define RACED 3
#define LENGTH 700
#define PAGES 64

// `storm-child`, which is beside this program.
static const char *storm_child(void)
{
	static char path[4096];
	must(readlink("/proc/self/exe", path, sizeof(path) - 32), "readlink");
	strcpy(strrchr(path, '/') + 1, "storm-child");
	return path;
}

static char raced[RACED][LENGTH + 1];

// The last of them also changes its length, so that where the kernel counts one string it may copy two.
static void *rewrite(void *unused)
{
	for (unsigned char letter = 'a';; letter = letter == 'z' ? 'a' : letter + 1)
		for (int i = 0; i < RACED; i++) {
			memset(raced[i], letter, LENGTH);
			if (i == RACED - 1)
				raced[i][LENGTH / 4 + (letter & 15) * 16] = 0;
		}
	return unused;
}

// A file whose every page begins with a string of its own.
static int make_pages(void)
{
	int file = must(memfd_create("pages", MFD_CLOEXEC), "memfd_create");
	for (int page = 0; page < PAGES; page++) {
		char text[256];
		memset(text, '0' + page % 10, sizeof(text));
		must(pwrite(file, text, sizeof(text), page * 4096L), "pwrite");
	}
	must(ftruncate(file, PAGES * 4096L), "ftruncate");
	return file;
}

// Maps all pages again: each is read from the file when it is needed, and none before.
static char *map_untouched(int pages, char *old)
{
	if (old)
		munmap(old, PAGES * 4096L);
	char *mapped = mmap(NULL, PAGES * 4096L, PROT_READ, MAP_PRIVATE, pages, 0);
	must(mapped == MAP_FAILED ? -1 : 0, "mmap");
	must(madvise(mapped, PAGES * 4096L, MADV_RANDOM), "madvise");
	return mapped;
}

// COUNT FILE: starts `storm-child` so many times as `tell NUMBER` with more arguments: some that a thread rewrites all
// the while, and one in a page that was mapped a moment before and not touched. Each appends what it got to FILE.
int run_race(char **arguments)
{
	const char *child = storm_child();
	int out = must(open(arguments[1], O_WRONLY | O_CREAT | O_APPEND, 0600), "create");
	must(dup2(out, 3), "dup2");
	int pages = make_pages();
	pthread_t thread;
	must(-pthread_create(&thread, NULL, rewrite, NULL), "pthread_create");
	char *mapped = NULL;
	for (int i = 0; i < atoi(arguments[0]); i++) {
		char number[16];
		snprintf(number, sizeof(number), "%d", i);
		if (i % PAGES == 0)
			mapped = map_untouched(pages, mapped);
		char *page = mapped + i % PAGES * 4096L;
		char *argv[] = { "storm-child", "tell", number, page, raced[0], raced[1], raced[2], "last", NULL };
		pid_t pid = vfork();
		if (!pid) {
			execve(child, argv, (char *[]){ "KEY=value", NULL });
			_exit(97);
		}
		int status;
		must(waitpid(must(pid, "vfork"), &status, 0), "waitpid");
		must(status ? -1 : 0, "child");
	}
	_exit(0);
}

static void *exec_child(void *argv)
{
	execv(storm_child(), argv);
	_exit(97);
}

// COUNT: so many children, in each of which a second thread execs.
int run_thread_execs(char **arguments)
{
	for (int i = 0; i < atoi(arguments[0]); i++) {
		char number[16];
		snprintf(number, sizeof(number), "%d", i);
		pid_t pid = must(fork(), "fork");
		if (!pid) {
			pthread_t thread;
			char *argv[] = { "storm-child", "serial", number, NULL };
			must(-pthread_create(&thread, NULL, exec_child, argv), "pthread_create");
			for (;;)
				pause();
		}
		int status;
		must(waitpid(pid, &status, 0), "waitpid");
		dprintf(1, "child %d %d\n", pid, status);
	}
	return run(arguments + 1);
}

// COUNT: execs a program that execs itself until it has done so COUNT times in all. COUNT has leading zeros, and the
// program counts those of its own.
int run_again(char **arguments)
{
	char *argv[] = { "storm-child", "again", arguments[0], NULL };
	execv(storm_child(), argv);
	must(-1, "execv");
	return 1;
}
