// The Linux calls that Swift's Glibc overlay leaves out, and those that must happen between fork and exec or in a
// thread of their own. Each returns 0 (or a descriptor) on success and a negative errno on failure.
#pragma once

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/// A non-blocking, close-on-exec event counter (`eventfd`).
int lnx_eventfd(void);
/// Whether this program was started with a signal ignored, as `nohup` does with SIGHUP.
bool lnx_was_ignored(int signal);
/// Makes the signals usable, whatever whoever started this program left: none is blocked, the end of a child is told,
/// and a file that may not grow any more gives an errno. What was ignored otherwise stays ignored. To be called first.
void lnx_settle_signals(void);
/// Sets all signals to what they were when this program was started: for a child, before its exec.
void lnx_give_back_signals(void);
/// Takes the numbers of closed standard descriptors, so that nothing else that is opened gets them. Reading and
/// writing there fails with EBADF as it did, and an exec closes them again (`O_PATH`). To be called before anything is
/// opened.
void lnx_fill_standard_descriptors(void);

/// Writes what `fd` takes, without blocking for much longer than 20 ms whatever it is: a pipe or a terminal may be full.
/// Its flags stay as they are, since other processes share them. Returns how many bytes were taken, -EAGAIN where
/// none can be now, or another negative errno (`write`, `timer_settime`).
ssize_t lnx_write_some(int fd, const void *bytes, size_t size);

/// Waits as `poll` does. `poll` fails if RLIMIT_NOFILE, which can be set from outside, is below the number of entries;
/// then `select` is used instead, which reports no errors. The type of `entries` is `struct pollfd`.
int lnx_poll(void *entries, unsigned long count, int milliseconds);

/// A non-blocking, close-on-exec descriptor on which the given signals are read, blocked for the process from now on
/// (`sigprocmask`, `signalfd`). Those that this program was started to ignore are left out. `signals` ends with 0.
int lnx_signalfd(const int *signals);
/// From now on these signals do what they do to any program, as well those that are pending (`sigprocmask`). `signals`
/// ends with 0.
void lnx_release_signals(const int *signals);
/// From now on SIGINT, SIGTERM and SIGHUP end the process at once, those that are pending too: while it calls what may
/// wait for others and looks at nothing else. `before` takes the thread's mask.
void lnx_allow_end(sigset_t *before);
/// Sets the mask that was before `lnx_allow_end`.
void lnx_disallow_end(const sigset_t *before);
/// The next pending signal of `fd`, or 0 where there is none; and whether the kernel sent it, as the terminal's driver
/// does for Ctrl-C, to the whole process group.
int lnx_next_signal(int fd, bool *by_kernel);
/// How many names the file has that `name` below the directory `folder` leads to, as far as the kernel knows by itself
/// (`statx` with AT_STATX_DONT_SYNC): no server and no file system in user space is asked.
int lnx_link_count(int folder, const char *name, uint64_t *count);
/// A nameless, close-on-exec file that only this user can open, in `folder` (`O_TMPFILE`, or a file that is unlinked at
/// once where the file system has no such thing); in memory where `folder` is NULL (`memfd_create`).
int lnx_nameless_file(const char *folder);

/// A process that keeps what comes through a pipe: the first half and the last half of `limit` bytes. It has its name,
/// `execsnoop-spool`, and its process group; it ends when nobody has the pipe open for writing any more. Once its maker is
/// gone it reads on and throws away, so that writers get no SIGPIPE.
struct lnx_spool {
	uint64_t limit;
	uint64_t total;       ///< bytes that came
	uint64_t size;        ///< of the file: with no ring all that came, in order
	uint64_t head;        ///< with a ring: the file's first bytes, the first that came
	uint64_t next;        ///< with a ring: its oldest byte; it goes from `head` to `size`
	uint64_t left_out;    ///< bytes between the first and the last that are kept
	uint64_t left_at_end; ///< bytes at the end that could not be kept
	int error;            ///< errno of a write that failed, or 0
	int file;             ///< -1 for none
	int memory;           ///< used where nothing can be written to `file`; -1 for none
	int control;
	pid_t pid;
	bool is_ring;
	bool is_broken;
	bool in_memory;
};
/// A close-on-exec pipe that a user owns, so that whoever has an end as standard output can open it once more. Reading
/// does not block. Returns 0, or a negative errno.
int lnx_held_pipe(int ends[2], uid_t uid, gid_t gid);
/// Starts it, as the user that this process is, with the pipe's end for reading and files that the caller owns. Must run
/// while the process has one thread. Returns 0, or a negative errno.
int lnx_start_spool(int input, int file, int memory, uint64_t limit, struct lnx_spool **result);
/// Has it leave the pipe to the caller, and returns when it does. What it kept is then final.
void lnx_park_spool(struct lnx_spool *spool);
/// A close-on-exec directory on a new file system of a type that needs no device, mounted nowhere: it is seen by
/// nobody else and goes with the descriptor (`fsopen`, `fsmount`).
int lnx_detached_mount(const char *type);
/// The type of the file system that an open file is on, a number of include/uapi/linux/magic.h (`fstatfs`).
int64_t lnx_file_system_type(int fd);
/// Nanoseconds since boot, including sleep: the clock of the kernel's start times. It is CLOCK_BOOTTIME less the offset
/// of the time namespace that this process is in.
uint64_t lnx_boot_time(void);
/// How far CLOCK_BOOTTIME, and with it start times in /proc, are ahead of the kernel's clock here, nanoseconds: 0 outside
/// of time namespaces. Returns -ENOTSUP where the kernel does not tell.
int lnx_boot_offset(int64_t *nanoseconds);

/// How far the start times in /proc/PID/stat are ahead of the kernel's clock, in nanoseconds: the offset of this time
/// namespace from Linux 5.11 on, 0 before. It is measured at a thread that starts, once.
int64_t lnx_proc_lead(void);
/// Nanoseconds since 1970: CLOCK_REALTIME.
uint64_t lnx_wall_time(void);

/// How many arguments the program was started with, its name included.
int lnx_argument_count(void);
/// The argument with this number, 0 for the program's name; NULL where there is none.
const char *lnx_argument(int index);

/// A close-on-exec descriptor of a process, readable once all of it has ended (`pidfd_open`). Of a thread that is not a
/// process's first there is none: -EINVAL or -ENOENT.
int lnx_open_process(pid_t pid);

/// In a static program: takes users and groups from /etc/passwd and /etc/group alone (`__nss_configure_lookup`). The
/// machine's name service modules belong to another C library: they may be missing, or crash this one. Elsewhere
/// nothing changes. To be called before the first look-up.
void lnx_settle_name_service(void);

/// Gives up every privilege for good: groups, user and group ids (where `change_user`), all capabilities including the
/// bounding and ambient sets, and the way back (no_new_privs). Must run while the process has one thread, because
/// capabilities belong to threads.
int lnx_drop_privileges(bool change_user, uid_t uid, gid_t gid, const gid_t *groups, size_t group_count);
/// Closes all descriptors but these, and sorts them. Safe after fork.
void lnx_keep_only(int *kept, size_t count);

/// A process, `execsnoop-hold`, that keeps descriptors of its maker's open, under their numbers, until the maker is gone.
struct lnx_holder {
	bool change_user; ///< whether it becomes the user below, as `lnx_drop_privileges` does
	uid_t uid;
	gid_t gid;
	pid_t pid;
	int life;
};
enum { LNX_MOST_HELD = 32 };
/// Forks it. Returns 0, or a negative errno.
int lnx_start_holder(struct lnx_holder *holder, const int *fds, size_t count);
/// Has it give up its privileges; from then on nobody may look into it. Returns 0, or a negative errno.
int lnx_seal_holder(const struct lnx_holder *holder);
void lnx_end_holder(const struct lnx_holder *holder);

/// A close-on-exec epoll instance that is readable when `fd` is (`epoll_create1`); it stays so when `fd` is closed, as long
/// as what that refers to is open or mapped. Or a negative errno.
int lnx_epoll_of(int fd);

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

/// Waits for the end of a thread as long as it does something: -ETIMEDOUT where it used no CPU time for so many
/// milliseconds (`pthread_clockjoin_np`).
int lnx_join(pthread_t thread, int milliseconds);

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
/// The signal that stopped a child, told once for each stop; 0 where it is not stopped (`waitid`).
int lnx_stop_signal(pid_t pid);

/// Runs a program to its end with these bytes as its standard input and nothing as its output: `argv[0]` is a path, argv
/// ends with NULL. Returns its exit status, 128 and the signal that ended it, or -ETIMEDOUT when it was killed after so
/// many milliseconds.
int lnx_feed(const char *const *argv, const void *input, size_t size, int milliseconds);
