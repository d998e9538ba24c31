#define _GNU_SOURCE
#include "CTerminal.h"
#include "crash.h"
#include "watcher.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// How long to wait for a terminal that accepts no output: the process is about to end and must not hang.
enum { PATIENCE_MS = 200 };

// All signals that end a process by default and can be handled, except real-time signals.
static const int fatal_signals[] = {
    SIGSEGV, SIGBUS,  SIGILL,  SIGFPE,  SIGABRT, SIGTRAP, SIGSYS,    SIGQUIT, SIGTERM, SIGHUP,    SIGINT,
    SIGUSR1, SIGUSR2, SIGALRM, SIGPIPE, SIGXCPU, SIGXFSZ, SIGVTALRM, SIGPROF, SIGPOLL, SIGSTKFLT, SIGPWR,
};
enum { FATAL_SIGNALS = sizeof fatal_signals / sizeof fatal_signals[0] };

static struct {
  int fd;
  pid_t owner;
  struct termios modes;
  size_t length;
  char restore[TERMINAL_GUARD_CAPACITY];
  struct sigaction previous[FATAL_SIGNALS];
  _Bool handled[FATAL_SIGNALS];
} guard;

static atomic_int armed;

static _Bool is_writable(int fd) {
  struct pollfd entry = {.fd = fd, .events = POLLOUT};
  return poll(&entry, 1, PATIENCE_MS) == 1 && (entry.revents & POLLOUT);
}

void terminal_guard_restore(void) {
  if (!atomic_exchange(&armed, 0) || getpid() != guard.owner) return;

  // In the background another program has the terminal, and writing to it would stop this process.
  const pid_t foreground = tcgetpgrp(guard.fd);
  if (foreground != -1 && foreground != getpgrp()) return;

  if (!is_writable(guard.fd)) tcflush(guard.fd, TCOFLUSH);
  for (size_t done = 0; done < guard.length && is_writable(guard.fd);) {
    const ssize_t count = write(guard.fd, guard.restore + done, guard.length - done);
    if (count > 0) done += count;
    else if (count == -1 && errno != EINTR && errno != EAGAIN) break;
  }
  tcsetattr(guard.fd, TCSANOW, &guard.modes);
  terminal_watcher_disarm();
}

static _Bool is_ignored(const struct sigaction *action) {
  return !(action->sa_flags & SA_SIGINFO) && action->sa_handler == SIG_IGN;
}

static void on_fatal_signal(int signal, siginfo_t *info, void *context) {
  size_t index = 0;
  while (index < FATAL_SIGNALS - 1 && fatal_signals[index] != signal) index++;
  // A fault cannot be ignored, but the same signal sent by a process can.
  if (is_ignored(&guard.previous[index]) && info->si_code <= 0) return;
  terminal_guard_restore();
  terminal_forward(signal, info, context, &guard.previous[index]);
}

static _Bool is_handled_elsewhere(const struct sigaction *action) {
  return (action->sa_flags & SA_SIGINFO) ? action->sa_sigaction != on_fatal_signal : action->sa_handler != SIG_DFL;
}

// Whether the signal reports a fault. The guard handles faults first and then calls the previous handler. All other
// signals are left to the handler that they have.
static _Bool is_fault(int signal) {
  return signal == SIGSEGV || signal == SIGBUS || signal == SIGILL || signal == SIGFPE || signal == SIGABRT
         || signal == SIGTRAP || signal == SIGSYS;
}

static int install_handlers(void) {
  struct sigaction action = {.sa_sigaction = on_fatal_signal, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
  sigemptyset(&action.sa_mask);
  for (size_t index = 0; index < FATAL_SIGNALS; index++) {
    const int signal = fatal_signals[index];
    if (guard.handled[index]) continue;
    if (sigaction(signal, NULL, &guard.previous[index]) == -1) return -1;
    if (!is_fault(signal) && is_handled_elsewhere(&guard.previous[index])) continue;
    if (sigaction(signal, &action, NULL) == -1) return -1;
    guard.handled[index] = 1;
  }
  return 0;
}

static void remove_handlers(void) {
  for (size_t index = 0; index < FATAL_SIGNALS; index++) {
    if (!guard.handled[index]) continue;
    sigaction(fatal_signals[index], &guard.previous[index], NULL);
    guard.handled[index] = 0;
  }
}

int terminal_guard_arm(int fd, const struct termios *modes, const char *restore, size_t length) {
  static _Bool watches_exit;
  if (length > TERMINAL_GUARD_CAPACITY) {
    errno = E2BIG;
    return -1;
  }
  atomic_store(&armed, 0);
  guard.fd = fd;
  guard.owner = getpid();
  guard.modes = *modes;
  guard.length = length;
  memcpy(guard.restore, restore, length);

  terminal_prepare_handler_stack();
  if (!watches_exit && atexit(terminal_guard_restore) != 0) return -1;
  watches_exit = 1;
  if (install_handlers() == -1) return -1;
  atomic_store(&armed, 1);
  terminal_watcher_arm(fd, modes, restore, length);
  return 0;
}

void terminal_guard_set_modes(const struct termios *modes) { terminal_watcher_set_modes(modes); }

void terminal_guard_disarm(void) {
  atomic_store(&armed, 0);
  terminal_watcher_disarm();
  remove_handlers();
}

_Bool terminal_ignores(int signal) {
  struct sigaction action;
  return sigaction(signal, NULL, &action) == 0 && is_ignored(&action);
}

void terminal_guard_end(void) { terminal_watcher_end(); }
