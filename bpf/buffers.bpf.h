// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Buffers for records whose size is not known in advance: so the record takes only its exact size in the ring. A
// reservation for the largest case would cost as much for the smallest one, and any user could fill the ring like this.
//
// The buffers are a pool, not one for each CPU: programs behind system calls can be preempted, and another one may run
// on the same CPU meanwhile.
#pragma once

// The room for the arguments of a failed exec with the longest possible paths.
#define FAILED_ROOM 40960
#define EXEC_BUFFER_ROOM (EST_PATHS_ROOM_LARGE + FAILED_ROOM)

// Where the text of a write is that is still to be copied (see output.bpf.h).
struct output_walk {
	const char *at; // of the present piece
	__u64 piece;    // bytes of it that are left
	const struct iovec *vector; // of the next piece
	__u64 vectors;
	__u64 left; // bytes of the whole write to be copied
	struct iovec next;
};

union buffer {
	struct {
		struct est_exec head;
		char room[EXEC_BUFFER_ROOM];
	} exec;
	struct {
		struct est_part head;
		char room[EST_CGROUP_ROOM];
	} part;
	struct {
		struct est_output head;
		char room[EST_OUTPUT_ROOM];
		struct output_walk walk;
	} output;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1); // replaced by the user side
	__type(key, __u32);
	__type(value, union buffer);
} buffers SEC(".maps");

// The numbers of free buffers. The user side fills it before any program is attached.
struct {
	__uint(type, BPF_MAP_TYPE_STACK);
	__uint(max_entries, 1); // replaced by the user side
	__type(value, __u32);
} free_buffers SEC(".maps");

// Null where all buffers are in use.
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

// Sends the first bytes of a buffer: `head` and `size` bytes of its room, which has `most` bytes. False where the ring
// has no room for them.
static __always_inline bool send_buffer(union buffer *buffer, const __u32 head, __u32 size, const __u32 most)
{
	barrier_var(size);
	if (size > most)
		size = most;
	return !bpf_ringbuf_output(&ring, buffer, head + size, 0);
}

// Starts a part of an exec's record.
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
