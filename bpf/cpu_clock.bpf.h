// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// What a running task has used since the scheduler last wrote it down. It writes at every tick and switch, so of a process
// that lived for a millisecond it has mostly written nothing. The rest is the scheduler's clock now less the task's
// `exec_start`. No program may ask that clock, but each run queue keeps what it last read of it. The least that a clock
// which can be asked was ever seen ahead of that is how far the two are apart; how long ago the run queue's reading was
// can only make it more.
//
// The estimate leaks upwards, as fast as clocks are ever slewed apart, so it follows them. It is never too small by more
// than that slewing, so the rest is never too large, and too small by as much as the best reading of late was old.
//
// The clock that is asked is the one that records bear, so that it is asked once for both. Unlike the scheduler's it goes on
// while the machine is suspended.
#pragma once

// The kernel slews its clock by at most 500 millionths (MAXFREQ in include/linux/timex.h), which is a bit over 1/2048.
#define SLEW_SHIFT 11

// A run queue's reading is a tick old at most, or a second on a CPU that is spared its ticks. A lead that grew by more than
// this means that the machine was suspended; if it does not, the next reading puts it right.
#define SUSPENDED 100000000ull

// One for all CPUs sees more readings than one for each. Where the kernel calls the scheduler's clocks stable they are
// one clock, and where it does not it keeps them together to a tick at the worst, and mostly to a microsecond.
struct {
	__u64 nanoseconds; // the boot clock's lead over the scheduler's, modulo 2^64
	__u64 seen_at;     // 0: never
} clock_gap;

// The lead as it may have become by now.
static __always_inline __u64 clock_lead(__u64 now)
{
	return clock_gap.nanoseconds + ((now - clock_gap.seen_at) >> SLEW_SHIFT);
}

// The run queue of the current task. Group scheduling has it; without that there is no way to it from here.
static __always_inline struct rq *run_queue(struct task_struct *task)
{
	if (bpf_core_field_exists(struct sched_entity, cfs_rq))
		return task->se.cfs_rq->rq;
	return 0;
}

// Compares the clocks; to be called often, with the current task. It writes only where it learns something, so the CPUs
// seldom take the cache line from each other. Two that do so at the same moment may undo one another's work, which the next
// puts right. Returns the boot clock.
static __always_inline __u64 watch_clocks(struct task_struct *task)
{
	struct rq *queue = run_queue(task);
	// Before the other clock is asked: a tick between the two can then only make the lead seem larger.
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

// What the current task has used beside its `sum_exec_runtime`, nanoseconds; `now` by the boot clock.
static __always_inline __u64 unwritten_run_time(struct task_struct *task, __u64 now)
{
	struct rq *queue = run_queue(task);
	if (!queue || !clock_gap.seen_at)
		return 0;
	// The task's clock stands still in interrupts and while the hypervisor runs somebody else.
	__u64 task_clock = now - clock_lead(now) - (queue->clock - queue->clock_task);
	__s64 rest = task_clock - task->se.exec_start;
	return rest > 0 ? rest : 0;
}
