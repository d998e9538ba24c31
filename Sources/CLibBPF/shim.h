#pragma once
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>

// Defined both as a macro and as an enumerator, which Swift cannot tell apart.
static const unsigned int lb_BTF_KIND_FUNC = BTF_KIND_FUNC;
