// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// What the ring had no room for: counted by kind, and noted with who it concerned, so that user space knows which part
// of the tree to mend. All of this runs only when a reservation failed.
#pragma once

// A ring of its own: it needs no index that instructions older than 5.12 could not fetch and add, what was read makes
// room for more, and a note in it wakes a reader that believed to have seen everything.
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 256 * 1024); // 4,096 notes
} losses SEC(".maps");

// Failed execs get half of the notes, as they get half of the ring: any user can make more of them than there are notes.
static __always_inline bool has_room_for_note(__u32 kind)
{
	return kind != EST_FAILED_EXEC ||
	       bpf_ringbuf_query(&losses, BPF_RB_AVAIL_DATA) <= bpf_ringbuf_query(&losses, BPF_RB_RING_SIZE) / 2;
}

// Notes whom a loss concerned. An exec of which only the arguments did not fit is noted as well, though it is not counted
// as lost: what it runs has to be read from /proc all the same.
#define DEFINE_NOTE_LOSS(note_loss, READ)                                                           \
	static __always_inline void note_loss(__u32 kind, struct task_struct *task)                 \
	{                                                                                           \
		struct est_loss *loss = 0;                                                          \
		if (has_room_for_note(kind))                                                        \
			loss = bpf_ringbuf_reserve(&losses, sizeof(*loss), 0);                      \
		if (!loss) {                                                                        \
			count(&counters.unnamed_losses);                                            \
			return;                                                                     \
		}                                                                                   \
		struct task_struct *leader = READ(task, group_leader);                              \
		struct task_struct *parent = READ(task, real_parent, group_leader);                 \
		loss->kind = kind;                                                                  \
		loss->time = bpf_ktime_get_boot_ns();                                               \
		loss->pid = READ(task, tgid);                                                       \
		loss->start = READ(leader, start_boottime);                                         \
		loss->parent_pid = READ(parent, tgid);                                              \
		loss->parent_start = loss->parent_pid ? READ(parent, start_boottime) : 0;           \
		loss->uid = READ(leader, cred, uid.val);                                            \
		bpf_core_read(loss->comm, sizeof(loss->comm), &leader->comm);                       \
		bpf_ringbuf_submit(loss, 0);                                                        \
	}

DEFINE_NOTE_LOSS(note_loss, DIRECT)
DEFINE_NOTE_LOSS(note_loss_probed, PROBED)

// A whole record had no room.
static __always_inline void lose(__u64 *counter, __u32 kind, struct task_struct *task)
{
	count(counter);
	note_loss(kind, task);
}

static __always_inline void lose_probed(__u64 *counter, __u32 kind, struct task_struct *task)
{
	count(counter);
	note_loss_probed(kind, task);
}
