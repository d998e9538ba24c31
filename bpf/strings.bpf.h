// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Argv and environment of a successful exec. The kernel has just written them into the new address space, one after the
// other, so they are resident and no process could change them yet: one read takes both.
#pragma once

// 6 MiB, the most that argv and environment can have together (3/4 of the 8 MiB that the kernel calls _STK_LIM), and
// the most that older kernels' verifiers accept: 2 MiB, of larger parts.
#define STRINGS_PARTS 208
#define STRINGS_PARTS_FEW 24

// The largest part.
#ifdef EST_WITH_BPF_LOOP
#define STRINGS_PART EST_STRINGS_ROOM
#else
#define STRINGS_PART EST_STRINGS_ROOM_LARGE
#endif

// Fills and submits one part. The position is stored in the record, not on the stack (see path_walk). A part that could
// not be read is empty, and the user side ignores the parts after it. No branch, which would double the verifier's
// work.
static __always_inline long send_part(struct est_exec *exec, struct est_part *part, char *bytes, __u32 size)
{
	struct est_progress *rest = &exec->progress;
	start_part(part, EST_PART_STRINGS, exec);
	part->offset = rest->offset;
	long error = bpf_probe_read_user(bytes, size, (void *)rest->start);
	barrier_var(error);
	part->size = size & ~(error >> 63);
	rest->is_unreadable |= error;
	bpf_ringbuf_submit(part, 0);
	exec->parts++;
	rest->start += size;
	rest->offset += size;
	rest->size -= size;
	return 0;
}

struct strings_part {
	struct est_part head;
	char bytes[];
};

// A part of the smallest class that leaves at most a third of the rest for others, so that with classes of twice the
// size at most a third of it is unused. The size is a constant, for the verifier; the asm keeps the compiler from
// merging the calls into one whose size is not a constant.
#define SEND_CLASS(ROOM)                                                                             \
	if (rest->size <= ROOM + ROOM / 3 || ROOM >= STRINGS_PART) {                                 \
		struct strings_part *part = bpf_ringbuf_reserve(&ring, sizeof(*part) + ROOM, 0);     \
		asm volatile("" ::"i"(ROOM));                                                        \
		if (!part) {                                                                         \
			count(&counters.lost_parts);                                                 \
			return 1;                                                                    \
		}                                                                                    \
		__u32 size = rest->size;                                                             \
		barrier_var(size);                                                                   \
		if (size > ROOM)                                                                     \
			size = ROOM;                                                                 \
		return send_part(exec, &part->head, part->bytes, size);                              \
	}

static long send_next_part(__u32 round, void *context)
{
	struct est_exec *exec = *(struct est_exec **)context;
	struct est_progress *rest = &exec->progress;
	if (!rest->size) {
		rest->start = rest->next_start;
		rest->size = rest->next_size;
		rest->next_size = 0;
		if (!rest->size)
			return 1;
	}
#ifdef EST_WITH_BPF_LOOP
	SEND_CLASS(256)
	SEND_CLASS(512)
	SEND_CLASS(1024)
	SEND_CLASS(2048)
	SEND_CLASS(4096)
	SEND_CLASS(8192)
	SEND_CLASS(16384)
	SEND_CLASS(32768)
#else
	// Each class is another path through each round.
	SEND_CLASS(512)
	SEND_CLASS(2048)
	SEND_CLASS(8192)
	SEND_CLASS(32768)
	SEND_CLASS(131072)
#endif
	return 1;
}

// How much of argv and environment is kept, and where they are.
struct strings {
	unsigned long argv, env; // addresses
	__u32 argv_length, env_length;
	__u32 argv_size, env_size;
	bool in_one_piece;
	bool is_unreadable;
	__u32 marks;
};

static __always_inline void measure_strings(struct strings *strings, struct mm_struct *mm)
{
	strings->argv = mm->arg_start;
	strings->env = mm->env_start;
	strings->argv_length = strings->argv_size = mm->arg_end - mm->arg_start;
	strings->env_length = strings->env_size = mm->env_end - mm->env_start;
	strings->marks = 0;
	if (strings->argv_size > settings.max_argv) {
		strings->argv_size = settings.max_argv;
		strings->marks |= EST_ARGV_CUT;
	}
	if (strings->env_size > settings.max_env) {
		strings->env_size = settings.max_env;
		if (strings->env_size)
			strings->marks |= EST_ENV_CUT;
	}
	strings->in_one_piece =
		!strings->env_size || strings->argv + strings->argv_size == strings->env;
}

// Reserves an exec record with room of the smallest sufficient class, and reads argv and environment into it: one
// reservation for most execs. The asm keeps the compiler from merging the calls into one whose size is not a constant.
#define RESERVE_CLASS(ROOM)                                                                       \
	if (strings->in_one_piece && strings->argv_size + strings->env_size <= ROOM) {            \
		struct exec_record *exec = bpf_ringbuf_reserve(&ring, sizeof(*exec) + ROOM, 0);   \
		asm volatile("" ::"i"(ROOM));                                                     \
		if (!exec)                                                                        \
			return 0;                                                                 \
		__u32 size = strings->argv_size + strings->env_size;                              \
		barrier_var(size);                                                                \
		if (size > ROOM)                                                                  \
			size = ROOM;                                                              \
		exec->head.strings_at = sizeof(*exec);                                            \
		if (bpf_probe_read_user(exec->strings, size, (void *)strings->argv)) {            \
			exec->head.strings_at = 0;                                                \
			strings->is_unreadable = true;                                            \
		}                                                                                 \
		return exec;                                                                      \
	}

static __always_inline struct exec_record *reserve_exec(struct strings *strings)
{
	strings->is_unreadable = false;
#ifdef EST_WITH_BPF_LOOP // each class is another path through the program, which older verifiers walk completely
	RESERVE_CLASS(256)
	RESERVE_CLASS(1024)
	RESERVE_CLASS(2048)
	RESERVE_CLASS(EST_STRINGS_INSIDE)
#endif
	struct exec_record *exec = bpf_ringbuf_reserve(&ring, sizeof(*exec), 0);
	if (exec)
		exec->head.strings_at = 0;
	return exec;
}

// Sends argv and environment of the current task in parts. Returns whether a part is missing.
ONCE int send_strings(struct est_exec *exec, struct strings *strings)
{
	if (!exec || !strings)
		return 0;
	struct est_progress *rest = &exec->progress;
	rest->start = strings->argv;
	rest->next_start = strings->env;
	rest->size = strings->argv_size;
	rest->next_size = strings->env_size;
	rest->offset = 0;
	rest->is_unreadable = 0;
	if (strings->in_one_piece) {
		rest->size += rest->next_size;
		rest->next_size = 0;
	}
	LOOP(STRINGS_PARTS_FEW, STRINGS_PARTS, send_next_part, &exec);
	return rest->size || rest->next_size || rest->is_unreadable;
}

// Stores the sizes in the record, and sends in parts what does not fit into it.
static __always_inline void fill_strings(struct exec_record *record, struct strings *strings, struct task_struct *task)
{
	struct est_exec *exec = &record->head;

	exec->argv_length = strings->argv_length;
	exec->env_length = strings->env_length;
	exec->argv_size = strings->argv_size;
	exec->env_size = strings->env_size;
	exec->record.marks |= strings->marks;
	if (exec->strings_at)
		return;
	exec->progress.offset = 0;
	exec->progress.is_unreadable = strings->is_unreadable;
	if (!strings->is_unreadable && !send_strings(exec, strings))
		return;
	// The end is missing, and so always a part of the environment, where there is one.
	if (exec->progress.is_unreadable)
		exec->record.marks |= EST_ARGV_UNREADABLE | (strings->env_size ? EST_ENV_UNREADABLE : 0);
	else
		exec->record.marks |= (exec->progress.offset < strings->argv_size ? EST_ARGV_CUT : 0) |
				      (strings->env_size ? EST_ENV_CUT : 0);
	// /proc may still have it.
	record_loss(EST_EXEC, task);
}
