// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Failed execs by the system calls of 32-bit programs, for which a 64-bit kernel has functions of its own. The
// tracepoints of system calls leave these out (ARCH_TRACE_IGNORE_COMPAT_SYSCALLS), so only fexit sees them. Successful
// execs need no such code: sched_process_exec reports them all.
#pragma once

#if defined(__TARGET_ARCH_x86)
#define COMPAT_PREFIX "__ia32_compat_"
#define COMPAT_PARM1(regs) BPF_CORE_READ(regs, bx)
#define COMPAT_PARM2(regs) BPF_CORE_READ(regs, cx)
#define COMPAT_PARM3(regs) BPF_CORE_READ(regs, dx)
#define COMPAT_PARM5(regs) BPF_CORE_READ(regs, di)
#elif defined(__TARGET_ARCH_arm64)
#define COMPAT_PREFIX "__arm64_compat_"
#define COMPAT_PARM1(regs) PT_REGS_PARM1_CORE_SYSCALL(regs)
#define COMPAT_PARM2(regs) PT_REGS_PARM2_CORE_SYSCALL(regs)
#define COMPAT_PARM3(regs) PT_REGS_PARM3_CORE_SYSCALL(regs)
#define COMPAT_PARM5(regs) PT_REGS_PARM5_CORE_SYSCALL(regs)
#endif

// A 32-bit pointer.
#define NARROW(value) ((void *)(unsigned long)(__u32)(value))

static __always_inline int on_compat_execve_return(struct pt_regs *regs, long ret)
{
	if (ret >= 0)
		return 0;
	struct exec_call call = {
		.file = NARROW(COMPAT_PARM1(regs)),
		.argv = NARROW(COMPAT_PARM2(regs)),
		.error = ret,
		.is_compat = 1,
	};
	return send_failed_exec(&call, ret);
}

static __always_inline int on_compat_execveat_return(struct pt_regs *regs, long ret)
{
	if (ret >= 0)
		return 0;
	struct exec_call call = {
		.file = NARROW(COMPAT_PARM2(regs)),
		.argv = NARROW(COMPAT_PARM3(regs)),
		.error = ret,
		.directory = COMPAT_PARM1(regs),
		.flags = COMPAT_PARM5(regs),
		.is_compat = 1,
	};
	call.has_directory = call.directory != AT_FDCWD;
	return send_failed_exec(&call, ret);
}

SEC("fexit/" COMPAT_PREFIX "sys_execve")
int on_compat_execve_fexit(__u64 *context)
{
	return on_compat_execve_return(only_argument(context), context[1]);
}

SEC("fexit/" COMPAT_PREFIX "sys_execveat")
int on_compat_execveat_fexit(__u64 *context)
{
	return on_compat_execveat_return(only_argument(context), context[1]);
}
