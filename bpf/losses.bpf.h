// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Records for which the ring had no room: counted by kind, and written into a ring of their own with the affected
// process, so that user space knows which part of the tree to resync. All of this runs only after a failed reservation.
#pragma once

// A ring of its own: it needs no index that instructions before 5.12 could not fetch and add, a read makes room for
// more, and a loss record wakes a reader that had read everything.
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 256 * 1024); // 4,096 loss records
} losses SEC(".maps");

// Failed execs get half of the loss records, as they get half of the ring: any user can make more of them than fit.
static __always_inline bool has_loss_room(__u32 kind)
{
	return kind != EST_FAILED_EXEC ||
	       bpf_ringbuf_query(&losses, BPF_RB_AVAIL_DATA) <= bpf_ringbuf_query(&losses, BPF_RB_RING_SIZE) / 2;
}

// Writes which process a loss affected. An exec of which only the arguments did not fit is written too, though it does
// not count as lost: its program has to be read from /proc.
#define DEFINE_RECORD_LOSS(record_loss, READ)                                             \
	static __always_inline void record_loss(__u32 kind, struct task_struct *task)     \
	{                                                                                 \
		struct est_loss *loss = 0;                                                \
		if (has_loss_room(kind))                                                  \
			loss = bpf_ringbuf_reserve(&losses, sizeof(*loss), 0);            \
		if (!loss) {                                                              \
			count(&counters.unnamed_losses);                                  \
			return;                                                           \
		}                                                                         \
		struct task_struct *leader = READ(task, group_leader);                    \
		struct task_struct *parent = READ(task, real_parent, group_leader);       \
		loss->kind = kind;                                                        \
		loss->time = bpf_ktime_get_boot_ns();                                     \
		loss->pid = OWN_PID(READ, task);                                          \
		loss->start = READ(leader, start_boottime);                               \
		loss->parent_pid = OWN_PID(READ, parent);                                 \
		loss->parent_start = loss->parent_pid ? READ(parent, start_boottime) : 0; \
		loss->uid = READ(leader, cred, uid.val);                                  \
		bpf_core_read(loss->comm, sizeof(loss->comm), &leader->comm);             \
		bpf_ringbuf_submit(loss, 0);                                              \
	}

DEFINE_RECORD_LOSS(record_loss, DIRECT)
DEFINE_RECORD_LOSS(record_loss_probed, PROBED)

// There was no room for a whole record.
static __always_inline void lose(__u64 *counter, __u32 kind, struct task_struct *task)
{
	count(counter);
	record_loss(kind, task);
}

static __always_inline void lose_probed(__u64 *counter, __u32 kind, struct task_struct *task)
{
	count(counter);
	record_loss_probed(kind, task);
}
