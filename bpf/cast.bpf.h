// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// From 6.2 on any number can be made a pointer that plain loads may follow: a nanosecond where a helper takes twenty. A
// walk up a path is nothing but such loads, a dozen for each exec, and was most of what an exec cost.
//
// Pointers that the kernel hands to a program are better off as such too: of one that it trusts it looks up, for every
// pointer that is loaded through it, whether that can be trusted as well, by a search through all type names of the
// kernel. That took 200 ms at the start, for a trust that nothing here needs.
#pragma once

#ifdef EST_WITH_BPF_LOOP
extern void *bpf_rdonly_cast(const void *pointer, __u32 type) __ksym __weak;
#define CAN_CAST (bpf_rdonly_cast)
#define CAST(TYPE, pointer) ((TYPE *)bpf_rdonly_cast(pointer, bpf_core_type_id_kernel(TYPE)))
#else
#define CAN_CAST 0
#define CAST(TYPE, pointer) ((TYPE *)(pointer))
#endif

// The same pointer without the kernel's trust; as it is on kernels that know no such thing.
#define UNTRUSTED(TYPE, pointer) (CAN_CAST ? CAST(TYPE, pointer) : (pointer))
