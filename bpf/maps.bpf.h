// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The data that the handlers share with user space, and a bounded loop.
#pragma once

const volatile struct est_settings settings;
struct est_counters counters;

// One ring for all CPUs, so that records arrive in the order of their reservation. Submitting without a flag wakes the
// reader only when it had read everything before: a reader that sleeps between two drains is woken once for all
// records.
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 16 * 1024 * 1024); // replaced by the user side
} ring SEC(".maps");

// The flags of processes where there is a scope (see scope.bpf.h): added at fork and exec, removed at exit.
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 131072); // replaced by the user side with the most processes that can run
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __s32);
	__type(value, __u8);
} scope SEC(".maps");

// Processes with threads whose exit was reported (see is_first_end). Only those that exit at this moment matter.
struct ended_process {
	__u64 start;
	__s32 pid;
	__u32 reserved;
};
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, struct ended_process);
	__type(value, __u8);
} ended SEC(".maps");

// The cgroups whose path has been sent.
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, __u64);
	__type(value, __u8);
} announced_cgroups SEC(".maps");

// A bounded loop over a callback that returns 1 to stop. From 5.17 on the kernel loops and the verifier checks the
// callback once; before that the verifier walks every round, so there are fewer of them. The object is built both ways,
// because an older kernel refuses a callback that it does not know.
#ifdef EST_WITH_BPF_LOOP
#define LOOP(few, many, callback, context) bpf_loop(many, callback, context, 0)
#else
#define LOOP(few, many, callback, context)                      \
	do {                                                    \
		_Pragma("clang loop unroll(disable)")           \
		for (__u32 round = 0; round < (few); round++)   \
			if (callback(round, context))           \
				break;                          \
	} while (0)
#endif

// A function that the verifier checks once and separately, and not again on each path that calls it: its pointers are
// to plain memory, and may be null as far as it knows. Older verifiers accept no pointers in such functions.
#ifdef EST_WITH_BPF_LOOP
#define ONCE __attribute__((noinline))
#else
#define ONCE static __always_inline
#endif

static __always_inline void count(__u64 *counter)
{
	__sync_fetch_and_add(counter, 1);
}
