// What must be done about the terminal inside a signal handler, where Swift cannot run, and system calls that Swift's
// Glibc does not have.
#ifndef EXECSNOOP_TOP_CTERMINAL_H
#define EXECSNOOP_TOP_CTERMINAL_H

#include <stddef.h>
#include <termios.h>

/// The longest string that terminal_guard_arm takes, in bytes.
enum { TERMINAL_GUARD_CAPACITY = 1024 };

/// From now on, if a signal is about to end this process or exit() is called, `restore` is written to `fd` and its
/// modes are set to `modes` first. If it is killed, a process that does nothing but wait for this does the same, as
/// far as nobody else has the terminal by then. Arming again replaces what was armed before. Signals that the process
/// ignores, or handles itself, stay as they are. Returns 0, or -1 with errno set.
int terminal_guard_arm(int fd, const struct termios *modes, const char *restore, size_t length);

/// The modes that this process has given the terminal since it armed the guard: while it has others, they are somebody
/// else's, and are left alone after a kill.
void terminal_guard_note(const struct termios *modes);

/// The terminal has been restored: nothing is left to do at the end of the process. The handlers are taken out.
void terminal_guard_disarm(void);

/// Nothing will be armed again: the process that waits for a kill ends.
void terminal_guard_end(void);

/// Restores the terminal at once, without waiting for one that takes no output. Does nothing unless armed.
/// Async-signal-safe.
void terminal_guard_restore(void);

/// Whether the process ignores a signal.
_Bool terminal_ignores(int signal);

/// From now on a fault of this program (SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP) is told in one line on
/// standard error, once the terminal is given back, before the signal has its effect. `program` is its name and version.
void terminal_report_crashes(const char *program);

/// A file in memory, close-on-exec. Returns its descriptor, or -1 with errno set: EFBIG where the process may not write
/// files as large as a frame (RLIMIT_FSIZE).
int terminal_memory_file(void);

/// Reserves the memory for the first `size` bytes of the file, so that writing there cannot fail (`fallocate`). Returns
/// 0, or -1 with errno set.
int terminal_reserve_memory(int fd, size_t size);

/// From now on `fd`, which stays close-on-exec, is what `target` is. Returns 0, or -1 with errno set.
int terminal_redirect(int fd, int target);

#endif
