// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Claims: how the copies of a handler agree on which of them does the work of an event (see standby.bpf.h). Read by the
// BPF program, and by Swift, whose tests run the decisions below in every order that tasks can preempt each other.
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
	// A pid can use the ways of one set alone. Claims last for microseconds, so nearly all are free at any time.
	EST_CLAIM_WAYS = 4,
	EST_CLAIM_SETS = 1024,
};

// That a copy does, or has done, the work of an event. Only the task of the event changes it, except that any task may
// take a free one.
struct est_claim {
	__u64 owner; // pid, hook, and which copies have met the claim; 0: free
	__u64 event; // tells the event from others of the same pid and hook
};

struct est_claim_set {
	struct est_claim ways[EST_CLAIM_WAYS];
};

// How often the copies of a hook had another part than usual, which is that the first copy works and the others do not.
// A run that the kernel skipped is a miss of the first copy. So the events that no copy worked for are exactly
// the misses of the first copy + idle - stood_in.
struct est_stand_in {
	__u64 idle;	// the first copy ran and did not work
	__u64 stood_in; // another copy worked
};

static inline __u64 est_met_by(__u32 copy)
{
	return 1ull << (48 + copy);
}

// The owner word of a claim that a copy has just made.
static inline __u64 est_owner(__u32 pid, __u32 hook, __u32 copy)
{
	return pid | (__u64)hook << 32 | est_met_by(copy);
}

// Whether a claim of this pid was made for the event at hand. It was not when it is of another event, or when this copy
// has met it before: a copy runs once an event. The claim is left of an earlier event then, whose later copies were
// skipped.
static inline _Bool est_is_of_event(const struct est_claim *claim, __u32 hook, __u32 copy, __u64 event)
{
	return (__u8)(claim->owner >> 32) == hook && claim->event == event && !(claim->owner & est_met_by(copy));
}

// The owner word after a copy met a claim of its event: free when all copies have met it.
static inline __u64 est_owner_after(__u64 owner, __u32 copy)
{
	const __u64 all = est_met_by(0) | est_met_by(1) | est_met_by(2);
	owner |= est_met_by(copy);
	return (owner & all) == all ? 0 : owner;
}

_Static_assert(EST_COPIES == 3, "est_owner_after names each copy");
_Static_assert(sizeof(struct est_claim_set) == 64, "a cache line");
