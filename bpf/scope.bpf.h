// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Which processes are told of. A process outside the scope costs one look-up in the scope map, or none, and nothing of
// it reaches the ring. Once a process was told of, it stays in scope to its end, whatever user or cgroup it changes to:
// else it would never be seen to end.
#pragma once

// What is asked beside the scope map, of the process and so of its leader. DIRECT and PROBED as for facts.
#define DEFINE_MEETS_RULES(meets_rules, READ)                                                           \
	static __always_inline bool meets_rules(struct task_struct *task)                               \
	{                                                                                               \
		if (settings.scope & EST_SCOPE_UID &&                                                   \
		    READ(task, group_leader, cred, uid.val) != settings.uid)                            \
			return false;                                                                   \
		if (!(settings.scope & EST_SCOPE_CGROUP))                                               \
			return true;                                                                    \
		struct cgroup *cgroup = READ(task, group_leader, cgroups, dfl_cgrp);                    \
		return READ(cgroup, level) >= (int)settings.cgroup_level &&                             \
		       ancestor_id(cgroup, settings.cgroup_level) == settings.cgroup_id;                \
	}

// The id of the cgroup at a level above (or at) this one. From 6.1 on a cgroup has pointers to them, before their ids.
static __always_inline __u64 ancestor_id(struct cgroup *cgroup, __u32 level)
{
	struct cgroup___before_6_1 *old = (void *)cgroup;
	struct cgroup *ancestor = 0;
	__u64 id = 0;
	if (bpf_core_field_exists(old->ancestor_ids)) {
		bpf_core_read(&id, sizeof(id), &old->ancestor_ids[level]);
		return id;
	}
	bpf_core_read(&ancestor, sizeof(ancestor), &cgroup->ancestors[level]);
	return BPF_CORE_READ(ancestor, kn, id);
}

DEFINE_MEETS_RULES(meets_rules, DIRECT)
DEFINE_MEETS_RULES(meets_rules_probed, PROBED)

static __always_inline __u8 scope_notes(__s32 pid)
{
	__u8 *notes = bpf_map_lookup_elem(&scope, &pid);
	return notes ? *notes : 0;
}

static __always_inline bool note_scope(__s32 pid, __u8 notes)
{
	return !bpf_map_update_elem(&scope, &pid, &notes, BPF_ANY);
}

// Whether a fork is told of. `parent` is the forking process, which with CLONE_PARENT is not the child's parent.
static __always_inline bool fork_in_scope(struct task_struct *parent, struct task_struct *child)
{
	__u8 notes = 0;
	if (!settings.scope)
		return true;
	if (settings.scope & EST_SCOPE_PIDS) {
		if (!(scope_notes(parent->tgid) & EST_SCOPE_BELOW))
			return false;
		notes = EST_SCOPE_BELOW;
	}
	bool told = meets_rules(child);
	if (told)
		notes |= EST_SCOPE_TOLD;
	if (notes && !note_scope(child->tgid, notes)) {
		// The map is full: what the child does will not be seen. Its fork is told as lost alone, and so counts once.
		count(&counters.lost_forks);
		count(&counters.unnamed_losses);
		return false;
	}
	return told;
}

// Whether an exec, or a failed one, is told of.
#define DEFINE_EXEC_IN_SCOPE(exec_in_scope, meets)                                    \
	static __always_inline bool exec_in_scope(struct task_struct *task, __s32 pid) \
	{                                                                             \
		if (!settings.scope)                                                  \
			return true;                                                  \
		__u8 notes = scope_notes(pid);                                        \
		if (notes & EST_SCOPE_TOLD)                                           \
			return true;                                                  \
		if (settings.scope & EST_SCOPE_PIDS && !notes)                        \
			return false;                                                 \
		if (!meets(task))                                                     \
			return false;                                                 \
		note_scope(pid, notes | EST_SCOPE_TOLD);                              \
		return true;                                                          \
	}

DEFINE_EXEC_IN_SCOPE(exec_in_scope, meets_rules)
DEFINE_EXEC_IN_SCOPE(failed_exec_in_scope, meets_rules_probed)

// Whether the end of a process is told of. Takes it out of the scope map.
static __always_inline bool exit_in_scope(struct task_struct *task)
{
	__s32 pid = task->tgid;
	if (!settings.scope)
		return true;
	__u8 notes = scope_notes(pid);
	if (notes)
		bpf_map_delete_elem(&scope, &pid);
	if (notes & EST_SCOPE_TOLD)
		return true;
	return (notes || !(settings.scope & EST_SCOPE_PIDS)) && meets_rules(task);
}

// Whether a process that runs already is in scope.
static __always_inline bool task_in_scope(struct task_struct *task)
{
	if (!settings.scope)
		return true;
	return (!(settings.scope & EST_SCOPE_PIDS) || scope_notes(task->tgid)) && meets_rules(task);
}
