#define _GNU_SOURCE
#include "CTerminal.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

// Larger than any frame.
enum { LARGEST_SIZE = 16 << 20 };

int terminal_memory_file(void) {
  // The limit of file sizes (ulimit -f) also applies to a file in memory: a write beyond it ends the process by a
  // signal.
  struct rlimit limit;
  if (getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur < LARGEST_SIZE) {
    errno = EFBIG;
    return -1;
  }
  return memfd_create("frame", MFD_CLOEXEC);
}

int terminal_reserve_memory(int fd, size_t size) {
  int result;
  do result = fallocate(fd, 0, 0, (off_t)size);
  while (result == -1 && errno == EINTR);
  return result;
}

int terminal_redirect(int fd, int target) { return dup3(target, fd, O_CLOEXEC) < 0 ? -1 : 0; }
