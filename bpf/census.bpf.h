// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Walks over the running tasks.
#pragma once

// Whether the program and the working directory have a name. /proc shows this only as the end of a path, which may also
// be the name's own.
static __always_inline __u32 file_flags(struct task_struct *task)
{
	struct mm_struct *mm = task->mm;
	struct fs_struct *fs = task->fs;
	struct file *file = mm ? mm->exe_file : 0;
	__u32 flags = 0;

	if (file) {
		struct dentry *dentry = file->f_path.dentry;
		if (is_deleted(file))
			flags |= EST_EXE_IS_DELETED;
		if (dentry->d_parent == dentry && file->f_path.mnt->mnt_root != dentry)
			flags |= EST_EXE_IS_MEMFD;
	}
	if (fs && is_unlinked(fs->pwd.dentry))
		flags |= EST_CWD_IS_DELETED;
	return flags;
}

// Every running process, with its exact start time, which /proc has only in clock ticks: used at the start and to
// resync after a loss. Processes out of scope are included, because a tree may name them as parents and must not
// conclude that they exited.
SEC("iter/task")
int on_census(struct bpf_iter__task *context)
{
	struct task_struct *task = context->task;
	if (!task)
		return 0;
	task = UNTRUSTED(struct task_struct, task);
	if (task->pid != task->tgid || task->signal->live.counter == 0)
		return 0;
	struct est_task found = {};
	fill_facts(&found.facts, task);
	found.facts.flags |= file_flags(task);
	found.in_scope = task_in_scope(task);
	// The paths come through the ring, each before the first event that names it, so each has one spelling.
	if (found.in_scope)
		announce_cgroup(task);
	bpf_seq_write(context->meta->seq, &found, sizeof(found));
	return 0;
}

// Adds the running children of processes in scope to the scope, and writes a byte for each. Tasks come in the order of
// their pids, which need not be the order of their start: the user side repeats it until nothing is left to add. The
// byte is 0 where the scope is full.
SEC("iter/task")
int on_task_below(struct bpf_iter__task *context)
{
	struct task_struct *task = context->task;
	if (!task)
		return 0;
	task = UNTRUSTED(struct task_struct, task);
	__s32 pid = OWN_PID(DIRECT, task);
	struct task_struct *parent = task->real_parent;
	if (task->pid != task->tgid || !pid || scope_flags(pid) || task->signal->live.counter == 0)
		return 0;
	if (!(scope_flags(OWN_PID(DIRECT, parent)) & EST_SCOPE_BELOW))
		return 0;
	__u8 taken = set_scope_flags(pid, EST_SCOPE_BELOW);
	bpf_seq_write(context->meta->seq, &taken, sizeof(taken));
	return 0;
}
