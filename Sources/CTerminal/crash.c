#define _GNU_SOURCE
#include "crash.h"
#include "CTerminal.h"

#include <poll.h>
#include <string.h>
#include <unistd.h>

// How long to wait for standard error to accept output.
enum { PATIENCE_MS = 200 };

static const struct {
  int signal;
  const char *name;
} crashes[] = {
    {SIGSEGV, "SIGSEGV"}, {SIGBUS, "SIGBUS"}, {SIGILL, "SIGILL"},
    {SIGFPE, "SIGFPE"},   {SIGABRT, "SIGABRT"}, {SIGTRAP, "SIGTRAP"},
};
enum { CRASHES = sizeof crashes / sizeof crashes[0] };

static struct {
  char program[64];
  struct sigaction previous[CRASHES];
} report;

// The stack for the handlers: after a stack overflow the thread's own has no room.
static _Alignas(16) char handler_stack[64 * 1024];

void terminal_prepare_handler_stack(void) {
  stack_t present;
  // The thread has a stack for handlers already.
  if (sigaltstack(NULL, &present) == 0 && !(present.ss_flags & SS_DISABLE)) return;
  const stack_t stack = {.ss_sp = handler_stack, .ss_size = sizeof handler_stack};
  sigaltstack(&stack, NULL);
}

void terminal_forward(int signal, siginfo_t *info, void *context, const struct sigaction *previous) {
  if (previous->sa_flags & SA_SIGINFO) {
    previous->sa_sigaction(signal, info, context);
  } else if (previous->sa_handler != SIG_DFL && previous->sa_handler != SIG_IGN) {
    previous->sa_handler(signal);
  }
  // A return is not enough: a trap, a forbidden system call or a signal that a process sent does not occur again.
  struct sigaction standard = {.sa_handler = SIG_DFL};
  sigset_t own;
  sigemptyset(&own);
  sigaddset(&own, signal);
  sigaction(signal, &standard, NULL);
  pthread_sigmask(SIG_UNBLOCK, &own, NULL);
  raise(signal);
}

static void append(char *line, size_t size, const char *text) {
  const size_t used = strlen(line);
  strncat(line, text, size - used - 1);
}

static void on_crash(int signal, siginfo_t *info, void *context) {
  char line[256] = "";
  size_t index = 0;
  while (index < CRASHES - 1 && crashes[index].signal != signal) index++;
  append(line, sizeof line, report.program);
  append(line, sizeof line, " crashed (");
  append(line, sizeof line, crashes[index].name);
  append(line, sizeof line, "): this is a bug, please report it and how it happened\n");
  struct pollfd entry = {.fd = STDERR_FILENO, .events = POLLOUT};
  if (poll(&entry, 1, PATIENCE_MS) == 1 && write(STDERR_FILENO, line, strlen(line)) == -1) {
    // Without standard error there is no place for the report.
  }
  terminal_forward(signal, info, context, &report.previous[index]);
}

void terminal_report_crashes(const char *program) {
  struct sigaction action = {.sa_sigaction = on_crash, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
  sigemptyset(&action.sa_mask);
  append(report.program, sizeof report.program, program);
  terminal_prepare_handler_stack();
  for (size_t index = 0; index < CRASHES; index++) {
    if (sigaction(crashes[index].signal, NULL, &report.previous[index]) == -1) continue;
    // If the parent set the signal to be ignored, it wants no report. A fault ends the program anyway.
    if (!(report.previous[index].sa_flags & SA_SIGINFO) && report.previous[index].sa_handler == SIG_IGN) continue;
    sigaction(crashes[index].signal, &action, NULL);
  }
}
