// Execs, of programs found in every way, and execs that fail.
#include "fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

extern char **environ;

void copy_self(int to)
{
	int from = must(open("/proc/self/exe", O_RDONLY | O_CLOEXEC), "open self");
	while (must(sendfile(to, from, NULL, 1 << 20), "sendfile") > 0)
		;
	close(from);
}

// FILE ARGV0 ARG...
int run_exec(char **arguments)
{
	execv(arguments[0], arguments + 1);
	must(-1, "execv");
	return 1;
}

// DIRECTORY FILE ARGV0 ARG...: the file in that directory, or where its name is empty, DIRECTORY itself.
int run_exec_at(char **arguments)
{
	int directory = must(open(arguments[0], O_PATH), "open directory");
	int flags = *arguments[1] ? 0 : AT_EMPTY_PATH;
	dprintf(1, "directory %d\n", directory);
	must(syscall(SYS_execveat, directory, arguments[1], arguments + 2, environ, flags), "execveat");
	return 1;
}

// FILE ARGV0 ARG... -- STEP: an exec that must fail.
int run_attempt(char **arguments)
{
	char **next = behind_dashes(arguments);
	execv(arguments[0], arguments + 1);
	dprintf(1, "errno %d\n", errno);
	return run(next);
}

// DIRECTORY FILE ARGV0 ARG... -- STEP
int run_attempt_at(char **arguments)
{
	char **next = behind_dashes(arguments);
	int directory = must(open(arguments[0], O_PATH | O_CLOEXEC), "open directory");
	int flags = *arguments[1] ? 0 : AT_EMPTY_PATH;
	dprintf(1, "directory %d\n", directory);
	syscall(SYS_execveat, directory, arguments[1], arguments + 2, environ, flags);
	dprintf(1, "errno %d\n", errno);
	return run(next);
}

// FILE STEP: an argument of one byte more than the kernel takes (MAX_ARG_STRLEN).
int run_too_big(char **arguments)
{
	const size_t size = 128 << 10;
	char *large = malloc(size + 1);
	memset(large, 'x', size);
	large[size] = 0;
	execv(arguments[0], (char *[]){ "too-big", large, "last", NULL });
	dprintf(1, "errno %d\n", errno);
	return run(arguments + 1);
}

// STEP, after execs of files and arguments that are not there: in memory that is not mapped, or in a page that was never
// touched.
int run_bad(char **arguments)
{
	char *nowhere = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *untouched = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, must(open("/proc/self/exe", O_RDONLY), "open"), 0);
	char *const good[] = { "good", NULL };
	execv(nowhere, good);
	execv("/nonexistent/program", (char **)nowhere);
	execv("/nonexistent/program", (char *[]){ "first", nowhere, "third", NULL });
	execv("/nonexistent/program", (char *[]){ "first", untouched, "third", NULL });
	return run(arguments);
}

// NAME ARGV0 ARG...
int run_memfd(char **arguments)
{
	int file = must(memfd_create(arguments[0], MFD_CLOEXEC), "memfd_create");
	copy_self(file);
	must(syscall(SYS_execveat, file, "", arguments + 1, environ, AT_EMPTY_PATH), "execveat");
	return 1;
}

// PATH ARGV0 ARG...: a program whose file is gone when it starts.
int run_deleted(char **arguments)
{
	int out = must(open(arguments[0], O_WRONLY | O_CREAT | O_CLOEXEC, 0755), "create");
	copy_self(out);
	close(out);
	int file = must(open(arguments[0], O_PATH | O_CLOEXEC), "open");
	must(unlink(arguments[0]), "unlink");
	must(syscall(SYS_execveat, file, "", arguments + 1, environ, AT_EMPTY_PATH), "execveat");
	return 1;
}

// PATH OTHER STEP: gives a file another name besides.
int run_linked(char **arguments)
{
	must(link(arguments[0], arguments[1]), "link");
	return run(arguments + 2);
}

// PATH ARGV0 ARG...: takes that name of the program away before it starts.
int run_exec_unlinked(char **arguments)
{
	int file = must(open(arguments[0], O_PATH | O_CLOEXEC), "open");
	must(unlink(arguments[0]), "unlink");
	must(syscall(SYS_execveat, file, "", arguments + 1, environ, AT_EMPTY_PATH), "execveat");
	return 1;
}

// `count` strings of `size` bytes without their NUL: the number, a colon, and a letter as often as it fits.
static char **fill(int count, int size, const char *prefix)
{
	char **strings = calloc(count + 1, sizeof(*strings));
	for (int i = 0; i < count; i++) {
		strings[i] = malloc(size + 1);
		memset(strings[i], 'a' + i % 26, size);
		strings[i][size] = 0;
		int length = snprintf(NULL, 0, "%s%d=", prefix, i);
		char *head = malloc(length + 1);
		snprintf(head, length + 1, "%s%d=", prefix, i);
		memcpy(strings[i], head, length < size ? length : size);
		free(head);
	}
	return strings;
}

// COUNT SIZE ENVCOUNT ENVSIZE FILE
int run_big(char **arguments)
{
	char **argv = fill(atoi(arguments[0]), atoi(arguments[1]), "");
	char **env = fill(atoi(arguments[2]), atoi(arguments[3]), "E");
	must(execve(arguments[4], argv, env), "execve");
	return 1;
}

// NAME=VALUE... -- STEP: exactly this environment.
int run_env(char **arguments)
{
	char **next = behind_dashes(arguments);
	environ = arguments;
	return run(next);
}
