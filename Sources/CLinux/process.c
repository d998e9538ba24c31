#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

int lnx_open_process(pid_t pid)
{
	int fd = syscall(SYS_pidfd_open, pid, 0);
	return fd < 0 ? -errno : fd;
}
