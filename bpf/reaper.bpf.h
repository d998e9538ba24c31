// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Who takes over the children of a process that ends: no event tells it, so it is worked out where the kernel is
// about to do the same (find_new_reaper in kernel/exit.c).
#pragma once

#define REAPER_STEPS 32

static __always_inline void fill_reaper(struct est_exit *exit, struct task_struct *task)
{
	exit->reaper_pid = 0;
	exit->reaper_start = 0;
	if (task->children.next == &task->children)
		return;

	struct signal_struct *signal = BPF_CORE_READ(task, signal);
	struct pid *pid = BPF_CORE_READ(task, thread_pid);
	__u32 level = BPF_CORE_READ(pid, level);
	struct pid_namespace *namespace = 0;
	bpf_core_read(&namespace, sizeof(namespace), &pid->numbers[level].ns);
	struct task_struct *reaper = BPF_CORE_READ(namespace, child_reaper);
	if (BPF_CORE_READ_BITFIELD_PROBED(signal, has_child_subreaper)) {
		struct task_struct *above = BPF_CORE_READ(task, real_parent);
#pragma clang loop unroll(disable)
		for (int i = 0; i < REAPER_STEPS; i++) {
			signal = BPF_CORE_READ(above, signal);
			if (BPF_CORE_READ(above, thread_pid, level) != level || !BPF_CORE_READ(above, tgid))
				break;
			if (BPF_CORE_READ_BITFIELD_PROBED(signal, is_child_subreaper) &&
			    BPF_CORE_READ(signal, live.counter)) {
				reaper = above;
				break;
			}
			above = BPF_CORE_READ(above, real_parent);
		}
	}
	__s32 reaper_pid = BPF_CORE_READ(reaper, tgid);
	if (reaper_pid == exit->record.facts.pid)
		return; // the namespace ends with its init
	exit->reaper_pid = reaper_pid;
	exit->reaper_start = BPF_CORE_READ(reaper, group_leader, start_boottime);
}
