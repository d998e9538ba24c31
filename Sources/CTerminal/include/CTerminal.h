// The work on the terminal inside a signal handler, where Swift cannot run, and system calls that Swift's Glibc module
// leaves out.
#ifndef EXECSNOOP_TOP_CTERMINAL_H
#define EXECSNOOP_TOP_CTERMINAL_H

#include <stddef.h>
#include <termios.h>

/// The longest string that terminal_guard_arm accepts, in bytes.
enum { TERMINAL_GUARD_CAPACITY = 1024 };

/// Arms the guard: from now on, before a signal or exit() ends this process, `restore` is written to `fd` and its modes
/// are set to `modes`. After SIGKILL a second process does the same, unless another program has the terminal by then;
/// it does nothing else. Arming again replaces the earlier values. Signals that the process ignores, or handles itself,
/// stay as they are. Returns 0, or -1 with errno set.
int terminal_guard_arm(int fd, const struct termios *modes, const char *restore, size_t length);

/// Stores the modes that this process has set on the terminal since it armed the guard. If the terminal has other modes
/// after a kill, another program has set them, and they stay.
void terminal_guard_set_modes(const struct termios *modes);

/// Disarms the guard after the terminal has been restored, and removes the handlers.
void terminal_guard_disarm(void);

/// Ends the process that waits for a kill. The guard will not be armed again.
void terminal_guard_end(void);

/// Restores the terminal at once, and does not wait for one that accepts no output. Does nothing unless armed.
/// Async-signal-safe.
void terminal_guard_restore(void);

/// Whether the process ignores a signal.
_Bool terminal_ignores(int signal);

/// From now on a fault of this program (SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP) is reported in one line on
/// standard error, after the terminal is restored and before the signal has its effect. `program` is the name and
/// version.
void terminal_report_crashes(const char *program);

/// Makes a close-on-exec file in memory (`memfd_create`). Returns its descriptor, or -1 with errno set: EFBIG if the
/// process may not write files as large as a frame (RLIMIT_FSIZE).
int terminal_memory_file(void);

/// Reserves the memory for the first `size` bytes of the file, so that writing there cannot fail (`fallocate`). Returns
/// 0, or -1 with errno set.
int terminal_reserve_memory(int fd, size_t size);

/// Makes `fd` refer to the file of `target` (`dup3`); it stays close-on-exec. Returns 0, or -1 with errno set.
int terminal_redirect(int fd, int target);

#endif
