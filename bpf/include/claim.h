// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Claims: how the copies of a handler agree on which of them handles an event (see standby.bpf.h). Read by the BPF
// program, and by Swift: tests run the decisions below in every order in which tasks can preempt each other.
#pragma once

#include "event.h"

// The hooks that have stand-by copies.
enum est_hook {
	EST_HOOK_FORK,
	EST_HOOK_EXEC,
	EST_HOOK_EXIT,
	EST_HOOK_EXECVE, // failed execs, by system call
	EST_HOOK_EXECVEAT,
	EST_HOOK_COMPAT_EXECVE,
	EST_HOOK_COMPAT_EXECVEAT,
	EST_HOOKS,
};

enum {
	EST_COPIES = 3, // of each handler, called in this order: 0, 1, 2
	// A task can use the claims of one set only. Claims last for microseconds, so nearly all are free at any time.
	EST_CLAIM_WAYS = 4,
	EST_CLAIM_SETS = 1024,
};

// States that a copy handles, or has handled, an event: the task, the hook, and which copies have met the claim; 0
// where it is free. Only its task changes it, except that any task may take a free one.
struct est_claim_set {
	__u64 ways[EST_CLAIM_WAYS];
};

// How often the copies of a hook did not play their usual parts: the first copy works and the others do not. A run that
// the kernel skipped is a miss of the first copy. So the events that no copy handled are exactly the misses of the
// first copy + idle - stood_in.
struct est_stand_in {
	__u64 idle;	// the first copy ran and did not work
	__u64 stood_in; // another copy worked
};

static inline __u64 est_met_by(__u32 copy)
{
	return 1ull << copy;
}

// The claim that a copy makes. `task` identifies the task of the event among all running tasks: its address, or its
// pid.
static inline __u64 est_claim(__u64 task, __u32 hook, __u32 copy)
{
	return task << 16 | hook << 8 | est_met_by(copy);
}

// Whether two claims are of the same task.
static inline _Bool est_is_same_task(__u64 claim, __u64 other)
{
	return claim >> 16 == other >> 16;
}

// Whether a claim of this task was made for the present event, where a copy would make `mine`. It was not when it is of
// another hook, or when this copy has met it before, since a copy runs once for an event. Then the claim is left from
// an earlier event, whose later copies were skipped.
static inline _Bool est_is_of_event(__u64 claim, __u64 mine, __u32 copy)
{
	return claim >> 8 == mine >> 8 && !(claim & est_met_by(copy));
}

// The claim after a copy has met it: free when all copies have.
static inline __u64 est_claim_after(__u64 claim, __u32 copy)
{
	const __u64 all = est_met_by(0) | est_met_by(1) | est_met_by(2);
	claim |= est_met_by(copy);
	return (claim & all) == all ? 0 : claim;
}

_Static_assert(EST_COPIES == 3, "est_claim_after names each copy");
