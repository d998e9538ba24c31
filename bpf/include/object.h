// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <stddef.h>

/// A compiled BPF object in memory, for `bpf_object__open_mem`.
struct est_object {
	const void *bytes;
	size_t size;
};
/// For kernels with the helper bpf_loop, 5.17 and later.
extern const struct est_object est_object_with_loop;
/// For older kernels.
extern const struct est_object est_object_without_loop;
