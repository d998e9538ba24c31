#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

int lnx_epoll_of(int fd)
{
	struct epoll_event event = { .events = EPOLLIN };
	int epoll = epoll_create1(EPOLL_CLOEXEC);
	if (epoll < 0)
		return -errno;
	if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == 0)
		return epoll;
	int error = errno;
	close(epoll);
	return -error;
}

int lnx_eventfd(void)
{
	int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

// A shell without job control starts commands after `&` with SIGINT and SIGQUIT ignored, so that Ctrl-C does not reach
// them. A SIGINT from another process is intended.
static bool is_job_of_script(void)
{
	return lnx_was_ignored(SIGINT) && lnx_was_ignored(SIGQUIT);
}

// Without the signals that this program was started to ignore: a signalfd returns a blocked signal although it is
// ignored. Signals without a default effect are watched too.
static sigset_t set_of(const int *signals)
{
	sigset_t set;
	sigemptyset(&set);
	for (; *signals; signals++)
		if (*signals == SIGCHLD || *signals == SIGCONT || *signals == SIGWINCH || !lnx_was_ignored(*signals) ||
		    (*signals == SIGINT && is_job_of_script()))
			sigaddset(&set, *signals);
	return set;
}

int lnx_signalfd(const int *signals)
{
	sigset_t set = set_of(signals);
	int error = pthread_sigmask(SIG_BLOCK, &set, NULL);
	if (error)
		return -error;
	int fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

void lnx_release_signals(const int *signals)
{
	sigset_t set = set_of(signals);
	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

void lnx_allow_end(sigset_t *before)
{
	static const int ends[] = { SIGINT, SIGTERM, SIGHUP, 0 };
	sigset_t set = set_of(ends);
	pthread_sigmask(SIG_UNBLOCK, &set, before);
}

void lnx_disallow_end(const sigset_t *before)
{
	pthread_sigmask(SIG_SETMASK, before, NULL);
}

int lnx_next_signal(int fd, bool *by_kernel)
{
	struct signalfd_siginfo info;
	do {
		if (read(fd, &info, sizeof(info)) != sizeof(info))
			return 0;
		*by_kernel = info.ssi_code == SI_KERNEL;
	} while (*by_kernel && lnx_was_ignored((int)info.ssi_signo));
	return (int)info.ssi_signo;
}

int lnx_link_count(int folder, const char *name, uint64_t *count)
{
	struct statx found;
	if (statx(folder, name, AT_STATX_DONT_SYNC, STATX_NLINK, &found))
		return -errno;
	if (!(found.stx_mask & STATX_NLINK))
		return -ENODATA;
	*count = found.stx_nlink;
	return 0;
}

int lnx_nameless_file(const char *folder)
{
	if (!folder) {
		int memory = memfd_create("nameless", MFD_CLOEXEC);
		return memory < 0 ? -errno : memory;
	}
	int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd >= 0)
		return fd;
	char path[PATH_MAX];
	int length = snprintf(path, sizeof(path), "%s/execsnoop-XXXXXX", folder);
	if (length < 0 || (size_t)length >= sizeof(path))
		return -ENAMETOOLONG;
	fd = mkostemp(path, O_CLOEXEC);
	if (fd < 0)
		return -errno;
	unlink(path);
	return fd;
}

uint64_t lnx_wall_time(void)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}
