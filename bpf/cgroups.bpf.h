// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The paths of cgroups, from the root of the hierarchy, whatever the tracer's cgroup namespace: names from the leaf
// upwards, like other paths, and each sent once.
#pragma once

// The most levels. Without bpf_loop the verifier walks all of them.
#define CGROUP_STEPS_FEW 32
#define CGROUP_STEPS 16384

struct cgroup_walk {
	struct kernfs_node *node;
	union buffer *buffer;
};

// One step up. See est_part for the layout of the names.
static long step_up_cgroup(__u32 round, void *context)
{
	struct cgroup_walk *walk = context;
	struct est_part *part = &walk->buffer->part.head;
	struct kernfs_node *node = walk->node, *parent;
	struct kernfs_node___before_6_15 *old = (void *)node;
	if (bpf_core_field_exists(old->parent))
		parent = BPF_CORE_READ(old, parent);
	else
		parent = BPF_CORE_READ(node, __parent);
	if (!parent) {
		part->path_sizes.all = 1;
		return 1; // the root has no name
	}
	if (part->size > EST_CGROUP_ROOM - EST_NAME_MAX - 1) {
		part->offset = part->size;
		part->size = 0;
	}
	__u32 used = part->size;
	barrier_var(used);
	if (used > EST_CGROUP_ROOM - EST_NAME_MAX - 1)
		return 1; // for the verifier
	long length = bpf_probe_read_kernel_str(walk->buffer->part.room + used, EST_NAME_MAX + 1,
						BPF_CORE_READ(node, name));
	if (length < 0)
		return 1;
	part->size = used + (__u32)length;
	walk->node = parent;
	return 0;
}

// Saves the look-up where consecutive execs are in one cgroup. The map then considers it less used than it is; that
// does no harm, since user space remembers four times as many.
volatile __u64 last_announced_cgroup;

// Sends the path of a cgroup when it is first used; records then only have its id.
static __always_inline void announce_node(struct kernfs_node *node, __u64 id)
{
	if (!id || id == last_announced_cgroup)
		return;
	if (bpf_map_lookup_elem(&announced_cgroups, &id)) {
		last_announced_cgroup = id;
		return;
	}
	__u32 number;
	union buffer *buffer = take_buffer(&number);
	if (!buffer) {
		count(&counters.lost_parts);
		return;
	}
	struct est_part *part = &buffer->part.head;
	part->kind = EST_PART;
	part->field = EST_PART_CGROUP;
	part->cgroup_id = id;
	part->time = 0;
	part->thread = 0;
	part->size = part->offset = part->path_sizes.all = 0;
	struct cgroup_walk walk = { .node = node, .buffer = buffer };
	LOOP(CGROUP_STEPS_FEW, CGROUP_STEPS, step_up_cgroup, &walk);
	// Rests of older names may follow the last name.
	__u32 size = part->offset ? part->offset : part->size;
	bool is_sent = send_buffer(buffer, sizeof(*part), size, EST_CGROUP_ROOM);
	give_back_buffer(&number);
	if (!is_sent) {
		count(&counters.lost_parts);
		return;
	}
	__u8 yes = 1;
	bpf_map_update_elem(&announced_cgroups, &id, &yes, BPF_ANY);
	last_announced_cgroup = id;
}

// The same for the cgroup of a process, which is its leader's: threads may be in others. Call it before the record is
// reserved, so that the path comes first.
#define DEFINE_ANNOUNCE_CGROUP(announce, READ)                                             \
	static __always_inline void announce(struct task_struct *task)                     \
	{                                                                                  \
		struct kernfs_node *node = READ(task, group_leader, cgroups, dfl_cgrp, kn); \
		announce_node(node, READ(node, id));                                       \
	}

DEFINE_ANNOUNCE_CGROUP(announce_cgroup, DIRECT)
DEFINE_ANNOUNCE_CGROUP(announce_cgroup_probed, PROBED)
