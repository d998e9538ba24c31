// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The reaper that adopts the children of an exiting process. No event has it, so it is computed where the kernel is
// about to do the same (find_new_reaper in kernel/exit.c).
#pragma once

#define REAPER_STEPS_FEW 32
#define REAPER_STEPS 5000

struct reaper_walk {
	struct task_struct *above;
	struct task_struct *reaper;
	__u32 level; // of the PID namespace, which the walk must not leave
};

// One step up, to a process that is a subreaper.
static long find_subreaper(__u32 round, void *context)
{
	struct reaper_walk *walk = context;
	struct task_struct *above = walk->above;
	struct signal_struct *signal = BPF_CORE_READ(above, signal);
	if (BPF_CORE_READ(above, thread_pid, level) != walk->level || !BPF_CORE_READ(above, tgid))
		return 1;
	if (BPF_CORE_READ_BITFIELD_PROBED(signal, is_child_subreaper) && BPF_CORE_READ(signal, live.counter)) {
		walk->reaper = above;
		return 1;
	}
	walk->above = BPF_CORE_READ(above, real_parent);
	return 0;
}

static __always_inline void fill_reaper(struct est_exit *exit, struct task_struct *task, bool has_children)
{
	exit->reaper_pid = 0;
	exit->reaper_start = 0;
	if (!has_children)
		return;

	struct signal_struct *signal = BPF_CORE_READ(task, signal);
	struct pid *pid = BPF_CORE_READ(task, thread_pid);
	__u32 level = BPF_CORE_READ(pid, level);
	struct pid_namespace *namespace = 0;
	bpf_core_read(&namespace, sizeof(namespace), &pid->numbers[level].ns);
	struct reaper_walk walk = {
		.above = BPF_CORE_READ(task, real_parent),
		.reaper = BPF_CORE_READ(namespace, child_reaper),
		.level = level,
	};
	if (BPF_CORE_READ_BITFIELD_PROBED(signal, has_child_subreaper))
		LOOP(REAPER_STEPS_FEW, REAPER_STEPS, find_subreaper, &walk);
	struct task_struct *reaper = walk.reaper;
	__s32 reaper_pid = OWN_PID(BPF_CORE_READ, reaper);
	if (reaper_pid == exit->record.facts.pid)
		return; // the namespace ends with its init
	exit->reaper_pid = reaper_pid;
	exit->reaper_start = BPF_CORE_READ(reaper, group_leader, start_boottime);
}
