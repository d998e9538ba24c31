// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The compiled kernel side, embedded in the program in both flavours (see LOOP in maps.bpf.h).
#include "object.h"

#if !__has_embed("execsnoop.bpf.o") || !__has_embed("execsnoop.loop.bpf.o")
#error "the BPF objects are not built yet: run `make bpf` first"
#endif

static _Alignas(8) const unsigned char with_loop[] = {
#embed "execsnoop.loop.bpf.o"
};
static _Alignas(8) const unsigned char without_loop[] = {
#embed "execsnoop.bpf.o"
};

const struct est_object est_object_with_loop = { with_loop, sizeof(with_loop) };
const struct est_object est_object_without_loop = { without_loop, sizeof(without_loop) };
