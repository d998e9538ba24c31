#include "CLinux.h"

#include <errno.h>
#include <poll.h>
#include <sys/select.h>

// select has no such limit, and takes descriptors below FD_SETSIZE.
static int select_instead(struct pollfd *entries, nfds_t count, int milliseconds)
{
	struct timeval time = { .tv_sec = milliseconds / 1000, .tv_usec = milliseconds % 1000 * 1000 };
	fd_set readable, writable;
	int highest = -1;

	FD_ZERO(&readable);
	FD_ZERO(&writable);
	for (nfds_t i = 0; i < count; i++) {
		int fd = entries[i].fd;
		entries[i].revents = 0;
		if (fd < 0 || fd >= FD_SETSIZE)
			continue;
		if (entries[i].events & POLLIN)
			FD_SET(fd, &readable);
		if (entries[i].events & POLLOUT)
			FD_SET(fd, &writable);
		if (fd > highest)
			highest = fd;
	}
	int ready = select(highest + 1, &readable, &writable, NULL, milliseconds < 0 ? NULL : &time);
	if (ready <= 0)
		return ready;
	ready = 0;
	for (nfds_t i = 0; i < count; i++) {
		int fd = entries[i].fd;
		if (fd < 0 || fd >= FD_SETSIZE)
			continue;
		if (entries[i].events & POLLIN && FD_ISSET(fd, &readable))
			entries[i].revents |= POLLIN;
		if (entries[i].events & POLLOUT && FD_ISSET(fd, &writable))
			entries[i].revents |= POLLOUT;
		ready += entries[i].revents != 0;
	}
	return ready;
}

int lnx_poll(void *entries, unsigned long count, int milliseconds)
{
	int result = poll(entries, count, milliseconds);

	return result < 0 && errno == EINVAL ? select_instead(entries, count, milliseconds) : result;
}
