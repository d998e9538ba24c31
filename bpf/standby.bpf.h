// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Stand-by copies of the handlers, for kernels that can preempt a tracing program while it runs. A preempted program is
// skipped for every other task on that CPU. So each hook gets three small programs, called one after the other for each
// event: the first claims the event and calls the handler, the others find the claim and return. Where the first was
// skipped, the second finds no claim, and claims the event; where both were skipped, the third does.
//
// A copy works only with a claim, and a claim stays until all copies have met it, so no event is reported twice. The
// last copy works without one where the set is full of other tasks' claims. An event is lost only when every copy was
// skipped, for it or for the task's event before. The user side counts these exactly (struct est_stand_in).
//
// They call a second form of the handler by a tail call, which has no such check. Newer kernels give a tracing program
// a stack of its own on each CPU, since they know that it runs there once at a time. That does not hold for a program
// that three others call. A program with a tail call runs on the task's stack, so the second form has one, which is
// never taken. The first form is not loaded then.
#pragma once

#include "claim.h"

#ifdef EST_WITH_BPF_LOOP

struct est_stand_in stand_ins[EST_HOOKS] SEC(".bss.stand_ins");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, EST_CLAIM_SETS);
	__type(key, __u32);
	__type(value, struct est_claim_set);
} claims SEC(".maps");

// Whether this copy handles the event, where it met a claim of its task.
static __always_inline bool meet_claim(__u64 *way, __u64 claim, __u64 mine, __u32 copy)
{
	const bool is_of_event = est_is_of_event(claim, mine, copy);

	*way = is_of_event ? est_claim_after(claim, copy) : mine;
	return !is_of_event;
}

// Whether this copy handles an event.
static __always_inline bool claim_event(__u64 task, __u32 hook, __u32 copy)
{
	const __u64 mine = est_claim(task, hook, copy);
	__u32 index = (task ^ task >> 13) % EST_CLAIM_SETS; // addresses of tasks are some kilobytes apart
	struct est_claim_set *set = bpf_map_lookup_elem(&claims, &index);
	__u64 claim;

	if (!set)
		return false;
#define MEET(number)                                        \
	claim = *(volatile __u64 *)&set->ways[number];      \
	if (est_is_same_task(claim, mine))                  \
		return meet_claim(&set->ways[number], claim, mine, copy);
#define TAKE(number)                                        \
	if (!*(volatile __u64 *)&set->ways[number] &&       \
	    !__sync_val_compare_and_swap(&set->ways[number], 0, mine)) \
		return true;
	MEET(0) MEET(1) MEET(2) MEET(3)
	TAKE(0) TAKE(1) TAKE(2) TAKE(3)
#undef MEET
#undef TAKE
	return copy == EST_COPIES - 1;
}

_Static_assert(EST_CLAIM_WAYS == 4, "claim_event names each way");

static __always_inline int hand_over(__u64 *context, void *handler, __u64 task, __u32 hook, __u32 copy)
{
	if (!claim_event(task, hook, copy)) {
		if (!copy)
			count(&stand_ins[hook].idle);
		return 0;
	}
	if (copy)
		count(&stand_ins[hook].stood_in);
	bpf_tail_call(context, handler, 0);
	count(&stand_ins[hook].idle); // the kernel refused the tail call: no copy works
	return 0;
}

// execs_only is 0 or 1, so this is never true, and the verifier removes it, but only after it has noticed the tail
// call.
#define USE_TASK_STACK(context, map)        \
	if (settings.execs_only > 1)        \
		bpf_tail_call(context, map, 0);

// The programs of a hook, and the map of its handler's second form, which is WORK; the user side fills it. A kernel
// accepts in such a map only programs of the same hook. KEY distinguishes the task of the event from others.
#define STAND_BY(name, HOOK, SECTION, KEY, WORK)                                               \
	struct {                                                                                          \
		__uint(type, BPF_MAP_TYPE_PROG_ARRAY);                                                    \
		__uint(max_entries, 1);                                                                   \
		__type(key, __u32);                                                                       \
		__type(value, __u32);                                                                     \
	} name##_handler SEC(".maps");                                                                    \
	SEC(SECTION) int on_##name##_work(__u64 *context)                                                 \
	{                                                                                                 \
		USE_TASK_STACK(context, &name##_handler)                                                  \
		return WORK;                                                                              \
	}                                                                                                 \
	DEFINE_COPY(name, HOOK, SECTION, KEY, 0)                                               \
	DEFINE_COPY(name, HOOK, SECTION, KEY, 1)                                               \
	DEFINE_COPY(name, HOOK, SECTION, KEY, 2)

#define DEFINE_COPY(name, HOOK, SECTION, KEY, copy)                                            \
	SEC(SECTION) int on_##name##_##copy(__u64 *context)                                                    \
	{                                                                                                 \
		return hand_over(context, &name##_handler, KEY, HOOK, copy);                              \
	}

#define TASK(number) ((struct task_struct *)context[number])

// The child does not run yet, and the verifier does not convert its address to a number.
STAND_BY(fork, EST_HOOK_FORK, "?tp_btf/sched_process_fork", UNTRUSTED(struct task_struct, TASK(1))->pid,
	 ____on_fork(context, TASK(0), TASK(1)))
STAND_BY(exec, EST_HOOK_EXEC, "?tp_btf/sched_process_exec", bpf_get_current_task(),
	 ____on_exec(context, TASK(0), context[1], (struct linux_binprm *)context[2]))
STAND_BY(exit, EST_HOOK_EXIT, "?tp_btf/sched_process_exit", bpf_get_current_task(), ____on_exit(context, TASK(0)))

#define STAND_BY_CALL(name, HOOK, FUNCTION, returned)                              \
	STAND_BY(name, HOOK, "?fexit/" FUNCTION, bpf_get_current_task(),           \
		 (long)context[1] < 0 ? returned(only_argument(context), context[1]) : 0)

STAND_BY_CALL(execve, EST_HOOK_EXECVE, SYSCALL_PREFIX "sys_execve", on_execve_return)
STAND_BY_CALL(execveat, EST_HOOK_EXECVEAT, SYSCALL_PREFIX "sys_execveat", on_execveat_return)
STAND_BY_CALL(compat_execve, EST_HOOK_COMPAT_EXECVE, COMPAT_PREFIX "sys_execve", on_compat_execve_return)
STAND_BY_CALL(compat_execveat, EST_HOOK_COMPAT_EXECVEAT, COMPAT_PREFIX "sys_execveat", on_compat_execveat_return)

#endif
