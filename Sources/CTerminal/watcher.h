// A process that outlives this one by a moment: what `kill -9` leaves undone, it does.
#ifndef EXECSNOOP_TOP_WATCHER_H
#define EXECSNOOP_TOP_WATCHER_H

#include <stddef.h>
#include <termios.h>

/// From now on, if this process ends with the terminal still armed, `restore` is written to `fd` and its modes are set
/// to `modes` by the watcher, which is started where there is none yet. Where none can be started nothing is different.
void terminal_watcher_arm(int fd, const struct termios *modes, const char *restore, size_t length);

/// The modes that this process has given the terminal: while it has others, they are somebody else's.
void terminal_watcher_note(const struct termios *modes);

/// There is nothing left to restore. Async-signal-safe.
void terminal_watcher_disarm(void);

/// The watcher has nothing left to wait for, and ends.
void terminal_watcher_end(void);

#endif
