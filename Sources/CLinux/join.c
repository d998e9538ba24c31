#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <time.h>

static struct timespec used_time(pthread_t thread)
{
	struct timespec time = { 0 };
	clockid_t clock;

	if (!pthread_getcpuclockid(thread, &clock))
		clock_gettime(clock, &time);
	return time;
}

static struct timespec after(int milliseconds)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	time.tv_sec += milliseconds / 1000;
	time.tv_nsec += milliseconds % 1000 * 1000000L;
	if (time.tv_nsec >= 1000000000L) {
		time.tv_nsec -= 1000000000L;
		time.tv_sec++;
	}
	return time;
}

int lnx_join(pthread_t thread, int milliseconds)
{
	struct timespec used = used_time(thread);

	for (;;) {
		struct timespec end = after(milliseconds);
		int error = pthread_clockjoin_np(thread, NULL, CLOCK_MONOTONIC, &end);

		if (error != ETIMEDOUT)
			return -error;
		struct timespec now = used_time(thread);
		if (now.tv_sec == used.tv_sec && now.tv_nsec == used.tv_nsec)
			return -ETIMEDOUT;
		used = now;
	}
}
