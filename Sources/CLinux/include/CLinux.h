// The Linux calls that Swift's Glibc overlay leaves out, and those that must happen between fork and exec or in a
// thread of their own. Each returns 0 (or a descriptor) on success and a negative errno on failure.
#pragma once

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/// A non-blocking, close-on-exec event counter (`eventfd`).
int lnx_eventfd(void);
/// A non-blocking, close-on-exec descriptor on which the given signals are read, blocked for the process from now on
/// (`sigprocmask`, `signalfd`). `signals` ends with 0.
int lnx_signalfd(const int *signals);
/// From now on these signals do what they do to any program, as well those that are pending (`sigprocmask`). `signals`
/// ends with 0.
void lnx_release_signals(const int *signals);
/// The next pending signal of `fd`, or 0 where there is none.
int lnx_next_signal(int fd);
/// A nameless, close-on-exec file that only this user can open: in `folder` (`O_TMPFILE`), or where that cannot be, in
/// memory (`memfd_create`).
int lnx_nameless_file(const char *folder);
/// A close-on-exec directory on a new file system of a type that needs no device, mounted nowhere: it is seen by
/// nobody else and goes with the descriptor (`fsopen`, `fsmount`).
int lnx_detached_mount(const char *type);
/// Nanoseconds since boot, including sleep: CLOCK_BOOTTIME, the clock of the kernel's start times.
uint64_t lnx_boot_time(void);
/// Nanoseconds since 1970: CLOCK_REALTIME.
uint64_t lnx_wall_time(void);

/// In a static program: takes users and groups from /etc/passwd and /etc/group alone (`__nss_configure_lookup`). The
/// machine's name service modules belong to another C library: they may be missing, or crash this one. Elsewhere
/// nothing changes. To be called before the first look-up.
void lnx_settle_name_service(void);

/// Gives up every privilege for good: groups, user and group ids (where `change_user`), all capabilities including the
/// bounding and ambient sets, and the way back (no_new_privs). Must run while the process has one thread, because
/// capabilities belong to threads.
int lnx_drop_privileges(bool change_user, uid_t uid, gid_t gid, const gid_t *groups, size_t group_count);
/// Whether the calling thread has a capability (CAP_… number) in its effective set; negative errno where unknown.
int lnx_has_capability(int capability);

/// Runs `body` in a thread of its own whose mount namespace has tracefs on /sys/kernel/tracing, whatever the host
/// has; the namespace goes with the thread. Returns the body's result.
int lnx_with_private_tracefs(int (*body)(void *context), void *context);

/// The number of a function in the kernel's type information (BTF), for attaching to it; negative errno where there is
/// none. Takes about a millisecond, where `btf__load_vmlinux_btf`, which indexes all of it, takes six.
int lnx_kernel_function(const char *name);
/// 0 where anything in the kernel's type information (BTF) has this name: a type, a member, a function, or a variable
/// of which each CPU has its own; else a negative errno. Takes about as long.
int lnx_kernel_name(const char *name);

/// Gives memory that was freed back to the kernel, so that the resident size says what is in use (`malloc_trim`).
void lnx_release_memory(void);

/// A command that was started but waits before its exec, so that it can be traced from the first moment.
struct lnx_held_command {
	pid_t pid;
	int release_fd; ///< close-on-exec; see lnx_release
	int error_fd;   ///< close-on-exec; closes without a byte when the exec succeeded
};
struct lnx_command {
	const char *const *argv; ///< ends with NULL; argv[0] is looked for in PATH
	bool change_user;
	uid_t uid;
	gid_t gid;
	const gid_t *groups;
	size_t group_count;
	const char *const *env; ///< NAME=VALUE that replace those in the environment; ends with NULL
	int stdin_fd;           ///< -1: as this process's
	int stdout_fd;
	int stderr_fd;
};
int lnx_hold_command(const struct lnx_command *command, struct lnx_held_command *held);
/// Lets the command exec; returns 0 once it has, or the negative errno of its failure.
int lnx_release(struct lnx_held_command *held);

/// Runs a program to its end with these bytes as its standard input and nothing as its output: `argv[0]` is a path, argv
/// ends with NULL. Returns its exit status, 128 and the signal that ended it, or -ETIMEDOUT when it was killed after so
/// many milliseconds.
int lnx_feed(const char *const *argv, const void *input, size_t size, int milliseconds);
