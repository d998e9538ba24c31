#define _GNU_SOURCE
#include "watcher.h"
#include "CTerminal.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// A terminal that accepts no output for this time, or that another program has, is left as it is.
enum { PATIENCE_MS = 1000 };

// The data of both processes, in shared memory.
static struct orders {
  // Locked by the main thread of the watched process for its whole life.
  pthread_mutex_t life;
  _Bool is_held;
  atomic_int armed;
  // The process group that has the terminal while the guard is armed.
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

// Whether the watched process still had the terminal, or the shell that started it has it again. Any other program with
// the terminal (an editor, while a stopped job is killed) has made a screen of its own.
static _Bool is_ours_to_restore(int fd) {
  const pid_t foreground = tcgetpgrp(fd);
  return foreground == -1 || foreground == orders->group || foreground == getpgid(getsid(0));
}

// The same, but waits for a while: the shell's next command may have the terminal for a moment (`execsnoop-top; date`).
static _Bool becomes_ours_to_restore(int fd) {
  for (int waited = 0; waited <= PATIENCE_MS; waited += 20) {
    if (is_ours_to_restore(fd)) return 1;
    poll(NULL, 0, 20);
  }
  return 0;
}

static void restore(int fd) {
  struct termios present;
  if (!becomes_ours_to_restore(fd) || tcgetattr(fd, &present) == -1) return;
  for (size_t done = 0; done < orders->length && is_writable(fd);) {
    const ssize_t count = write(fd, orders->restore + done, orders->length - done);
    if (count > 0) done += count;
    else if (count == -1 && errno != EINTR && errno != EAGAIN) return;
  }
  // A shell may have set its own modes already.
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

// Waits until the holder of `life` exits or unlocks it. False if the wait fails.
//
// The word of the mutex is a robust futex, with the layout that the kernel defines.
static _Bool wait_for_holder(void) {
  _Atomic int *const word = (_Atomic int *)&orders->life.__data.__lock;
  for (;;) {
    int value = atomic_load(word);
    if (!(value & FUTEX_TID_MASK)) return 1;
    if (!(value & (int)FUTEX_WAITERS)) {
      if (!atomic_compare_exchange_strong(word, &value, value | (int)FUTEX_WAITERS)) continue;
      value |= (int)FUTEX_WAITERS;
    }
    if (syscall(SYS_futex, word, FUTEX_WAIT, value, NULL, NULL, 0) == -1 && errno != EAGAIN && errno != EINTR) return 0;
  }
}

// Waits until the watched process exits.
//
// The screen has to be left before the shell writes its prompt: on our screen the prompt would be lost. When a thread
// exits, the kernel first unlocks its robust mutexes. It closes the files of a process only a moment before it notifies
// the shell.
static void wait_for_end(int alive) {
  if (orders->is_held && wait_for_holder()) return;
  char byte;
  // Nothing is ever written there: the read ends when no process has the other end open.
  while (read(alive, &byte, 1) == -1 && errno == EINTR) continue;
}

// Runs the watcher. It was forked from a process with threads, so it may only make system calls.
static _Noreturn void watch(int fd, int alive) {
  // No signal of the terminal or of a shell reaches it, and setting modes in the background does not stop it.
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, NULL);
  setpgid(0, 0);
  prctl(PR_SET_NAME, "execsnoop-guard", 0, 0, 0);
  // All other files have to be closed when the process that opened them exits.
  close_all_but(fd, alive);
  wait_for_end(alive);
  if (atomic_load(&orders->armed)) restore(fd);
  _exit(0);
}

// Our end of the watcher's pipe, -1 without a watcher; the watched terminal; the process that started the watcher.
static int lifeline = -1;
static int watched;
static pid_t owner, watcher;

// Locks `life`, in the main thread only: another thread may exit before the process does.
static void hold_life(void) {
  pthread_mutexattr_t shape;
  if (syscall(SYS_gettid) != getpid() || pthread_mutexattr_init(&shape) != 0) return;
  pthread_mutexattr_setpshared(&shape, PTHREAD_PROCESS_SHARED);
  pthread_mutexattr_setrobust(&shape, PTHREAD_MUTEX_ROBUST);
  orders->is_held = pthread_mutex_init(&orders->life, &shape) == 0 && pthread_mutex_lock(&orders->life) == 0;
  pthread_mutexattr_destroy(&shape);
}

static void start(int fd) {
  int ends[2];
  void *const page = mmap(NULL, sizeof *orders, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) return;
  if (pipe2(ends, O_CLOEXEC) == -1) {
    munmap(page, sizeof *orders);
    return;
  }
  orders = page;
  hold_life();
  // Without an exit signal: otherwise code that waits for any child would get the watcher.
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

void terminal_watcher_set_modes(const struct termios *modes) {
  if (orders && owner == getpid()) orders->ours = *modes;
}

void terminal_watcher_disarm(void) {
  if (orders && owner == getpid()) atomic_store(&orders->armed, 0);
}

void terminal_watcher_end(void) {
  if (!orders) return;
  terminal_watcher_disarm();
  // Only the thread that locked it can unlock it, no other thread and no child: then the memory has to stay.
  const _Bool is_free = !orders->is_held || pthread_mutex_unlock(&orders->life) == 0;
  close(lifeline);
  if (owner == getpid() && watcher > 0) {
    // It exits by itself, unless it was stopped.
    kill(watcher, SIGKILL);
    while (waitpid(watcher, NULL, __WALL) == -1 && errno == EINTR) continue;
  }
  if (is_free) munmap(orders, sizeof *orders);
  orders = NULL;
  lifeline = -1;
}
