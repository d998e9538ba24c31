#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <sys/mount.h>
#include <sys/vfs.h>
#include <unistd.h>

int lnx_detached_mount(const char *type)
{
	int context = fsopen(type, FSOPEN_CLOEXEC);
	if (context < 0)
		return -errno;
	int result = fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0);
	if (!result)
		result = fsmount(context, FSMOUNT_CLOEXEC, 0);
	int error = errno;
	close(context);
	return result < 0 ? -error : result;
}

int64_t lnx_file_system_type(int fd)
{
	struct statfs found;
	return fstatfs(fd, &found) ? -errno : (int64_t)(uint32_t)found.f_type;
}
