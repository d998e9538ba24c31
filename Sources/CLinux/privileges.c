#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

int lnx_has_capability(int capability)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = { 0 };
	if (syscall(SYS_capget, &header, data))
		return -errno;
	return (data[capability / 32].effective >> (capability % 32)) & 1;
}

// Whether there is any capability to drop.
static bool holds_any(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = { 0 };
	return syscall(SYS_capget, &header, data) || data[0].permitted || data[1].permitted;
}

// Drops the bounding set first, while CAP_SETPCAP is still there. Without it (in a container, for example) the set
// stays, but no_new_privs prevents its use.
int lnx_drop_privileges(bool change_user, uid_t uid, gid_t gid, const gid_t *groups, size_t group_count)
{
	bool was_privileged = change_user || holds_any();

	if (lnx_has_capability(CAP_SETPCAP) == 1) {
		prctl(PR_SET_SECUREBITS, SECBIT_NOROOT | SECBIT_NOROOT_LOCKED, 0, 0, 0);
		for (int capability = 0; prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; capability++)
			if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0))
				return -errno;
	}
	if (change_user) {
		if (setgroups(group_count, groups) || setresgid(gid, gid, gid) || setresuid(uid, uid, uid))
			return -errno;
	}
	prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[2] = { 0 };
	if (syscall(SYS_capset, &header, none))
		return -errno;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -errno;
	// Descriptors that were opened with privileges stay open: no other process of this user may inspect this one,
	// or copy them.
	if (was_privileged && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0))
		return -errno;
	// Check the result: a way back would be worse than no drop at all.
	if (change_user && uid != 0 && (setuid(0) == 0 || seteuid(0) == 0))
		return -EPERM;
	return 0;
}
