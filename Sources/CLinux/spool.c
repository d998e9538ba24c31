// Stores the output of a traced command while the view has the screen, within a bound, in a process of its own. That
// process reads on while the view is stopped and after it was killed, so the command neither blocks nor gets SIGPIPE.
#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum mode {
	STORING,  // output goes into the file
	PARKED,   // the parent reads the pipe itself
	DRAINING, // the parent is gone: output is discarded
};

static char buffer[256 << 10];

static void store(struct lnx_spool *spool, const char *bytes, size_t size)
{
	spool->total += size;
	while (size && !spool->is_broken) {
		size_t place = spool->is_ring ? spool->next : spool->size;
		size_t room = (spool->is_ring ? spool->size : spool->limit) - place;
		ssize_t count = 0;
		if (room)
			count = pwrite(spool->in_memory ? spool->memory : spool->file, bytes, size < room ? size : room, place);
		if (count > 0) {
			bytes += count;
			size -= count;
			if (!spool->is_ring) {
				spool->size += count;
				continue;
			}
			spool->left_out += count;
			spool->next = place + count == spool->size ? spool->head : place + count;
			continue;
		}
		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			spool->error = errno;
		if (!spool->is_ring && !spool->size && !spool->in_memory && spool->memory >= 0) {
			spool->in_memory = true;
		} else if (!spool->is_ring && spool->size >= 2) {
			// The limit is reached, or the disk is full: from now on the second half is overwritten.
			spool->is_ring = true;
			spool->head = spool->next = spool->size / 2;
		} else {
			spool->is_broken = true;
		}
	}
	spool->left_at_end += size;
}

static void run(struct lnx_spool *spool, int input, int control)
{
	enum mode mode = STORING;
	for (;;) {
		struct pollfd entries[] = {
			{ .fd = mode == PARKED ? -1 : input, .events = POLLIN },
			{ .fd = control, .events = POLLIN },
		};
		if (poll(entries, 2, -1) < 0)
			continue;
		if (entries[1].revents) {
			char byte;
			if (read(control, &byte, 1) == 1) {
				mode = PARKED;
				if (write(control, "", 1) != 1)
					_exit(1);
				continue;
			}
			mode = DRAINING;
			close(control);
			control = -1;
			close(spool->file);
			close(spool->memory);
		}
		if (!entries[0].revents)
			continue;
		ssize_t count = read(input, buffer, sizeof(buffer));
		if (count == 0 || (count < 0 && errno != EINTR && errno != EAGAIN))
			_exit(0);
		if (count > 0 && mode == STORING)
			store(spool, buffer, count);
	}
}

int lnx_held_pipe(int ends[2], uid_t uid, gid_t gid)
{
	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	// A failure here does little harm: the pipe cannot be opened again, or more wakes are needed.
	if (fchown(ends[1], uid, gid) == 0)
		fcntl(ends[1], F_SETPIPE_SZ, 1 << 20);
	return fcntl(ends[0], F_SETFL, O_NONBLOCK) ? -errno : 0;
}

int lnx_start_spool(int input, int file, int memory, uint64_t limit, struct lnx_spool **result)
{
	struct lnx_spool *spool =
		mmap(NULL, sizeof(*spool), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (spool == MAP_FAILED)
		return -errno;
	int control[2];
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, control)) {
		int error = errno;
		munmap(spool, sizeof(*spool));
		return -error;
	}
	spool->limit = limit;
	spool->file = file;
	spool->memory = memory;
	spool->control = control[0];
	spool->in_memory = file < 0;
	pid_t pid = fork();
	if (pid == 0) {
		sigset_t all;
		sigfillset(&all);
		sigprocmask(SIG_SETMASK, &all, NULL);
		// Signals of the terminal's keys do not reach this process.
		setpgid(0, 0);
		prctl(PR_SET_NAME, "execsnoop-spool", 0, 0, 0);
		int kept[] = { input, control[1], file, memory }, count = 0;
		for (int i = 0; i < 4; i++)
			if (kept[i] >= 0)
				kept[count++] = kept[i];
		lnx_keep_only(kept, count);
		run(spool, input, control[1]);
	}
	int error = errno;
	close(control[1]);
	if (pid < 0) {
		close(control[0]);
		munmap(spool, sizeof(*spool));
		return -error;
	}
	spool->pid = pid;
	*result = spool;
	return 0;
}

void lnx_park_spool(struct lnx_spool *spool)
{
	struct pollfd entry = { .fd = spool->control, .events = POLLIN };
	char byte = 0;

	// Where the signal cannot be sent, the process has exited: no process has the pipe open for writing.
	if (send(spool->control, &byte, 1, MSG_NOSIGNAL) != 1)
		return;
	// The command may have stopped it: it has the same user.
	if (poll(&entry, 1, 200) == 0)
		kill(spool->pid, SIGCONT);
	if (poll(&entry, 1, 300) == 0) {
		kill(spool->pid, SIGKILL); // no more output is kept
		poll(&entry, 1, 100);
	}
}
