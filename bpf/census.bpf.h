// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Who runs now, on the whole machine: what a tree is mended with after a loss. Those out of scope are told too, because
// a tree may name them as parents and must not believe that they ended.
#pragma once

SEC("iter/task")
int on_census(struct bpf_iter__task *context)
{
	struct task_struct *task = context->task;
	if (!task || task->pid != task->tgid || task->signal->live.counter == 0)
		return 0;
	struct est_task found = {};
	fill_facts(&found.facts, task);
	found.in_scope = in_scope(task->tgid);
	bpf_seq_write(context->meta->seq, &found, sizeof(found));
	return 0;
}
