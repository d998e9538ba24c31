// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The CPU time of a running task since the scheduler last stored it. The scheduler stores it at every tick and switch,
// so for a process that lived a millisecond it has mostly stored nothing. The rest is the scheduler's clock now less
// the task's `exec_start`. Programs cannot read that clock, but each run queue stores its last reading. The smallest
// lead of a readable clock over these readings is the offset between the two clocks: the age of a reading can only
// increase the lead.
//
// The estimate leaks upwards, as fast as clocks are ever slewed, so it follows them. It is never too small by more than
// that slewing. So the rest is never too large, and too small by at most the age of the best recent reading.
//
// The readable clock is the one of the records' times, so that one reading serves both. Unlike the scheduler's it
// advances while the system is suspended.
#pragma once

// The kernel slews its clock by at most 500 millionths (MAXFREQ in include/linux/timex.h), which is a bit over 1/2048.
#define SLEW_SHIFT 11

// The reading of a run queue is at most a tick old, or a second on a tickless CPU. A lead that grew by more than this
// means that the system was suspended; where it was not, the next reading corrects it.
#define SUSPENDED 100000000ull

// One for all CPUs gets more readings than one for each. Where the kernel calls the scheduler's clocks stable they are
// one clock; else it keeps them together to a tick at worst, and mostly to a microsecond.
struct {
	__u64 nanoseconds; // the boot clock's lead over the scheduler's, modulo 2^64
	__u64 seen_at;     // 0: never
} clock_gap;

// The largest possible lead by now.
static __always_inline __u64 clock_lead(__u64 now)
{
	return clock_gap.nanoseconds + ((now - clock_gap.seen_at) >> SLEW_SHIFT);
}

// The run queue of the current task. Only group scheduling gives access to it.
static __always_inline struct rq *run_queue(struct task_struct *task)
{
	if (bpf_core_field_exists(struct sched_entity, cfs_rq))
		return task->se.cfs_rq->rq;
	return 0;
}

// Compares the clocks; call it often, with the current task. It writes only better values, so CPUs seldom contend for
// the cache line. Two that write at the same moment may undo each other's work; the next call corrects that. Returns
// the boot clock.
static __always_inline __u64 watch_clocks(struct task_struct *task)
{
	struct rq *queue = run_queue(task);
	// Before the other clock is read: a tick between the two can then only increase the lead.
	__u64 clock = queue ? queue->clock : 0;
	__u64 now = bpf_ktime_get_boot_ns();
	if (!queue)
		return now;
	__u64 gap = now - clock;
	__s64 more = gap - clock_lead(now);
	if (clock_gap.seen_at && more >= 0 && more < (__s64)SUSPENDED)
		return now;
	clock_gap.nanoseconds = gap;
	clock_gap.seen_at = now;
	return now;
}

// The CPU time of the current task beyond its `sum_exec_runtime`, in nanoseconds; `now` is by the boot clock.
static __always_inline __u64 unwritten_run_time(struct task_struct *task, __u64 now)
{
	struct rq *queue = run_queue(task);
	if (!queue || !clock_gap.seen_at)
		return 0;
	// The task's clock stops in interrupts and while the hypervisor runs another guest.
	__u64 task_clock = now - clock_lead(now) - (queue->clock - queue->clock_task);
	__s64 rest = task_clock - task->se.exec_start;
	return rest > 0 ? rest : 0;
}
