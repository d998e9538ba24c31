#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

// PROC_TIME_INIT_INO of include/linux/proc_ns.h.
#define INITIAL_TIME_NAMESPACE 0xEFFFFFFAu

static int64_t offset;
static int trouble;

static ino_t inode(const char *path)
{
	struct stat found;
	return stat(path, &found) ? 0 : found.st_ino;
}

// The file describes the namespace of new children, which is this process's own unless it has just made one.
static void find_offset(void)
{
	ino_t own = inode("/proc/self/ns/time");
	if (!own || own == INITIAL_TIME_NAMESPACE)
		return;
	trouble = -ENOTSUP;
	if (own != inode("/proc/self/ns/time_for_children"))
		return;
	FILE *file = fopen("/proc/self/timens_offsets", "re");
	if (!file)
		return;
	char line[128];
	while (fgets(line, sizeof(line), file)) {
		long long seconds, nanoseconds;
		if (sscanf(line, "boottime %lld %lld", &seconds, &nanoseconds) == 2) {
			offset = seconds * 1000000000 + nanoseconds;
			trouble = 0;
		}
	}
	fclose(file);
}

int lnx_boot_offset(int64_t *nanoseconds)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, find_offset);
	*nanoseconds = offset;
	return trouble;
}

uint64_t lnx_boot_time(void)
{
	struct timespec now;
	int64_t shift;
	clock_gettime(CLOCK_BOOTTIME, &now);
	lnx_boot_offset(&shift);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec - (uint64_t)shift;
}

static int64_t proc_lead;

// When this thread started, in nanoseconds, by its stat file; negative where that cannot be read.
static int64_t start_in_proc(void)
{
	char line[1024];
	FILE *file = fopen("/proc/thread-self/stat", "re");
	if (!file)
		return -1;
	size_t size = fread(line, 1, sizeof(line) - 1, file);
	fclose(file);
	line[size] = 0;
	// The 22nd field. The second one is the name in parentheses, which may contain spaces and parentheses.
	char *field = strrchr(line, ')');
	for (int number = 2; field && number < 22; number++)
		field = strchr(field + 1, ' ');
	return field ? (int64_t)(strtoull(field, NULL, 10) * (1000000000u / (uint64_t)sysconf(_SC_CLK_TCK))) : -1;
}

// This thread has just started: /proc adds the offset to start times (since 5.11) where that brings this one nearer to
// now.
static void *compare_with_now(void *now)
{
	int64_t start = start_in_proc();
	if (start >= 0 && llabs(start - *(int64_t *)now) < llabs(start + offset - *(int64_t *)now))
		proc_lead = offset;
	return NULL;
}

static void find_proc_lead(void)
{
	int64_t shift;
	struct timespec time;
	lnx_boot_offset(&shift);
	if (!shift)
		return;
	clock_gettime(CLOCK_BOOTTIME, &time);
	int64_t now = (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
	pthread_t thread;
	if (pthread_create(&thread, NULL, compare_with_now, &now))
		proc_lead = shift;
	else
		pthread_join(thread, NULL);
}

int64_t lnx_proc_lead(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, find_proc_lead);
	return proc_lead;
}
