// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Walks over the tasks that run.
#pragma once

// What /proc says by the end of a name, which may as well be the name's own: whether the program and the working directory
// have a name.
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

// Every process that runs now on the whole machine, with its start to the nanosecond, which /proc only has to the clock
// tick: what a tree begins with, and what it is mended with after a loss. Those out of scope are told too, because a tree
// may name them as parents and must not believe that they ended.
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
	// The paths come by the ring, each before the first event that names it, so there is one spelling of each.
	if (found.in_scope)
		announce_cgroup(task);
	bpf_seq_write(context->meta->seq, &found, sizeof(found));
	return 0;
}

// Takes into the scope what runs already below a process in it, and writes a byte for each. Tasks come in the order of
// their pids, which need not be that of their birth: the user side repeats it until nothing was left to take in. The byte
// is 0 where the scope is full.
SEC("iter/task")
int on_task_below(struct bpf_iter__task *context)
{
	struct task_struct *task = context->task;
	if (!task)
		return 0;
	task = UNTRUSTED(struct task_struct, task);
	__s32 pid = OWN_PID(DIRECT, task);
	struct task_struct *parent = task->real_parent;
	if (task->pid != task->tgid || !pid || scope_notes(pid) || task->signal->live.counter == 0)
		return 0;
	if (!(scope_notes(OWN_PID(DIRECT, parent)) & EST_SCOPE_BELOW))
		return 0;
	__u8 taken = note_scope(pid, EST_SCOPE_BELOW);
	bpf_seq_write(context->meta->seq, &taken, sizeof(taken));
	return 0;
}
