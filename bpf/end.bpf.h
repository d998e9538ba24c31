// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The exit of a process: reported once, with the resource usage of all its threads.
#pragma once

#define EEXIST 17

#define THREADS_FEW 64
#define THREADS 65536

// Whether this thread reports the exit. Two threads that exit at the same moment may both find no other thread left,
// and either may come here first. Where this cannot be stored, an exit is reported twice rather than not at all.
static __always_inline bool is_first_end(struct task_struct *task)
{
	struct signal_struct *signal = task->signal;
	struct ended_process process = { .start = task->group_leader->start_boottime, .pid = task->tgid };
	__u8 yes = 1;

	if (signal->nr_threads > 1)
		// Kernels before 6.4 call the map's own function, which returns an int: its upper half is undefined.
		return (__s32)bpf_map_update_elem(&ended, &process, &yes, BPF_NOEXIST) != -EEXIST;
	// The last one in the kernel's accounts. Where another thread was removed from them since it reported the exit,
	// its time is in the sum.
	return !signal->sum_sched_runtime || !bpf_map_lookup_elem(&ended, &process);
}

// From include/linux/sched/signal.h, a macro there and so not in BTF.
#define SIGNAL_GROUP_EXIT 0x00000004

// As wait(2) returns it.
static __always_inline __s32 exit_status(struct task_struct *task)
{
	struct signal_struct *signal = task->signal;

	return signal->flags & SIGNAL_GROUP_EXIT ? signal->group_exit_code : task->group_leader->exit_code;
}

struct thread_walk {
	struct est_exit *exit;
	struct list_head *head;
	struct list_head *next;
};

static long add_thread(__u32 round, void *context)
{
	struct thread_walk *walk = context;
	struct list_head *node = walk->next;
	if (!node || node == walk->head)
		return 1;
	struct task_struct *task = (void *)node - bpf_core_field_offset(struct task_struct, thread_node);
	struct est_exit *exit = walk->exit;
	exit->run_time += BPF_CORE_READ(task, se.sum_exec_runtime);
	exit->user_time += BPF_CORE_READ(task, utime);
	exit->system_time += BPF_CORE_READ(task, stime);
	exit->minor_faults += BPF_CORE_READ(task, min_flt);
	exit->major_faults += BPF_CORE_READ(task, maj_flt);
	if (bpf_core_field_exists(struct task_io_accounting, read_bytes)) {
		exit->read_bytes += BPF_CORE_READ(task, ioac.read_bytes);
		exit->written_bytes += BPF_CORE_READ(task, ioac.write_bytes);
	}
	// A child belongs to the thread that forked it. Not zero where the list has one: stored in the record, like the
	// position of a path (see path_walk), and without a branch.
	struct list_head *children = (void *)task + bpf_core_field_offset(task->children);
	__u64 distance = (__u64)BPF_CORE_READ(children, next) - (__u64)children;
	exit->reaper_pid |= distance | distance >> 32;
	walk->next = BPF_CORE_READ(node, next);
	return 0;
}

// The signal struct has the usage of threads that were released. The others still have their own: this task, a leader
// that exited earlier, and threads that exit at this moment. Returns whether any of these has children.
static __always_inline bool fill_usage(struct est_exit *exit, struct task_struct *task)
{
	struct signal_struct *signal = task->signal;
	exit->run_time = signal->sum_sched_runtime + unwritten_run_time(task, exit->record.time);
	exit->user_time = signal->utime;
	exit->system_time = signal->stime;
	exit->minor_faults = signal->min_flt;
	exit->major_faults = signal->maj_flt;
	exit->peak_memory = signal->maxrss;
	exit->read_bytes = exit->written_bytes = 0;
	if (bpf_core_field_exists(struct task_io_accounting, read_bytes)) {
		exit->read_bytes = signal->ioac.read_bytes;
		exit->written_bytes = signal->ioac.write_bytes;
	}
	if (signal->nr_threads > 1) {
		struct thread_walk walk = {
			.exit = exit,
			.head = &signal->thread_head,
			.next = BPF_CORE_READ(signal, thread_head.next),
		};
		exit->reaper_pid = 0;
		LOOP(THREADS_FEW, THREADS, add_thread, &walk);
		return exit->reaper_pid;
	}
	exit->run_time += task->se.sum_exec_runtime;
	exit->user_time += task->utime;
	exit->system_time += task->stime;
	exit->minor_faults += task->min_flt;
	exit->major_faults += task->maj_flt;
	if (bpf_core_field_exists(struct task_io_accounting, read_bytes)) {
		exit->read_bytes += task->ioac.read_bytes;
		exit->written_bytes += task->ioac.write_bytes;
	}
	return task->children.next != &task->children;
}
