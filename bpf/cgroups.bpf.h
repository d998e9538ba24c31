// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The paths of cgroups: as names from the leaf upwards, like other paths, and each told once.
#pragma once

struct cgroup_walk {
	struct kernfs_node *node;
	struct est_part *part;
};

static long step_up_cgroup(__u32 round, void *context)
{
	struct cgroup_walk *walk = context;
	struct kernfs_node *node = walk->node, *parent;
	struct kernfs_node___before_6_15 *old = (void *)node;
	if (bpf_core_field_exists(old->parent))
		parent = BPF_CORE_READ(old, parent);
	else
		parent = BPF_CORE_READ(node, __parent);
	__u32 used = walk->part->size;
	if (!parent || used > EST_CGROUP_ROOM - EST_NAME_MAX - 1)
		return 1; // the root has no name
	long length = bpf_probe_read_kernel_str(walk->part->bytes + used, EST_NAME_MAX + 1, BPF_CORE_READ(node, name));
	if (length < 0)
		return 1;
	walk->part->size = used + (__u32)length;
	walk->node = parent;
	return 0;
}

// Spares the look-up where one exec follows another in the same cgroup. That the map then takes it for less used than it
// is does no harm: user space remembers four times as many.
volatile __u64 last_announced_cgroup;

// Sends a cgroup's path when it is first met; records then only carry its id. To be called before the record is reserved,
// so that the path comes first.
static __always_inline void announce_cgroup(struct task_struct *task)
{
	struct kernfs_node *node = task->cgroups->dfl_cgrp->kn;
	__u64 id = node->id;
	if (!id || id == last_announced_cgroup)
		return;
	if (bpf_map_lookup_elem(&announced_cgroups, &id)) {
		last_announced_cgroup = id;
		return;
	}
	struct est_part *part = bpf_ringbuf_reserve(&ring, sizeof(*part) + EST_CGROUP_ROOM, 0);
	if (!part) {
		count(&counters.lost_parts);
		return;
	}
	part->kind = EST_PART;
	part->field = EST_PART_CGROUP;
	part->pid = 0;
	part->cgroup_id = id;
	part->size = 0;
	struct cgroup_walk walk = { .node = node, .part = part };
	LOOP(12, 64, step_up_cgroup, &walk);
	bpf_ringbuf_submit(part, 0);
	__u8 yes = 1;
	bpf_map_update_elem(&announced_cgroups, &id, &yes, BPF_ANY);
	last_announced_cgroup = id;
}
