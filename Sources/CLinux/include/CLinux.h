// Linux calls that Swift's Glibc overlay leaves out, and calls that must happen between fork and exec or in a thread of
// their own. Each returns 0 (or a descriptor) on success and a negative errno on failure, unless it says otherwise.
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
/// Resets the signals, whatever the parent set: only SIGUSR1 is blocked, which a recorder reads, the exit of a child is reported (SIGCHLD), and a file
/// at its size limit gives an errno (SIGXFSZ). Other ignored signals stay ignored. Call it first.
void lnx_prepare_signals(void);
/// Restores all signals to what they were when this program was started: for a child, before its exec.
void lnx_give_back_signals(void);
/// Occupies the numbers of closed standard descriptors, so that no other file gets them. Reads and writes there still
/// fail with EBADF, and an exec closes them again (`O_PATH`). Call it before anything is opened.
void lnx_fill_standard_descriptors(void);

/// Writes as much as `fd` accepts, without blocking for much longer than 20 ms, whatever `fd` is: a pipe or a terminal
/// may be full. Its flags stay, since other processes share them. Returns how many bytes were written, -EAGAIN for
/// none, or another negative errno (`write`, `timer_settime`).
ssize_t lnx_write_some(int fd, const void *bytes, size_t size);

/// Like `poll`. If RLIMIT_NOFILE, which other processes can set, is below the number of entries, `poll` fails: then
/// `select` is used, which reports no errors. `entries` are of the type `struct pollfd`.
int lnx_poll(void *entries, unsigned long count, int milliseconds);

/// A non-blocking, close-on-exec descriptor for the given signals, which are blocked for the process from now on
/// (`sigprocmask`, `signalfd`). Signals that this program was started to ignore are left out. `signals` ends with 0.
int lnx_signalfd(const int *signals);
/// Unblocks these signals, with pending ones, so that they have their usual effects (`sigprocmask`). `signals` ends
/// with 0.
void lnx_release_signals(const int *signals);
/// Lets SIGINT, SIGTERM and SIGHUP, with pending ones, end the process at once, during a call that may wait for other
/// processes. `before` gets the mask of the thread.
void lnx_allow_end(sigset_t *before);
/// Restores the mask from before `lnx_allow_end`.
void lnx_disallow_end(const sigset_t *before);
/// The next pending signal of `fd`, or 0 for none; and whether the kernel sent it, as the terminal driver does for
/// Ctrl-C, to the whole process group.
int lnx_next_signal(int fd, bool *by_kernel);
/// The number of links of the file that `name` below the directory `folder` refers to, as far as the kernel knows it
/// (`statx` with AT_STATX_DONT_SYNC): asks no server and no file system in user space.
int lnx_link_count(int folder, const char *name, uint64_t *count);
/// A nameless, close-on-exec file in `folder` that only this user can open (`O_TMPFILE`, or a file that is unlinked at
/// once where the file system does not support that); in memory where `folder` is NULL (`memfd_create`).
int lnx_nameless_file(const char *folder);

/// How many pieces of output a spool remembers.
enum { LNX_PIECES = 1 << 16 };
/// Output of one stream that was read at one time. It ends where the next piece starts.
struct lnx_piece {
	uint64_t start;  ///< the number of stored bytes before it
	uint64_t time;   ///< nanoseconds since boot
	uint32_t stream; ///< 0 for standard output, 1 for standard error
	uint32_t unused;
};
/// A process that stores the output of two pipes: the first half and the last half of `limit` bytes, in the order in
/// which they were written. It has its own name, `execsnoop-spool`, and its own process group, and exits when no process
/// has a pipe open for writing. After its parent is gone it still reads, and discards the output, so that writers get no
/// SIGPIPE.
struct lnx_spool {
	uint64_t limit;
	uint64_t total;       ///< bytes that were read
	uint64_t size;        ///< of the file, in bytes; without a ring it has all output in order
	uint64_t head;        ///< with a ring: the number of first bytes, at the file's start
	uint64_t next;        ///< with a ring: the offset of its oldest byte; the ring is from `head` to `size`
	uint64_t left_out;    ///< bytes between the first and the last ones, which are not kept
	uint64_t doomed;      ///< as `left_out`, with those that the present write replaces
	uint64_t left_at_end; ///< bytes at the end that could not be kept
	uint64_t piece_count; ///< of all pieces; the newest `LNX_PIECES` are remembered
	struct lnx_piece *pieces;
	int error;            ///< errno of a write that failed, or 0
	int file;             ///< -1 for none
	int memory;           ///< a file in memory, used if `file` cannot be written; -1 for none
	int wake;             ///< an eventfd that becomes readable when output is stored
	int control;
	pid_t pid;
	bool is_ring;
	bool is_broken;
	bool in_memory;
};
/// A close-on-exec pipe that a user owns, so that a process with an end as standard output can open it again. Reading
/// does not block. Returns 0, or a negative errno.
int lnx_held_pipe(int ends[2], uid_t uid, gid_t gid);
/// Starts the spool as the present user, with the read ends of the pipes of standard output and standard error, files
/// that the caller owns, and an eventfd. Call it while the process has one thread. Returns 0, or a negative errno.
int lnx_start_spool(
	const int inputs[2], int file, int memory, int wake, uint64_t limit, struct lnx_spool **result);
/// Makes the spool leave the pipes to the caller, and waits until it does. Its contents are final then.
void lnx_park_spool(struct lnx_spool *spool);
/// Frees the memory that the caller shares with the spool; not its descriptors.
void lnx_free_spool(struct lnx_spool *spool);
/// A position in the stored output, and what was read last.
struct lnx_spool_reader {
	uint64_t place;   ///< the number of stored bytes before the next one
	uint64_t piece;   ///< a piece at `place` or before it
	uint64_t skipped; ///< bytes before `place` that are not kept any more; the caller sets it back to 0
	uint64_t time;    ///< of the bytes that were read
	uint32_t stream;  ///< of the bytes that were read
	uint32_t unused;
};
/// The number of bytes that were stored, with those that are not kept any more.
uint64_t lnx_spool_end(const struct lnx_spool *spool);
/// Reads bytes of one piece, at most `size`, while the spool may store more. Returns their number, 0 if there are no
/// more, or a negative errno.
ssize_t lnx_read_spool(const struct lnx_spool *spool, struct lnx_spool_reader *reader, void *bytes, size_t size);
/// A close-on-exec directory on a new file system of a type that needs no device, mounted nowhere: no other process
/// sees it, and it disappears with the descriptor (`fsopen`, `fsmount`).
int lnx_detached_mount(const char *type);
/// The type of the file system of an open file, a number of include/uapi/linux/magic.h (`fstatfs`).
int64_t lnx_file_system_type(int fd);
/// Nanoseconds since boot, with the time of suspension: the clock of the kernel's start times. CLOCK_BOOTTIME less the
/// offset of this process's time namespace.
uint64_t lnx_boot_time(void);
/// How far CLOCK_BOOTTIME is ahead of the kernel's clock in this time namespace, in nanoseconds: 0 outside of time
/// namespaces. Returns -ENOTSUP where it is unknown.
int lnx_boot_offset(int64_t *nanoseconds);

/// How far the start times in /proc/PID/stat are ahead of the kernel's clock, in nanoseconds: the offset of this time
/// namespace from Linux 5.11 on, 0 before. It is measured once, with a new thread.
int64_t lnx_proc_lead(void);
/// Nanoseconds since 1970 (CLOCK_REALTIME).
uint64_t lnx_wall_time(void);

/// How many arguments the program was started with, including its name.
int lnx_argument_count(void);
/// An argument by its number, 0 for the program's name; NULL where there is none.
const char *lnx_argument(int index);

/// A close-on-exec descriptor of a process, readable once all of its threads have exited (`pidfd_open`). Returns
/// -EINVAL or -ENOENT for a thread that is not the first of its process.
int lnx_open_process(pid_t pid);

/// In a static program: limits users and groups to /etc/passwd and /etc/group (`__nss_configure_lookup`). The system's
/// name service modules belong to another C library: they may be missing, or crash this one. Elsewhere nothing changes.
/// Call it before the first look-up.
void lnx_limit_name_service(void);

/// Drops all privileges for good: groups, user and group ids (where `change_user`), all capabilities with the bounding
/// and ambient sets, and the means to regain them (no_new_privs). Call it while the process has one thread, because
/// capabilities belong to threads.
int lnx_drop_privileges(bool change_user, uid_t uid, gid_t gid, const gid_t *groups, size_t group_count);
/// Closes all descriptors except these, and sorts them. Safe after fork.
void lnx_keep_only(int *kept, size_t count);

/// A process, `execsnoop-hold`, that keeps descriptors of its parent open, with the same numbers, until the parent is
/// gone.
struct lnx_holder {
	bool change_user; ///< whether it becomes the user below, as `lnx_drop_privileges` does
	uid_t uid;
	gid_t gid;
	pid_t pid;
	int life;
};
enum { LNX_MOST_HELD = 32 };
/// Forks the holder. Returns 0, or a negative errno.
int lnx_start_holder(struct lnx_holder *holder, const int *fds, size_t count);
/// Makes the holder drop its privileges; from then on no other process may inspect it. Returns 0, or a negative errno.
int lnx_seal_holder(const struct lnx_holder *holder);
void lnx_end_holder(const struct lnx_holder *holder);

/// A close-on-exec epoll instance that is readable when `fd` is (`epoll_create1`); also after `fd` is closed, as long
/// as its file is open or mapped. Or a negative errno.
int lnx_epoll_of(int fd);

/// Whether the calling thread has a capability (CAP_… number) in its effective set; negative errno where unknown.
int lnx_has_capability(int capability);

/// Runs `body` in a thread of its own whose mount namespace has tracefs on /sys/kernel/tracing; the namespace ends with
/// the thread. Returns the result of `body`.
int lnx_with_private_tracefs(int (*body)(void *context), void *context);

/// The id of a function in the kernel's type information (BTF), for attaching to it; negative errno where there is
/// none. Takes about a millisecond; `btf__load_vmlinux_btf`, which indexes everything, takes six.
int lnx_kernel_function(const char *name);
/// 0 where anything in the kernel's type information (BTF) has this name: a type, a member, a function, or a per-CPU
/// variable; else a negative errno. Takes about a millisecond.
int lnx_kernel_name(const char *name);

/// Waits for the end of a thread while it makes progress: -ETIMEDOUT where it used no CPU time for this many
/// milliseconds (`pthread_clockjoin_np`).
int lnx_join(pthread_t thread, int milliseconds);

/// Returns freed memory to the kernel, so that the resident size shows what is in use (`malloc_trim`).
void lnx_release_memory(void);

/// A command that is about to start, so that it can be traced from its fork: a child waits to fork it.
struct lnx_held_command {
	pid_t pid;      ///< of the child that waits; after lnx_release of the command
	int release_fd; ///< close-on-exec; see lnx_release
	int report_fd;  ///< close-on-exec; the pid of the command, and an errno where its exec failed
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
/// Lets the child fork the command, as a child of the caller (CLONE_PARENT), and exit. Returns 0 after the command's
/// exec, or the negative errno of its failure.
int lnx_release(struct lnx_held_command *held);
/// The signal that stopped a child, once for each stop; 0 where it is not stopped (`waitid`).
int lnx_stop_signal(pid_t pid);

/// Runs a program to its end with these bytes as standard input and without output: `argv[0]` is a path, argv ends with
/// NULL. Returns its exit status, 128 and the signal that ended it, or -ETIMEDOUT when it was killed after this many
/// milliseconds.
int lnx_feed(const char *const *argv, const void *input, size_t size, int milliseconds);
