// A process that only keeps descriptors open, so that /proc has data about them.
#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <signal.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static void sort(int *values, size_t count)
{
	for (size_t i = 1; i < count; i++)
		for (size_t j = i; j && values[j - 1] > values[j]; j--) {
			int value = values[j];
			values[j] = values[j - 1];
			values[j - 1] = value;
		}
}

static void close_from_to(unsigned int first, unsigned int last)
{
	if (first > last || close_range(first, last, 0) == 0)
		return;
	// Before Linux 5.9.
	long limit = sysconf(_SC_OPEN_MAX);
	for (unsigned int fd = first; fd <= last && (long)fd < limit; fd++)
		close(fd);
}

void lnx_keep_only(int *kept, size_t count)
{
	unsigned int first = 0;
	sort(kept, count);
	for (size_t i = 0; i < count; i++) {
		if (kept[i] > 0)
			close_from_to(first, kept[i] - 1);
		first = kept[i] + 1;
	}
	close_from_to(first, ~0u);
}

static void hold(const struct lnx_holder *holder, int life, const int *fds, size_t count)
{
	int kept[LNX_MOST_HELD + 1];
	sigset_t all;
	char byte;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	setpgid(0, 0);
	prctl(PR_SET_NAME, "execsnoop-hold", 0, 0, 0);
	for (size_t i = 0; i < count; i++)
		kept[i] = fds[i];
	kept[count] = life;
	lnx_keep_only(kept, count + 1);
	// Only after the parent has opened the files that it reads: no process may inspect this one after it drops its
	// privileges.
	if (read(life, &byte, 1) != 1 ||
	    lnx_drop_privileges(holder->change_user, holder->uid, holder->gid, &holder->gid, 1))
		_exit(1);
	while (read(life, &byte, 1) < 0)
		;
	_exit(0);
}

int lnx_start_holder(struct lnx_holder *holder, const int *fds, size_t count)
{
	int life[2];
	if (count > LNX_MOST_HELD)
		return -E2BIG;
	if (pipe2(life, O_CLOEXEC))
		return -errno;
	pid_t pid = fork();
	if (pid == 0)
		hold(holder, life[0], fds, count);
	int error = errno;
	close(life[0]);
	if (pid < 0) {
		close(life[1]);
		return -error;
	}
	holder->pid = pid;
	holder->life = life[1];
	return 0;
}

int lnx_seal_holder(const struct lnx_holder *holder)
{
	return write(holder->life, "", 1) == 1 ? 0 : -errno;
}

void lnx_end_holder(const struct lnx_holder *holder)
{
	close(holder->life);
	kill(holder->pid, SIGKILL); // it may have been stopped
	while (waitpid(holder->pid, NULL, 0) < 0 && errno == EINTR)
		;
}
