#define _GNU_SOURCE
#include "watcher.h"
#include "CTerminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// A terminal that takes no output for so long is left as it is.
enum { PATIENCE_MS = 1000 };

// What both processes know, in memory that they share.
static struct orders {
  atomic_int armed;
  // The process group that has the terminal while it is armed.
  pid_t group;
  struct termios modes, ours;
  size_t length;
  char restore[TERMINAL_GUARD_CAPACITY];
} *orders;

static _Bool is_same(const struct termios *a, const struct termios *b) {
  return a->c_iflag == b->c_iflag && a->c_oflag == b->c_oflag && a->c_cflag == b->c_cflag && a->c_lflag == b->c_lflag
         && memcmp(a->c_cc, b->c_cc, sizeof a->c_cc) == 0;
}

static _Bool is_writable(int fd) {
  struct pollfd entry = {.fd = fd, .events = POLLOUT};
  return poll(&entry, 1, PATIENCE_MS) == 1 && (entry.revents & POLLOUT);
}

// Whether the terminal is still that of who died, or already that of the shell that started it. Whoever else has it
// (an editor, while a stopped job is killed) made a screen of their own.
static _Bool is_ours_to_restore(int fd) {
  const pid_t foreground = tcgetpgrp(fd);
  return foreground == -1 || foreground == orders->group || foreground == getpgid(getsid(0));
}

static void restore(int fd) {
  struct termios present;
  if (!is_ours_to_restore(fd) || tcgetattr(fd, &present) == -1) return;
  for (size_t done = 0; done < orders->length && is_writable(fd);) {
    const ssize_t count = write(fd, orders->restore + done, orders->length - done);
    if (count > 0) done += count;
    else if (count == -1 && errno != EINTR && errno != EAGAIN) return;
  }
  // A shell that was quicker has modes of its own by now.
  if (is_same(&present, &orders->ours)) tcsetattr(fd, TCSANOW, &orders->modes);
}

static void close_range_of(unsigned first, unsigned last) {
  if (first > last || syscall(SYS_close_range, first, last, 0) == 0) return;
  const long limit = sysconf(_SC_OPEN_MAX);
  for (unsigned fd = first; fd <= last && (long)fd < limit; fd++) close(fd);
}

static void close_all_but(int a, int b) {
  const unsigned low = a < b ? a : b, high = a < b ? b : a;
  if (low > 0) close_range_of(0, low - 1);
  close_range_of(low + 1, high - 1);
  close_range_of(high + 1, ~0U);
}

// The watcher's whole life. It was forked from a process with threads: system calls are all that it may use.
static _Noreturn void watch(int fd, int alive) {
  // No signal of the terminal or of a shell's reaches it, and setting modes from the background does not stop it.
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, NULL);
  setpgid(0, 0);
  prctl(PR_SET_NAME, "execsnoop-guard", 0, 0, 0);
  // Whatever else is open has to end with the process that opened it.
  close_all_but(fd, alive);
  char byte;
  // Nothing is ever written there: it ends when nobody is left who could.
  while (read(alive, &byte, 1) == -1 && errno == EINTR) continue;
  if (atomic_load(&orders->armed)) restore(fd);
  _exit(0);
}

// The open end of the watcher's pipe, and whose it is; -1 without a watcher.
static int lifeline = -1;
static int watched;
static pid_t owner, watcher;

static void start(int fd) {
  int ends[2];
  void *const page = mmap(NULL, sizeof *orders, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) return;
  if (pipe2(ends, O_CLOEXEC) == -1) {
    munmap(page, sizeof *orders);
    return;
  }
  orders = page;
  // Without a signal at its end: nobody who waits for children is to take it for one of theirs.
  watcher = syscall(SYS_clone, 0, 0, 0, 0, 0);
  if (watcher == 0) watch(fd, ends[0]);
  close(ends[0]);
  lifeline = ends[1];
  watched = fd;
  owner = getpid();
  if (watcher == -1) terminal_watcher_end();
}

void terminal_watcher_arm(int fd, const struct termios *modes, const char *restore, size_t length) {
  if (orders && (watched != fd || owner != getpid())) terminal_watcher_end();
  if (!orders) start(fd);
  if (!orders) return;
  atomic_store(&orders->armed, 0);
  orders->group = getpgrp();
  orders->modes = *modes;
  orders->ours = *modes;
  orders->length = length;
  memcpy(orders->restore, restore, length);
  atomic_store(&orders->armed, 1);
}

void terminal_watcher_note(const struct termios *modes) {
  if (orders && owner == getpid()) orders->ours = *modes;
}

void terminal_watcher_disarm(void) {
  if (orders && owner == getpid()) atomic_store(&orders->armed, 0);
}

void terminal_watcher_end(void) {
  if (!orders) return;
  terminal_watcher_disarm();
  close(lifeline);
  if (owner == getpid() && watcher > 0)
    while (waitpid(watcher, NULL, __WALL) == -1 && errno == EINTR) continue;
  munmap(orders, sizeof *orders);
  orders = NULL;
  lifeline = -1;
}
