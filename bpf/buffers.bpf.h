// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Where a record is gathered whose size is not known before: the ring takes no more of it than there is. A room that is
// reserved in the ring for the largest case costs the ring that much for the smallest one too, and any user can fill it so.
//
// The buffers are a pool, and not one for each CPU: the programs behind system calls can be preempted, and another one may
// run on the same CPU meanwhile.
#pragma once

// The arguments of a failed exec, where its paths are as long as they can be.
#define FAILED_ROOM 40960
#define EXEC_BUFFER_ROOM (EST_PATHS_ROOM_LARGE + FAILED_ROOM)

union buffer {
	struct {
		struct est_exec head;
		char room[EXEC_BUFFER_ROOM];
	} exec;
	struct {
		struct est_part head;
		char room[EST_PATHS_ROOM_LARGE];
	} part;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1); // replaced by the user side
	__type(key, __u32);
	__type(value, union buffer);
} buffers SEC(".maps");

// The numbers of those that nobody uses. Filled by the user side before any program is attached.
struct {
	__uint(type, BPF_MAP_TYPE_STACK);
	__uint(max_entries, 1); // replaced by the user side
	__type(value, __u32);
} free_buffers SEC(".maps");

// Null where all of them are in use.
static __always_inline union buffer *take_buffer(__u32 *number)
{
	if (bpf_map_pop_elem(&free_buffers, number))
		return 0;
	return bpf_map_lookup_elem(&buffers, number);
}

static __always_inline void give_back_buffer(__u32 *number)
{
	bpf_map_push_elem(&free_buffers, number, BPF_ANY);
}

// Sends the first bytes of a buffer: `head` and `size` of its room, which is of `most` bytes. False where the ring has no
// room for them.
static __always_inline bool send_buffer(union buffer *buffer, const __u32 head, __u32 size, const __u32 most)
{
	barrier_var(size);
	if (size > most)
		size = most;
	return !bpf_ringbuf_output(&ring, buffer, head + size, 0);
}

// Begins a part of an exec's record.
static __always_inline void start_part(struct est_part *part, __u32 field, const struct est_exec *exec)
{
	part->kind = EST_PART;
	part->field = field;
	part->cgroup_id = 0;
	part->time = exec->record.time;
	part->thread = exec->thread;
	part->offset = 0;
	part->size = 0;
}
