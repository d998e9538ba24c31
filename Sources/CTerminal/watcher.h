// A process that restores the terminal after this one was killed (`kill -9`).
#ifndef EXECSNOOP_TOP_WATCHER_H
#define EXECSNOOP_TOP_WATCHER_H

#include <stddef.h>
#include <termios.h>

/// From now on, if this process exits while armed, the watcher writes `restore` to `fd` and sets its modes to `modes`.
/// Starts a watcher if there is none yet; without one nothing changes.
void terminal_watcher_arm(int fd, const struct termios *modes, const char *restore, size_t length);

/// Stores the modes that this process has set on the terminal. Other modes were set by another program.
void terminal_watcher_set_modes(const struct termios *modes);

/// Ends the duty to restore: the terminal has been restored. Async-signal-safe.
void terminal_watcher_disarm(void);

/// Ends the watcher.
void terminal_watcher_end(void);

#endif
