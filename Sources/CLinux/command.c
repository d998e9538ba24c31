#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
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

// In the command: becomes the user, and execs. Only calls that are safe after fork; the parent had one thread then.
static void run_command(const struct lnx_command *command, int report)
{
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
	if (write(report, &error, sizeof(error)) < 0)
		_exit(126);
	_exit(error == ENOENT ? 127 : 126);
}

// In the child: waits for the release, and forks the command as its own sibling, so that the command starts under the
// tracer's eyes and is a child of the caller. Reports its pid, which is 0 where there is none, and then an errno where
// the command cannot run.
static void run_starter(const struct lnx_command *command, int release, int report)
{
	char byte;
	if (read(release, &byte, 1) != 1)
		_exit(126); // the parent went away
	pid_t pid = (pid_t)syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0);
	if (pid > 0)
		_exit(0);
	int error = errno;
	if (pid == 0)
		pid = getpid();
	else
		pid = 0;
	if (write(report, &pid, sizeof(pid)) < 0)
		_exit(126);
	if (pid)
		run_command(command, report);
	if (write(report, &error, sizeof(error)) < 0)
		_exit(126);
	_exit(126);
}

int lnx_hold_command(const struct lnx_command *command, struct lnx_held_command *held)
{
	int release[2], report[2];
	if (pipe2(release, O_CLOEXEC))
		return -errno;
	if (pipe2(report, O_CLOEXEC)) {
		int saved = errno;
		close(release[0]);
		close(release[1]);
		return -saved;
	}
	pid_t pid = fork();
	if (pid == 0) {
		close(release[1]); // or the child would hold its own pipe open
		close(report[0]);
		run_starter(command, release[0], report[1]);
	}
	int saved = errno;
	close(release[0]);
	close(report[1]);
	if (pid < 0) {
		close(release[1]);
		close(report[0]);
		return -saved;
	}
	*held = (struct lnx_held_command){ .pid = pid, .release_fd = release[1], .report_fd = report[0] };
	return 0;
}

// Whether a whole number came; false at the end of the pipe.
static bool read_number(int fd, int *number)
{
	ssize_t length;
	do
		length = read(fd, number, sizeof(*number));
	while (length < 0 && errno == EINTR);
	return length == sizeof(*number);
}

int lnx_release(struct lnx_held_command *held)
{
	int error = 0, command = 0, command_error = 0;
	if (write(held->release_fd, "", 1) != 1)
		error = errno;
	close(held->release_fd);
	read_number(held->report_fd, &command);
	if (command > 0) {
		while (waitpid(held->pid, NULL, 0) < 0 && errno == EINTR)
			;
		held->pid = command;
	} else if (!error) {
		error = ECHILD;
	}
	sigset_t mask;
	struct pollfd entry = { .fd = held->report_fd, .events = POLLIN };
	// A long exec waits for a file system: then signals end the program.
	bool is_slow = poll(&entry, 1, 300) == 0;
	if (is_slow)
		lnx_allow_end(&mask);
	if (read_number(held->report_fd, &command_error))
		error = command_error;
	if (is_slow)
		lnx_disallow_end(&mask);
	close(held->report_fd);
	return -error;
}

int lnx_stop_signal(pid_t pid)
{
	siginfo_t info = { 0 };

	return waitid(P_PID, pid, &info, WSTOPPED | WNOHANG) || info.si_pid != pid ? 0 : info.si_status;
}
