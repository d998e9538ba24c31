#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

int lnx_eventfd(void)
{
	int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

// Without those that this program was started to ignore: a blocked signal is read from a signalfd although it is
// ignored. Signals that have no effect by default are watched all the same.
static sigset_t set_of(const int *signals)
{
	sigset_t set;
	sigemptyset(&set);
	for (; *signals; signals++)
		if (*signals == SIGCHLD || *signals == SIGCONT || *signals == SIGWINCH || !lnx_was_ignored(*signals))
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
	if (read(fd, &info, sizeof(info)) != sizeof(info))
		return 0;
	*by_kernel = info.ssi_code == SI_KERNEL;
	return (int)info.ssi_signo;
}

int lnx_nameless_file(const char *folder)
{
	int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd < 0)
		fd = memfd_create("nameless", MFD_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static uint64_t nanoseconds(clockid_t clock)
{
	struct timespec now;
	clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

uint64_t lnx_boot_time(void)
{
	return nanoseconds(CLOCK_BOOTTIME);
}

uint64_t lnx_wall_time(void)
{
	return nanoseconds(CLOCK_REALTIME);
}
