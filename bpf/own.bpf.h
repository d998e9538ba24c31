// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The place of the tracer. In a PID namespace of its own it knows processes by their pids there, like /proc, kill(2)
// and the task iterator, which shows the processes of that namespace and of those below it. All records use these pids,
// and only processes that have one are reported. In the initial namespace nothing of this is left after loading.
#pragma once

// Written by on_own, before anything is attached. In a section of its own, separate from the mapped counters.
struct est_own own SEC(".data.own");

#define PID_LEVELS 32 // MAX_PID_NS_LEVEL

// The number of a pid in the tracer's namespace; 0 for one outside of it.
static __always_inline __s32 own_number(struct pid *pid)
{
	struct upid number = {};
	__u32 level = own.pid_level;

	if (level > PID_LEVELS || BPF_CORE_READ(pid, level) < level)
		return 0;
	if (bpf_core_read(&number, sizeof(number), &pid->numbers[level]))
		return 0;
	return BPF_CORE_READ(number.ns, ns.inum) == settings.pid_namespace ? number.nr : 0;
}

// The pid of a process in the tracer's namespace, where that is not the initial one; 0 for one outside of it.
static __always_inline __s32 inside_pid(struct task_struct *task)
{
	return own_number(BPF_CORE_READ(task, signal, pids[PIDTYPE_TGID]));
}

// The same wherever the tracer is. DIRECT and PROBED as for facts.
#define OWN_PID(READ, task) (settings.pid_namespace ? inside_pid(task) : READ(task, tgid))

// The cgroup whose directory the tracer has open; null for any other descriptor. The tracer has to make sure that it is
// of a cgroup file system.
static __always_inline struct cgroup *open_cgroup(struct task_struct *me)
{
	struct file **files = BPF_CORE_READ(me, files, fdt, fd), *file = 0;

	if (settings.cgroup_fd < 0 ||
	    bpf_probe_read_kernel(&file, sizeof(file), files + (__u32)settings.cgroup_fd))
		return 0;
	struct kernfs_node *node = BPF_CORE_READ(file, f_inode, i_private);
	return BPF_CORE_READ(node, priv);
}

// Finds the place of the task that reads this, and writes it once.
SEC("iter/task")
int on_own(struct bpf_iter__task *context)
{
	struct task_struct *me = (void *)bpf_get_current_task();

	if (!context->task || context->meta->seq_num)
		return 0;
	if (settings.scope & EST_SCOPE_CGROUP) {
		struct cgroup *cgroup = open_cgroup(me);
		own.cgroup_id = BPF_CORE_READ(cgroup, kn, id);
		own.cgroup_level = BPF_CORE_READ(cgroup, level);
	}
	own.pid_level = BPF_CORE_READ(me, thread_pid, level);
	bpf_seq_write(context->meta->seq, &own, sizeof(own));
	return 0;
}
