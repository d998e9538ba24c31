#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

// Finds a command as a shell does: it tests each path, so that the search causes no failed execs. Without a match, or
// without room for one, execvp's own search gives the errno.
static const char *find_in_path(const char *name, char *buffer, size_t size)
{
	const char *path = getenv("PATH");
	if (!path || !*name || strchr(name, '/'))
		return name;
	for (const char *entry = path; entry; entry = strchr(entry, ':') ? strchr(entry, ':') + 1 : NULL) {
		int length = (int)strcspn(entry, ":");
		int needed = snprintf(buffer, size, "%.*s%s%s", length, entry, length ? "/" : "./", name);
		struct stat found;
		if (needed > 0 && (size_t)needed < size && !faccessat(AT_FDCWD, buffer, X_OK, AT_EACCESS) &&
		    !stat(buffer, &found) && S_ISREG(found.st_mode))
			return buffer;
	}
	return name;
}

// In the child: waits for the release, becomes the user, and execs. Only calls that are safe after fork; the parent has
// one thread at this point.
static void run_child(const struct lnx_command *command, int release, int error_fd)
{
	char byte;
	if (read(release, &byte, 1) != 1)
		_exit(126); // the parent went away
	if (command->change_user &&
	    (setgroups(command->group_count, command->groups) || setresgid(command->gid, command->gid, command->gid) ||
	     setresuid(command->uid, command->uid, command->uid)))
		goto failed;
	if (command->stdin_fd >= 0 && dup2(command->stdin_fd, 0) < 0)
		goto failed;
	if (command->stdout_fd >= 0 && dup2(command->stdout_fd, 1) < 0)
		goto failed;
	if (command->stderr_fd >= 0 && dup2(command->stderr_fd, 2) < 0)
		goto failed;
	for (const char *const *entry = command->env; entry && *entry; entry++)
		putenv((char *)*entry);
	lnx_give_back_signals();
	char path[PATH_MAX];
	execvp(find_in_path(command->argv[0], path, sizeof(path)), (char *const *)command->argv);
failed:;
	int error = errno;
	if (write(error_fd, &error, sizeof(error)) < 0)
		_exit(126);
	_exit(error == ENOENT ? 127 : 126);
}

int lnx_hold_command(const struct lnx_command *command, struct lnx_held_command *held)
{
	int release[2], error[2];
	if (pipe2(release, O_CLOEXEC))
		return -errno;
	if (pipe2(error, O_CLOEXEC)) {
		int saved = errno;
		close(release[0]);
		close(release[1]);
		return -saved;
	}
	pid_t pid = fork();
	if (pid == 0) {
		close(release[1]); // or the child would hold its own pipe open
		close(error[0]);
		run_child(command, release[0], error[1]);
	}
	int saved = errno;
	close(release[0]);
	close(error[1]);
	if (pid < 0) {
		close(release[1]);
		close(error[0]);
		return -saved;
	}
	*held = (struct lnx_held_command){ .pid = pid, .release_fd = release[1], .error_fd = error[0] };
	return 0;
}

int lnx_release(struct lnx_held_command *held)
{
	int error = 0;
	if (write(held->release_fd, "", 1) != 1)
		error = errno;
	close(held->release_fd);
	int child_error = 0;
	ssize_t length;
	sigset_t mask;
	struct pollfd entry = { .fd = held->error_fd, .events = POLLIN };
	// A long exec waits for a file system: then signals end the program.
	bool is_slow = poll(&entry, 1, 300) == 0;
	if (is_slow)
		lnx_allow_end(&mask);
	do
		length = read(held->error_fd, &child_error, sizeof(child_error));
	while (length < 0 && errno == EINTR);
	if (is_slow)
		lnx_disallow_end(&mask);
	close(held->error_fd);
	if (length == sizeof(child_error))
		error = child_error;
	return -error;
}

int lnx_stop_signal(pid_t pid)
{
	siginfo_t info = { 0 };

	return waitid(P_PID, pid, &info, WSTOPPED | WNOHANG) || info.si_pid != pid ? 0 : info.si_status;
}
