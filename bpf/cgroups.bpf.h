// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The paths of cgroups, from the root of the hierarchy whatever cgroup namespace the tracer is in: as names from the leaf
// upwards, like other paths, and each told once.
#pragma once

// The most levels. Without bpf_loop the verifier walks them all.
#define CGROUP_STEPS_FEW 32
#define CGROUP_STEPS 16384

struct cgroup_walk {
	struct kernfs_node *node;
	struct est_part *part;
};

// One step up. How est_part has the names: see there.
#define DEFINE_STEP_UP_CGROUP(step, ROOM)                                                         \
	static long step(__u32 round, void *context)                                              \
	{                                                                                         \
		struct cgroup_walk *walk = context;                                               \
		struct est_part *part = walk->part;                                               \
		struct kernfs_node *node = walk->node, *parent;                                   \
		struct kernfs_node___before_6_15 *old = (void *)node;                             \
		if (bpf_core_field_exists(old->parent))                                           \
			parent = BPF_CORE_READ(old, parent);                                      \
		else                                                                              \
			parent = BPF_CORE_READ(node, __parent);                                   \
		if (!parent) {                                                                    \
			part->path_sizes.all = 1;                                                 \
			return 1; /* the root has no name */                                      \
		}                                                                                 \
		if (part->size > ROOM - EST_NAME_MAX - 1) {                                       \
			part->offset = part->size;                                                \
			part->size = 0;                                                           \
		}                                                                                 \
		__u32 used = part->size;                                                          \
		barrier_var(used);                                                                \
		if (used > ROOM - EST_NAME_MAX - 1)                                               \
			return 1; /* for the verifier */                                          \
		long length = bpf_probe_read_kernel_str(part->bytes + used, EST_NAME_MAX + 1,     \
							BPF_CORE_READ(node, name));               \
		if (length < 0)                                                                   \
			return 1;                                                                 \
		part->size = used + (__u32)length;                                                \
		walk->node = parent;                                                              \
		return 0;                                                                         \
	}

DEFINE_STEP_UP_CGROUP(step_up_cgroup, EST_CGROUP_ROOM)
DEFINE_STEP_UP_CGROUP(step_up_cgroup_large, EST_CGROUP_ROOM_LARGE)

// A part with the names of a cgroup; null where the ring has no room for it.
#define DEFINE_NAME_CGROUP(name_cgroup, step, ROOM)                                                \
	static __always_inline struct est_part *name_cgroup(struct kernfs_node *node, __u64 id)    \
	{                                                                                          \
		struct est_part *part = bpf_ringbuf_reserve(&ring, sizeof(*part) + ROOM, 0);       \
		if (!part)                                                                         \
			return 0;                                                                  \
		part->kind = EST_PART;                                                             \
		part->field = EST_PART_CGROUP;                                                     \
		part->pid = 0;                                                                     \
		part->cgroup_id = id;                                                              \
		part->size = part->offset = part->path_sizes.all = 0;                              \
		struct cgroup_walk walk = { .node = node, .part = part };                          \
		LOOP(CGROUP_STEPS_FEW, CGROUP_STEPS, step, &walk);                                 \
		return part;                                                                       \
	}

DEFINE_NAME_CGROUP(name_cgroup, step_up_cgroup, EST_CGROUP_ROOM)
DEFINE_NAME_CGROUP(name_cgroup_large, step_up_cgroup_large, EST_CGROUP_ROOM_LARGE)

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
	struct est_part *part = name_cgroup(node, id);
	if (!part) {
		count(&counters.lost_parts);
		return;
	}
#ifdef EST_WITH_BPF_LOOP
	// Names were written over: once more with room for them, or else without them.
	struct est_part *large = part->offset ? name_cgroup_large(node, id) : 0;
	if (large) {
		bpf_ringbuf_discard(part, 0);
		part = large;
	}
#endif
	bpf_ringbuf_submit(part, 0);
	__u8 yes = 1;
	bpf_map_update_elem(&announced_cgroups, &id, &yes, BPF_ANY);
	last_announced_cgroup = id;
}
