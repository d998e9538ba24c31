// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Argv and environment of a successful exec. The kernel has just written them into the new address space, one behind
// the other, so they are resident and nobody could change them yet: one read takes both.
#pragma once

// 6 MiB, the most that argv and environment can be together (3/4 of the 8 MiB that the kernel knows as _STK_LIM), and
// what the older kernels' verifiers have the patience for.
#define STRINGS_PARTS 192
#define STRINGS_PARTS_FEW 16

// The strings still to be sent: argv, then the environment, which does not stand behind it when argv was cut.
struct strings_walk {
	struct est_exec *exec;
	unsigned long start;
	unsigned long next_start; // the second run
	__u32 size;
	__u32 next_size;
	__u32 offset;
	__u32 unreadable; // the mark for the run at hand
};

// Fills and submits one part. What went wrong is noted in the record, not on the stack (see path_walk).
static __always_inline void send_part(struct strings_walk *walk, struct est_part *part, __u32 size)
{
	part->kind = EST_PART;
	part->field = EST_PART_STRINGS;
	part->pid = walk->exec->record.facts.pid;
	part->offset = walk->offset;
	part->size = size;
	if (bpf_probe_read_user(part->bytes, size, (void *)walk->start))
		walk->exec->record.marks |= walk->unreadable;
	bpf_ringbuf_submit(part, 0);
	walk->exec->parts++;
	walk->start += size;
	walk->offset += size;
	walk->size -= size;
}

// A part of the smallest class that will do: less ring for most, and a constant for the verifier. The asm keeps the
// compiler from merging the calls into one whose size is no constant any more.
#define SEND_CLASS(ROOM)                                                                     \
	if (walk->size <= ROOM || ROOM == EST_STRINGS_ROOM) {                                \
		struct est_part *part = bpf_ringbuf_reserve(&ring, sizeof(*part) + ROOM, 0); \
		asm volatile("" ::"i"(ROOM));                                                \
		if (!part) {                                                                 \
			count(&counters.lost_parts);                                         \
			return 1;                                                            \
		}                                                                            \
		__u32 size = walk->size;                                                     \
		barrier_var(size);                                                           \
		if (size > ROOM)                                                             \
			size = ROOM;                                                         \
		send_part(walk, part, size);                                                 \
		return 0;                                                                    \
	}

static long send_next_part(__u32 round, void *context)
{
	struct strings_walk *walk = context;
	if (!walk->size) {
		walk->start = walk->next_start;
		walk->size = walk->next_size;
		walk->unreadable = EST_ENV_UNREADABLE;
		walk->next_size = 0;
		if (!walk->size)
			return 1;
	}
	SEND_CLASS(256)
	SEND_CLASS(1024)
	SEND_CLASS(4096)
	SEND_CLASS(EST_STRINGS_ROOM)
	return 1;
}

// Sends argv and environment of `exec` in parts and notes their sizes in it.
static __always_inline void send_argv_and_env(struct est_exec *exec, struct mm_struct *mm)
{
	unsigned long argv = mm->arg_start, env = mm->env_start;
	__u32 argv_length = mm->arg_end - argv, env_length = mm->env_end - env;
	__u32 argv_size = argv_length, env_size = env_length;

	if (argv_size > settings.max_argv) {
		argv_size = settings.max_argv;
		exec->record.marks |= EST_ARGV_CUT;
	}
	if (env_size > settings.max_env) {
		env_size = settings.max_env;
		if (env_size)
			exec->record.marks |= EST_ENV_CUT;
	}
	exec->argv_length = argv_length;
	exec->env_length = env_length;
	exec->argv_size = argv_size;
	exec->env_size = env_size;

	struct strings_walk walk = {
		.exec = exec,
		.start = argv,
		.size = argv_size,
		.next_start = env,
		.next_size = env_size,
		.unreadable = EST_ARGV_UNREADABLE,
	};
	if (argv_size == argv_length && argv + argv_length == env) {
		walk.size += env_size;
		walk.next_size = 0;
		if (env_size)
			walk.unreadable |= EST_ENV_UNREADABLE;
	}
	LOOP(STRINGS_PARTS_FEW, STRINGS_PARTS, send_next_part, &walk);
	if (walk.size || walk.next_size)
		exec->record.marks |= walk.offset < argv_size ? EST_ARGV_CUT | EST_ENV_CUT : EST_ENV_CUT;
}
