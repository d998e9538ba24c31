// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Argv and environment of a successful exec. The kernel has just written them into the new address space, one behind
// the other, so they are resident and nobody could change them yet: one read takes both.
#pragma once

// 6 MiB, the most that argv and environment can be together (3/4 of the 8 MiB that the kernel knows as _STK_LIM), and
// what the older kernels' verifiers have the patience for.
#define STRINGS_PARTS 192
#define STRINGS_PARTS_FEW 64

// Fills and submits one part. What is still to be sent is noted in the record, not on the stack (see path_walk).
static __always_inline void send_part(struct est_exec *exec, struct est_part *part, __u32 size)
{
	struct est_progress *rest = &exec->progress;
	part->kind = EST_PART;
	part->field = EST_PART_STRINGS;
	part->pid = exec->record.facts.pid;
	part->offset = rest->offset;
	part->size = size;
	if (bpf_probe_read_user(part->bytes, size, (void *)rest->start))
		exec->record.marks |= rest->unreadable;
	bpf_ringbuf_submit(part, 0);
	exec->parts++;
	rest->start += size;
	rest->offset += size;
	rest->size -= size;
}

// A part of the smallest class that will do: less ring for most, and a constant for the verifier. The asm keeps the
// compiler from merging the calls into one whose size is no constant any more.
#define SEND_CLASS(ROOM)                                                                     \
	if (rest->size <= ROOM || ROOM == EST_STRINGS_ROOM) {                                \
		struct est_part *part = bpf_ringbuf_reserve(&ring, sizeof(*part) + ROOM, 0); \
		asm volatile("" ::"i"(ROOM));                                                \
		if (!part) {                                                                 \
			count(&counters.lost_parts);                                         \
			return 1;                                                            \
		}                                                                            \
		__u32 size = rest->size;                                                     \
		barrier_var(size);                                                           \
		if (size > ROOM)                                                             \
			size = ROOM;                                                         \
		send_part(exec, part, size);                                                 \
		return 0;                                                                    \
	}

static long send_next_part(__u32 round, void *context)
{
	struct est_exec *exec = *(struct est_exec **)context;
	struct est_progress *rest = &exec->progress;
	if (!rest->size) {
		rest->start = rest->next_start;
		rest->size = rest->next_size;
		rest->unreadable = EST_ENV_UNREADABLE;
		rest->next_size = 0;
		if (!rest->size)
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

	struct est_progress *rest = &exec->progress;
	rest->start = argv;
	rest->next_start = env;
	rest->size = argv_size;
	rest->next_size = env_size;
	rest->offset = 0;
	rest->unreadable = EST_ARGV_UNREADABLE;
	if (argv_size == argv_length && argv + argv_length == env) {
		rest->size += env_size;
		rest->next_size = 0;
		if (env_size)
			rest->unreadable |= EST_ENV_UNREADABLE;
	}
	LOOP(STRINGS_PARTS_FEW, STRINGS_PARTS, send_next_part, &exec);
	if (rest->size || rest->next_size)
		exec->record.marks |= rest->offset < argv_size ? EST_ARGV_CUT | EST_ENV_CUT : EST_ENV_CUT;
}
