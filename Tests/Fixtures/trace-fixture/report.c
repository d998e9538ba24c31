// The report of a process about itself: a line for each field, text in hexadecimal, since it may hold any bytes.
#include "fixture.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <time.h>
#include <unistd.h>

static void tell_bytes(const char *key, const char *bytes, size_t size)
{
	char *line = malloc(2 * size + 64);
	char *end = line + sprintf(line, "report %s ", key);
	for (size_t i = 0; i < size; i++)
		end += sprintf(end, "%02x", (unsigned char)bytes[i]);
	*end++ = '\n';
	must(write(1, line, end - line), "write");
	free(line);
}

// A whole file of /proc/self, closed by NUL.
static char *contents(const char *name, size_t *size)
{
	char path[64];
	size_t room = 1 << 16;
	char *bytes = malloc(room + 1);
	snprintf(path, sizeof(path), "/proc/self/%s", name);
	int file = must(open(path, O_RDONLY | O_CLOEXEC), path);
	*size = 0;
	for (ssize_t count; (count = must(read(file, bytes + *size, room - *size), path)) > 0;) {
		*size += count;
		if (*size == room)
			bytes = realloc(bytes, (room *= 2) + 1);
	}
	close(file);
	bytes[*size] = 0;
	return bytes;
}

static void tell_file(const char *key, const char *name)
{
	size_t size;
	char *bytes = contents(name, &size);
	tell_bytes(key, bytes, size);
	free(bytes);
}

static void tell_link(const char *key, const char *name)
{
	char target[8192];
	tell_bytes(key, target, must(readlink(name, target, sizeof(target)), name));
}

// The last number of a line of /proc/self/status.
static void tell_status(const char *key, const char *label)
{
	size_t size;
	char *bytes = contents("status", &size), *line = strstr(bytes, label);
	must(line ? 0 : -1, label);
	*strchr(line, '\n') = 0;
	dprintf(1, "report %s %s\n", key, strrchr(line, '\t') + 1);
	free(bytes);
}

// The fields of /proc/self/stat: /proc is the host's, so the numbers in it are too.
static void tell_stat(void)
{
	size_t size;
	char *bytes = contents("stat", &size);
	int parent, group, session, terminal;
	unsigned long long start;
	must(sscanf(strrchr(bytes, ')') + 2, "%*c %d %d %d %d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu",
		    &parent, &group, &session, &terminal, &start) == 5 ? 0 : -1, "stat");
	dprintf(1, "report pid %d\nreport ppid %d\nreport pgrp %d\nreport session %d\nreport terminal %d\nreport start %llu\n",
		atoi(bytes), parent, group, session, terminal, start);
	free(bytes);
}

// STEP, after telling all that.
int run_report(char **arguments)
{
	struct timespec now;
	uid_t uid[3];
	gid_t gid[3];
	char cgroup[8192] = "";
	size_t size;

	clock_gettime(CLOCK_BOOTTIME, &now);
	dprintf(1, "report time %lld\n", now.tv_sec * 1000000000LL + now.tv_nsec);
	tell_stat();
	must(getresuid(uid, uid + 1, uid + 2), "getresuid");
	must(getresgid(gid, gid + 1, gid + 2), "getresgid");
	dprintf(1, "report uid %u\nreport euid %u\nreport gid %u\nreport egid %u\n", uid[0], uid[1], gid[0], gid[1]);
	dprintf(1, "report getpid %d\nreport getppid %d\nreport getpgrp %d\nreport getsid %d\n", getpid(), getppid(),
		getpgrp(), getsid(0));
	dprintf(1, "report secure %lu\n", getauxval(AT_SECURE));
	tell_status("nspid", "NSpid:");
	char *login = contents("loginuid", &size);
	dprintf(1, "report login %s\n", login);
	tell_file("comm", "comm");
	tell_file("argv", "cmdline");
	tell_file("env", "environ");
	tell_link("exe", "/proc/self/exe");
	tell_link("cwd", "/proc/self/cwd");
	const char *file = (const char *)getauxval(AT_EXECFN);
	tell_bytes("file", file, strlen(file));
	char *groups = contents("cgroup", &size), *line = strstr(groups, "0::");
	if (line)
		sscanf(line, "0::%8191[^\n]", cgroup);
	tell_bytes("cgroup", cgroup, strlen(cgroup));
	return run(arguments);
}
