// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Which processes are reported. A process out of scope costs one look-up in the scope map, at its fork two, and none of
// its events reach the ring. A process that was reported stays in scope to its end, even if its user or cgroup changes:
// else its exit would never be seen.
#pragma once

// The conditions besides the scope map, on the process and so on its leader. DIRECT and PROBED as for facts.
#define DEFINE_MEETS_RULES(meets_rules, READ)                                        \
	static __always_inline bool meets_rules(struct task_struct *task)            \
	{                                                                            \
		if (settings.scope & EST_SCOPE_UID &&                                \
		    READ(task, group_leader, cred, uid.val) != settings.uid)         \
			return false;                                                \
		if (!(settings.scope & EST_SCOPE_CGROUP))                            \
			return true;                                                 \
		struct cgroup *cgroup = READ(task, group_leader, cgroups, dfl_cgrp); \
		return READ(cgroup, level) >= own.cgroup_level &&                    \
		       ancestor_id(cgroup, own.cgroup_level) == own.cgroup_id;       \
	}

// The id of the cgroup at a level above (or at) this one. From 6.1 on a cgroup has pointers to its ancestors, before
// that their ids.
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

static __always_inline __u8 scope_flags(__s32 pid)
{
	__u8 *flags = bpf_map_lookup_elem(&scope, &pid);
	return flags ? *flags : 0;
}

static __always_inline bool set_scope_flags(__s32 pid, __u8 flags)
{
	return !bpf_map_update_elem(&scope, &pid, &flags, BPF_ANY);
}

// Whether a fork is reported. `parent` is the forking process, which with CLONE_PARENT is not the child's parent.
static __always_inline bool fork_in_scope(struct task_struct *parent, struct task_struct *child)
{
	__s32 pid = OWN_PID(DIRECT, child);
	__u8 flags = 0;
	if (!pid)
		return false;
	if (!settings.scope)
		return true;
	if (settings.scope & EST_SCOPE_PIDS)
		flags = scope_flags(OWN_PID(DIRECT, parent)) & EST_SCOPE_BELOW;
	bool reported = (flags || !(settings.scope & EST_SCOPE_PIDS)) && meets_rules(child);
	if (reported)
		flags |= EST_SCOPE_REPORTED;
	if (!flags) {
		// The flags of an earlier process with this pid were removed at its exit, unless the kernel skipped our
		// program then.
		bpf_map_delete_elem(&scope, &pid);
		return false;
	}
	if (!set_scope_flags(pid, flags)) {
		// The map is full: the child's events will not be seen. Only its fork is reported as lost, and so it
		// counts once.
		count(&counters.lost_forks);
		count(&counters.unnamed_losses);
		return false;
	}
	return reported;
}

// Whether an exec, or a failed one, is reported. Where its flags cannot be stored it is not reported, since its exit
// would never be seen: it counts as lost.
#define DEFINE_EXEC_IN_SCOPE(exec_in_scope, meets, counter)                            \
	static __always_inline bool exec_in_scope(struct task_struct *task, __s32 pid) \
	{                                                                              \
		if (settings.pid_namespace)                                            \
			pid = inside_pid(task);                                        \
		if (!pid)                                                              \
			return false;                                                  \
		if (!settings.scope)                                                   \
			return true;                                                   \
		__u8 flags = scope_flags(pid);                                         \
		if (flags & EST_SCOPE_REPORTED)                                        \
			return true;                                                   \
		if (settings.scope & EST_SCOPE_PIDS && !flags)                         \
			return false;                                                  \
		if (!meets(task))                                                      \
			return false;                                                  \
		if (set_scope_flags(pid, flags | EST_SCOPE_REPORTED))                  \
			return true;                                                   \
		count(&counters.counter);                                              \
		count(&counters.unnamed_losses);                                       \
		return false;                                                          \
	}

DEFINE_EXEC_IN_SCOPE(exec_in_scope, meets_rules, lost_execs)
DEFINE_EXEC_IN_SCOPE(failed_exec_in_scope, meets_rules_probed, lost_failed_execs)

// Whether the exit of a process is reported. Removes it from the scope map.
static __always_inline bool exit_in_scope(struct task_struct *task)
{
	__s32 pid = OWN_PID(DIRECT, task);
	if (!pid)
		return false;
	if (!settings.scope)
		return true;
	__u8 flags = scope_flags(pid);
	if (flags)
		bpf_map_delete_elem(&scope, &pid);
	if (flags & EST_SCOPE_REPORTED)
		return true;
	if (flags & EST_SCOPE_STARTER)
		return false;
	return (flags || !(settings.scope & EST_SCOPE_PIDS)) && meets_rules(task);
}

// Whether a running process is reported. From then on it stays in scope, like one whose fork or exec was reported.
static __always_inline bool task_in_scope(struct task_struct *task)
{
	__s32 pid = OWN_PID(DIRECT, task);
	if (!pid)
		return false;
	if (!settings.scope)
		return true;
	__u8 flags = scope_flags(pid);
	if (flags & EST_SCOPE_REPORTED)
		return true;
	if (flags & EST_SCOPE_STARTER || (settings.scope & EST_SCOPE_PIDS && !flags))
		return false;
	if (!meets_rules(task))
		return false;
	if (!set_scope_flags(pid, flags | EST_SCOPE_REPORTED)) {
		count(&counters.lost_forks);
		count(&counters.unnamed_losses);
		return false;
	}
	// It may have exited before its flags were stored: then nothing else removes them.
	if (task->signal->live.counter == 0) {
		bpf_map_delete_elem(&scope, &pid);
		return false;
	}
	return true;
}
