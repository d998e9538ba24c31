// The common functions of the signal handlers in this module.
#ifndef EXECSNOOP_TOP_CRASH_H
#define EXECSNOOP_TOP_CRASH_H

#include <signal.h>

/// Gives the calling thread a separate stack for signal handlers, if it has none yet (`sigaltstack`).
void terminal_prepare_handler_stack(void);

/// Ends a handler: calls the previous handler, or performs the default action of the signal. Does not return if the
/// default action ends the process, whatever sent the signal.
void terminal_forward(int signal, siginfo_t *info, void *context, const struct sigaction *previous);

#endif
