#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

// How long a write may block, in nanoseconds.
enum { TICK = 20 * 1000 * 1000 };
// The most bytes of a write where no timer can be made: a pipe or a terminal that polls as writable mostly has room for
// them.
enum { SMALL_PIECE = 256 };

// Each thread has a timer of its own, since the signal has to interrupt the writing thread.
static _Thread_local timer_t ticker;
static _Thread_local pid_t ticker_owner;

static void on_tick(int signal)
{
	(void)signal;
}

// The signal does nothing, but without SA_RESTART it interrupts the call.
static bool make_ticker(void)
{
	const int number = SIGRTMIN + 7;
	struct sigaction action = { .sa_handler = on_tick };
	struct sigevent event = { .sigev_notify = SIGEV_THREAD_ID, .sigev_signo = number };
	pid_t self = syscall(SYS_gettid);
	sigset_t tick;

	if (ticker_owner == self)
		return true;
	event._sigev_un._tid = self;
	sigemptyset(&action.sa_mask);
	sigemptyset(&tick);
	sigaddset(&tick, number);
	if (sigaction(number, &action, NULL) || pthread_sigmask(SIG_UNBLOCK, &tick, NULL) ||
	    timer_create(CLOCK_MONOTONIC, &event, &ticker))
		return false;
	ticker_owner = self;
	return true;
}

// The timer repeats: a tick just before the call starts would interrupt nothing.
static void set_ticker(long nanoseconds)
{
	struct timespec interval = { .tv_nsec = nanoseconds };
	struct itimerspec times = { .it_value = interval, .it_interval = interval };

	timer_settime(ticker, 0, &times, NULL);
}

static bool never_blocks(int fd)
{
	struct stat facts;

	return !fstat(fd, &facts) && (S_ISREG(facts.st_mode) || S_ISBLK(facts.st_mode));
}

static ssize_t write_once(int fd, const void *bytes, size_t size)
{
	ssize_t count = write(fd, bytes, size);

	if (count >= 0)
		return count;
	return errno == EINTR ? -EAGAIN : -errno;
}

ssize_t lnx_write_some(int fd, const void *bytes, size_t size)
{
	struct pollfd entry = { .fd = fd, .events = POLLOUT };

	if (never_blocks(fd))
		return write_once(fd, bytes, size);
	if (poll(&entry, 1, 0) == 0)
		return -EAGAIN;
	if (!make_ticker())
		return write_once(fd, bytes, size < SMALL_PIECE ? size : SMALL_PIECE);
	set_ticker(TICK);
	ssize_t result = write_once(fd, bytes, size);
	set_ticker(0);
	return result;
}
