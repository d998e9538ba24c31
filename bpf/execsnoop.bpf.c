// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The kernel side: fork, exec, failed exec, exit, signals, output, and walks over the running tasks. Each handler has the
// same steps: in scope? reserve, fill, submit. A failed reservation is counted by kind, with a loss record.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <bpf/bpf_core_read.h>
#include "event.h"
#include "maps.bpf.h"
#include "cast.bpf.h"
#include "own.bpf.h"
#include "facts.bpf.h"
#include "scope.bpf.h"
#include "losses.bpf.h"
#include "buffers.bpf.h"
#include "paths.bpf.h"
#include "cgroups.bpf.h"
#include "strings.bpf.h"
#include "program.bpf.h"
#include "failed.bpf.h"
#include "compat.bpf.h"
#include "output.bpf.h"
#include "reaper.bpf.h"
#include "cpu_clock.bpf.h"
#include "end.bpf.h"
#include "killers.bpf.h"
#include "census.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

SEC("tp_btf/sched_process_fork")
int BPF_PROG(on_fork, struct task_struct *parent, struct task_struct *child)
{
	parent = UNTRUSTED(struct task_struct, parent);
	child = UNTRUSTED(struct task_struct, child);
	if (child->pid != child->tgid)
		return 0; // a thread
	__u64 now = watch_clocks(parent);
	if (!fork_in_scope(parent, child) || settings.execs_only)
		return 0;
	announce_cgroup(child);
	struct est_record *record = bpf_ringbuf_reserve(&ring, sizeof(*record), 0);
	if (!record) {
		lose(&counters.lost_forks, EST_FORK, child);
		return 0;
	}
	fill_record(record, EST_FORK, now, child);
	// Kernel threads start with a name of their own.
	if (parent->pid == parent->tgid && child->real_parent->pid == parent->pid &&
	    !(record->facts.flags & EST_KERNEL_THREAD))
		record->facts.flags |= EST_FORKED_BY_PARENT;
	bpf_ringbuf_submit(record, 0);
	return 0;
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(on_exec, struct task_struct *task, int old_pid, struct linux_binprm *bprm)
{
	task = UNTRUSTED(struct task_struct, task);
	bprm = UNTRUSTED(struct linux_binprm, bprm);
	__s32 pid = task->tgid;
	if (!exec_in_scope(task, pid))
		return 0;
	announce_cgroup(task);
	struct strings strings;
#ifdef EST_WITH_BPF_LOOP
	measure_strings(&strings, task->mm);
#endif
	struct exec_record *exec = reserve_exec(&strings);
	if (!exec) {
		lose(&counters.lost_execs, EST_EXEC, task);
		return 0;
	}
	struct file *file = task->mm->exe_file;
	struct program program = {
		.task = task,
		.paths = {
			.file = bprm->filename,
			.interpreter = bprm->interp == bprm->filename ? 0 : bprm->interp,
			.exe = { .mnt = file->f_path.mnt, .dentry = file->f_path.dentry },
			.cwd = { .mnt = task->fs->pwd.mnt, .dentry = task->fs->pwd.dentry },
		},
	};
	fill_exec(exec, &program);
	if (is_deleted(file))
		exec->head.record.marks |= EST_EXE_DELETED;
	if (changed_privileges(bprm, task, file))
		exec->head.record.marks |= EST_PRIVILEGE_CHANGED;
#ifndef EST_WITH_BPF_LOOP
	// Only now: a verifier that walks every step of the paths would do so once for each path through this.
	measure_strings(&strings, task->mm);
#endif
	fill_strings(exec, &strings, task);
	bpf_ringbuf_submit(exec, 0);
	return 0;
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(on_exit, struct task_struct *task)
{
	task = UNTRUSTED(struct task_struct, task);
	// A process ends with its last thread, which need not be its leader; and a leader that exits because another
	// thread execs leaves that thread running.
	if (task->signal->live.counter != 0)
		return 0;
	if (!exit_in_scope(task)) {
		forget_note(task);
		return 0;
	}
	if (!is_first_end(task) || settings.execs_only)
		return 0;
	if (settings.output_limit)
		end_output(task);
	announce_cgroup(task);
	__s32 status = exit_status(task);
	__u32 marks = settings.killers ? report_killer(task, status) : 0;
	struct est_exit *exit = bpf_ringbuf_reserve(&ring, sizeof(*exit), 0);
	if (!exit) {
		lose(&counters.lost_exits, EST_EXIT, task);
		return 0;
	}
	fill_record(&exit->record, EST_EXIT, bpf_ktime_get_boot_ns(), task);

	exit->record.marks = marks;
	exit->wait_status = status;
	bool has_children = fill_usage(exit, task);
	fill_reaper(exit, task, has_children);
	bpf_ringbuf_submit(exit, 0);
	return 0;
}

#include "standby.bpf.h"
