// The place and identity of a process: directories, mounts, users, sessions, cgroups, names.
#include "fixture.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

// DIRECTORY STEP
int run_chdir(char **arguments)
{
	must(chdir(arguments[0]), "chdir");
	return run(arguments + 1);
}

// COUNT LENGTH STEP: makes and enters so many directories, one in the other, with names of that length.
int run_deep(char **arguments)
{
	int length = atoi(arguments[1]);
	char name[256] = "";
	for (int i = 0; i < atoi(arguments[0]); i++) {
		memset(name, 'a' + i % 26, length);
		must(mkdir(name, 0755), "mkdir");
		must(chdir(name), "chdir");
	}
	return run(arguments + 2);
}

// PATH MODE STEP: copies this program there.
int run_copy(char **arguments)
{
	int out = must(open(arguments[0], O_WRONLY | O_CREAT | O_CLOEXEC, 0700), "create");
	copy_self(out);
	must(fchmod(out, strtol(arguments[1], NULL, 8)), "fchmod");
	close(out);
	return run(arguments + 2);
}

// DIRECTORY STEP: a new file system, which no other process sees.
int run_tmpfs(char **arguments)
{
	must(unshare(CLONE_NEWNS), "unshare");
	must(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), "mount private");
	must(mount("tmpfs", arguments[0], "tmpfs", 0, NULL), "mount tmpfs");
	return run(arguments + 1);
}

// FROM TO STEP
int run_bind(char **arguments)
{
	must(mkdir(arguments[0], 0755), "mkdir");
	must(mkdir(arguments[1], 0755), "mkdir");
	must(mount(arguments[0], arguments[1], NULL, MS_BIND, NULL), "mount bind");
	return run(arguments + 2);
}

// UID GID STEP
int run_ids(char **arguments)
{
	uid_t uid = atoi(arguments[0]);
	gid_t gid = atoi(arguments[1]);
	must(setgroups(0, NULL), "setgroups");
	must(setresgid(gid, gid, gid), "setresgid");
	must(setresuid(uid, uid, uid), "setresuid");
	return run(arguments + 2);
}

// STEP, in a child with a terminal of its own. Prints the child's pid and the terminal's name.
int run_pty(char **arguments)
{
	int terminal = must(posix_openpt(O_RDWR | O_NOCTTY), "posix_openpt");
	must(grantpt(terminal), "grantpt");
	must(unlockpt(terminal), "unlockpt");
	pid_t pid = must(fork(), "fork");
	if (!pid) {
		must(setsid(), "setsid");
		int other = must(open(ptsname(terminal), O_RDWR), "open terminal");
		must(ioctl(other, TIOCSCTTY, 0), "TIOCSCTTY");
		_exit(run(arguments));
	}
	dprintf(1, "terminal %d %s\n", pid, ptsname(terminal));
	must(waitpid(pid, NULL, 0), "waitpid");
	return 0;
}

// STEP, in a new session.
int run_session(char **arguments)
{
	must(setsid(), "setsid");
	return run(arguments);
}

// STEP, in a new process group.
int run_group(char **arguments)
{
	must(setpgid(0, 0), "setpgid");
	return run(arguments);
}

// DIRECTORY STEP: moves into a cgroup.
int run_cgroup(char **arguments)
{
	char path[4096];
	snprintf(path, sizeof(path), "%s/cgroup.procs", arguments[0]);
	int file = must(open(path, O_WRONLY | O_CLOEXEC), "open cgroup.procs");
	must(write(file, "0", 1), "write cgroup.procs");
	close(file);
	return run(arguments + 1);
}

// COMM STEP
int run_name(char **arguments)
{
	must(prctl(PR_SET_NAME, arguments[0]), "prctl");
	return run(arguments + 1);
}

// UID STEP: as if that user had logged in.
int run_login(char **arguments)
{
	int file = must(open("/proc/self/loginuid", O_WRONLY | O_CLOEXEC), "open loginuid");
	must(write(file, arguments[0], strlen(arguments[0])), "write loginuid");
	close(file);
	return run(arguments + 1);
}

// PATH STEP: gives that program a capability, in force from its start.
int run_caps(char **arguments)
{
	struct vfs_cap_data data = {
		.magic_etc = VFS_CAP_REVISION_2 | VFS_CAP_FLAGS_EFFECTIVE,
		.data = { { .permitted = 1 << CAP_NET_RAW } },
	};
	must(setxattr(arguments[0], "security.capability", &data, sizeof(data), 0), "setxattr");
	return run(arguments + 1);
}

// MEBIBYTES STEP: room for a stack; a quarter of it is what arguments and environment may take.
int run_stack(char **arguments)
{
	rlim_t size = (rlim_t)atoi(arguments[0]) << 20;
	must(setrlimit(RLIMIT_STACK, &(struct rlimit){ .rlim_cur = size, .rlim_max = RLIM_INFINITY }), "setrlimit");
	return run(arguments + 1);
}

// PATH MEBIBYTES STEP: writes so much to a file, and reads it back from the disk.
int run_disk(char **arguments)
{
	static char buffer[1 << 20];
	int size = atoi(arguments[1]);
	int file = must(open(arguments[0], O_RDWR | O_CREAT | O_CLOEXEC, 0600), "create");
	for (int i = 0; i < size; i++)
		must(write(file, buffer, sizeof(buffer)), "write");
	must(fsync(file), "fsync");
	must(-posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED), "posix_fadvise");
	must(lseek(file, 0, SEEK_SET), "lseek");
	while (must(read(file, buffer, sizeof(buffer)), "read") > 0)
		;
	close(file);
	return run(arguments + 2);
}

static void write_file(const char *directory, const char *name, const char *text)
{
	char path[4096];
	snprintf(path, sizeof(path), "%s/%s", directory, name);
	int file = must(open(path, O_WRONLY | O_CLOEXEC), path);
	must(write(file, text, strlen(text)), path);
	close(file);
}

// DIRECTORY EXTENSION INTERPRETER STEP, in a child, while files with that extension are run by the interpreter.
int run_binfmt(char **arguments)
{
	char entry[4096];
	must(unshare(CLONE_NEWNS), "unshare");
	must(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), "mount private");
	must(mount("binfmt_misc", arguments[0], "binfmt_misc", 0, NULL), "mount binfmt_misc");
	snprintf(entry, sizeof(entry), ":%s:E::%s::%s:", arguments[1], arguments[1], arguments[2]);
	write_file(arguments[0], "register", entry);
	pid_t pid = fork();
	if (!pid)
		_exit(run(arguments + 3));
	int status = -1;
	waitpid(pid, &status, 0);
	write_file(arguments[0], arguments[1], "-1");
	return must(pid, "fork") && status ? 1 : 0;
}
