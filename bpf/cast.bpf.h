// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// From 6.2 on any number can be made a pointer for plain loads: a load takes a nanosecond, a helper call twenty. A walk
// up a path consists of such loads, a dozen for each exec, and was most of the cost of an exec.
//
// Pointers that the kernel passes to a program are better cast too: for every pointer loaded through a trusted one, the
// kernel searches all its type names to find out whether the loaded one is trusted. That took 200 ms at the start, for
// a trust that nothing here needs.
#pragma once

#ifdef EST_WITH_BPF_LOOP
extern void *bpf_rdonly_cast(const void *pointer, __u32 type) __ksym __weak;
#define CAN_CAST (bpf_rdonly_cast)
#define CAST(TYPE, pointer) ((TYPE *)bpf_rdonly_cast(pointer, bpf_core_type_id_kernel(TYPE)))
#else
#define CAN_CAST 0
#define CAST(TYPE, pointer) ((TYPE *)(pointer))
#endif

// The same pointer without the kernel's trust; unchanged on kernels without such trust.
#define UNTRUSTED(TYPE, pointer) (CAN_CAST ? CAST(TYPE, pointer) : (pointer))
