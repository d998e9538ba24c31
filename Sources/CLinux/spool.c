// Stores the output of a traced command while the view has the screen, within a bound, in a process of its own. That
// process reads on while the view is stopped and after it was killed, so the command neither blocks nor gets SIGPIPE.
#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum mode {
	STORING,  // output goes into the file
	PARKED,   // the parent reads the pipes itself
	DRAINING, // the parent is gone: output is discarded
};

// A piece covers at most this many nanoseconds.
static const uint64_t piece_time = 1000000;

static char text[2][256 << 10];

// The parent reads while this process stores, so what it reads is stored before what tells of it.
#define publish(place, value) __atomic_store_n(&(place), value, __ATOMIC_SEQ_CST)
#define observe(place) __atomic_load_n(&(place), __ATOMIC_SEQ_CST)

static void note_piece(struct lnx_spool *spool, uint32_t stream, uint64_t time)
{
	uint64_t count = spool->piece_count;
	if (count) {
		const struct lnx_piece *last = &spool->pieces[(count - 1) % LNX_PIECES];
		if (last->stream == stream && time - last->time < piece_time)
			return;
	}
	spool->pieces[count % LNX_PIECES] =
		(struct lnx_piece){ .start = lnx_spool_end(spool), .time = time, .stream = stream };
	publish(spool->piece_count, count + 1);
}

static void store(struct lnx_spool *spool, uint32_t stream, const char *bytes, size_t size, uint64_t time)
{
	if (!size)
		return;
	spool->total += size;
	if (!spool->is_broken)
		note_piece(spool, stream, time);
	while (size && !spool->is_broken) {
		size_t place = spool->is_ring ? spool->next : spool->size;
		size_t room = (spool->is_ring ? spool->size : spool->limit) - place;
		size_t wanted = size < room ? size : room;
		ssize_t count = 0;
		if (spool->is_ring)
			publish(spool->doomed, spool->left_out + wanted);
		if (room)
			count = pwrite(spool->in_memory ? spool->memory : spool->file, bytes, wanted, place);
		if (count > 0) {
			bytes += count;
			size -= count;
			if (!spool->is_ring) {
				publish(spool->size, spool->size + count);
				continue;
			}
			publish(spool->left_out, spool->left_out + count);
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
			spool->head = spool->next = spool->size / 2;
			publish(spool->is_ring, true);
		} else {
			spool->is_broken = true;
		}
	}
	spool->left_at_end += size;
}

// Two pipes do not tell which was written first. The kernel queues a signal for each write, in order (F_SETSIG of
// fcntl(2)); the signals say nothing of sizes. So if both pipes have output, their lines are put in the order of the
// writes, as if each write had as many lines as the others of its stream. Without signals the streams follow each other.

enum { MOST_WRITES = 2048 };

struct writes {
	int signals; // a signalfd, or -1
	int inputs[2];
	uint8_t streams[MOST_WRITES];
	size_t count;
};

static void watch_writes(struct writes *writes, const int inputs[2])
{
	sigset_t set;
	int number = SIGRTMIN + 1;
	// Signals are a resource of the user, and of no use in large numbers.
	struct rlimit limit = { MOST_WRITES, MOST_WRITES };

	writes->inputs[0] = inputs[0];
	writes->inputs[1] = inputs[1];
	sigemptyset(&set);
	sigaddset(&set, number);
	writes->signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	if (writes->signals < 0 || setrlimit(RLIMIT_SIGPENDING, &limit))
		return;
	for (int i = 0; i < 2; i++) {
		if (fcntl(inputs[i], F_SETSIG, number) || fcntl(inputs[i], F_SETOWN, getpid()) ||
		    fcntl(inputs[i], F_SETFL, O_NONBLOCK | O_ASYNC))
			return;
	}
}

static void ignore_writes(struct writes *writes)
{
	for (int i = 0; i < 2; i++)
		fcntl(writes->inputs[i], F_SETFL, O_NONBLOCK);
}

static void note_writes(struct writes *writes)
{
	static struct signalfd_siginfo found[64];
	ssize_t size;

	do {
		size = read(writes->signals, found, sizeof(found));
		for (ssize_t i = 0; i < size / (ssize_t)sizeof(*found); i++)
			if (writes->count < MOST_WRITES)
				writes->streams[writes->count++] = found[i].ssi_fd == writes->inputs[1];
	} while (size == sizeof(found));
}

static size_t count_lines(const char *bytes, size_t size)
{
	size_t count = 0;
	for (size_t i = 0; i < size; i++)
		count += bytes[i] == '\n';
	return count + (size && bytes[size - 1] != '\n');
}

// Stores what was read of the pipes. `early` writes were noted before that.
static void store_both(struct lnx_spool *spool, struct writes *writes, const size_t sizes[2], size_t early)
{
	uint64_t now = lnx_boot_time();
	size_t lines[2], all[2] = { 0, 0 }, done[2] = { 0, 0 }, place[2] = { 0, 0 }, taken[2] = { 0, 0 };
	size_t count = 0, rest = 0;

	if (!sizes[0] || !sizes[1]) {
		uint32_t stream = sizes[1] != 0;
		store(spool, stream, text[stream], sizes[stream], now);
		writes->count = 0;
		return;
	}
	for (int i = 0; i < 2; i++)
		lines[i] = count_lines(text[i], sizes[i]);
	// A write may have been read before its signal came. Signals beyond the lines belong to later output.
	for (size_t i = 0; i < writes->count; i++) {
		uint8_t stream = writes->streams[i];
		if (i < early || all[stream] < lines[stream]) {
			all[stream]++;
			writes->streams[count++] = stream;
		} else {
			rest |= (size_t)1 << stream;
		}
	}
	for (size_t i = 0; i < count; i++) {
		uint8_t stream = writes->streams[i];
		size_t start = place[stream], goal = lines[stream] * ++done[stream] / all[stream];
		if (i + 1 < count && writes->streams[i + 1] == stream)
			continue;
		while (taken[stream] < goal) {
			const char *from = text[stream] + place[stream];
			const char *end = memchr(from, '\n', sizes[stream] - place[stream]);
			place[stream] = end ? (size_t)(end + 1 - text[stream]) : sizes[stream];
			taken[stream]++;
		}
		store(spool, stream, text[stream] + start, place[stream] - start, now);
	}
	for (int i = 0; i < 2; i++)
		store(spool, i, text[i] + place[i], sizes[i] - place[i], now);
	writes->count = 0;
	for (uint8_t i = 0; i < 2; i++)
		if (rest & (size_t)1 << i)
			writes->streams[writes->count++] = i;
}

static void run(struct lnx_spool *spool, const int inputs[2], int control)
{
	static struct writes writes;
	enum mode mode = STORING;
	bool is_open[2] = { true, true };
	uint64_t one = 1;

	watch_writes(&writes, inputs);
	while (is_open[0] || is_open[1]) {
		struct pollfd entries[] = {
			{ .fd = mode == PARKED || !is_open[0] ? -1 : inputs[0], .events = POLLIN },
			{ .fd = mode == PARKED || !is_open[1] ? -1 : inputs[1], .events = POLLIN },
			{ .fd = control, .events = POLLIN },
		};
		size_t sizes[2] = { 0, 0 };
		if (poll(entries, 3, -1) < 0)
			continue;
		if (entries[2].revents) {
			char byte;
			ignore_writes(&writes);
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
		if (!entries[0].revents && !entries[1].revents)
			continue;
		note_writes(&writes);
		size_t early = writes.count;
		for (int i = 0; i < 2; i++) {
			if (entries[i].fd < 0)
				continue;
			ssize_t count = read(inputs[i], text[i], sizeof(text[i]));
			if (count == 0 || (count < 0 && errno != EINTR && errno != EAGAIN))
				is_open[i] = false;
			if (count > 0)
				sizes[i] = count;
		}
		note_writes(&writes);
		if (mode == STORING && (sizes[0] || sizes[1])) {
			store_both(spool, &writes, sizes, early);
			ssize_t ignored = write(spool->wake, &one, sizeof(one));
			(void)ignored;
		}
	}
	_exit(0);
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

int lnx_start_spool(
	const int inputs[2], int file, int memory, int wake, uint64_t limit, struct lnx_spool **result)
{
	size_t size = sizeof(struct lnx_spool) + sizeof(struct lnx_piece) * LNX_PIECES;
	struct lnx_spool *spool = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (spool == MAP_FAILED)
		return -errno;
	int control[2];
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, control)) {
		int error = errno;
		munmap(spool, size);
		return -error;
	}
	spool->limit = limit;
	spool->pieces = (struct lnx_piece *)(spool + 1);
	spool->file = file;
	spool->memory = memory;
	spool->wake = wake;
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
		int wanted[] = { inputs[0], inputs[1], control[1], file, memory, wake }, kept[6], count = 0;
		for (int i = 0; i < 6; i++)
			if (wanted[i] >= 0)
				kept[count++] = wanted[i];
		lnx_keep_only(kept, count);
		run(spool, inputs, control[1]);
	}
	int error = errno;
	close(control[1]);
	if (pid < 0) {
		close(control[0]);
		munmap(spool, size);
		return -error;
	}
	spool->pid = pid;
	*result = spool;
	return 0;
}

void lnx_free_spool(struct lnx_spool *spool)
{
	munmap(spool, sizeof(struct lnx_spool) + sizeof(struct lnx_piece) * LNX_PIECES);
}

void lnx_park_spool(struct lnx_spool *spool)
{
	struct pollfd entry = { .fd = spool->control, .events = POLLIN };
	char byte = 0;

	// Where the signal cannot be sent, the process has exited: no process has a pipe open for writing.
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

uint64_t lnx_spool_end(const struct lnx_spool *spool)
{
	return observe(spool->is_ring) ? spool->size + observe(spool->left_out) : observe(spool->size);
}

// The first byte after a place that is still kept: the ring loses those at its start.
static uint64_t kept_place(const struct lnx_spool *spool, uint64_t place)
{
	if (!observe(spool->is_ring) || place < spool->head)
		return place;
	uint64_t oldest = spool->head + observe(spool->doomed);
	return place > oldest ? place : oldest;
}

ssize_t lnx_read_spool(const struct lnx_spool *spool, struct lnx_spool_reader *reader, void *bytes, size_t size)
{
	for (;;) {
		uint64_t place = kept_place(spool, reader->place);
		reader->skipped += place - reader->place;
		reader->place = place;
		uint64_t end = lnx_spool_end(spool), count = observe(spool->piece_count);
		if (place >= end || !count)
			return 0;
		if (reader->piece + LNX_PIECES <= count)
			reader->piece = count - LNX_PIECES + 1;
		uint64_t next = end;
		while (reader->piece + 1 < count) {
			next = spool->pieces[(reader->piece + 1) % LNX_PIECES].start;
			if (next > place)
				break;
			reader->piece++;
			next = end;
		}
		struct lnx_piece piece = spool->pieces[reader->piece % LNX_PIECES];
		// Meanwhile the pieces may have been replaced.
		if (observe(spool->piece_count) >= reader->piece + LNX_PIECES)
			continue;
		if (next > end)
			next = end;
		uint64_t offset = place, room = next - place;
		if (observe(spool->is_ring) && place >= spool->head) {
			uint64_t ring = spool->size - spool->head;
			offset = spool->head + (place - spool->head) % ring;
			if (room > spool->size - offset)
				room = spool->size - offset;
		}
		ssize_t got = pread(
			spool->in_memory ? spool->memory : spool->file, bytes, room < size ? room : size, (off_t)offset);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got < 0 ? -errno : 0;
		// Meanwhile the bytes may have been replaced.
		if (kept_place(spool, place) != place)
			continue;
		reader->place = place + got;
		reader->time = piece.time;
		reader->stream = piece.stream;
		return got;
	}
}
