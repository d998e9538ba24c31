// What the handlers of this module have in common.
#ifndef EXECSNOOP_TOP_CRASH_H
#define EXECSNOOP_TOP_CRASH_H

#include <signal.h>

/// Has a handler's thread go on a stack of its own, where it has none yet.
void terminal_prepare_handler_stack(void);

/// Ends what a handler did before the handler of before came: that one, or the signal's default action. Whatever the
/// signal is, and whoever sent it, this does not return where the default action ends the process.
void terminal_pass_on(int signal, siginfo_t *info, void *context, const struct sigaction *previous);

#endif
