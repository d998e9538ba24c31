#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// A file with all of the input, so that nothing has to be written while the program runs.
static int filled_file(const void *input, size_t size)
{
	int fd = memfd_create("input", MFD_CLOEXEC);

	if (fd < 0)
		return -errno;
	for (size_t done = 0; done < size;) {
		ssize_t count = write(fd, (const char *)input + done, size - done);

		if (count > 0) {
			done += count;
		} else if (count == 0 || errno != EINTR) {
			int error = errno;

			close(fd);
			return -error;
		}
	}
	lseek(fd, 0, SEEK_SET);
	return fd;
}

static int start(const char *const *argv, int input, pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none, all;
	extern char **environ;

	sigemptyset(&none);
	sigfillset(&all);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &all);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
	posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	int error = posix_spawn(pid, argv[0], &actions, &attributes, (char *const *)argv, environ);

	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	return -error;
}

// Waits for the end up to a limit, then kills the program.
static int wait_for(pid_t pid, int milliseconds)
{
	int fd = syscall(SYS_pidfd_open, pid, 0), status;
	struct pollfd entry = {.fd = fd, .events = POLLIN};
	bool ended = fd >= 0 && poll(&entry, 1, milliseconds) == 1;

	if (fd >= 0)
		close(fd);
	if (!ended)
		kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	if (!ended)
		return -ETIMEDOUT;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int lnx_feed(const char *const *argv, const void *input, size_t size, int milliseconds)
{
	int file = filled_file(input, size);
	pid_t pid;

	if (file < 0)
		return file;
	int error = start(argv, file, &pid);

	close(file);
	return error ? error : wait_for(pid, milliseconds);
}
