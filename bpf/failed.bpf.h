// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Failed execs. The caller's argv is still where it was, as pointers in its own memory: each string is read by
// itself, and what cannot be read is marked.
#pragma once

#define FAILED_ARGS 4096
#define FAILED_ARGS_FEW 48
#define FAILED_FILE 512
#define FAILED_ROOM 2048        // strings in the first try,
#define FAILED_ROOM_LARGE 40960 // and in the second, when they were more

// Where the arguments of an execve or execveat are.
struct exec_call {
	const char *file;
	const char *const *argv;
	__s32 error;
};

struct argv_walk {
	const char *const *argv;
	struct est_part *part; // its size says how many bytes so far
	__u32 *marks;
};

// Copies one string of argv. Argv is cut where the rounds or the room end before its NULL was met.
#define DEFINE_COPY_STRING(copy, ROOM, LARGEST)                                                   \
	static long copy(__u32 round, void *context)                                              \
	{                                                                                         \
		struct argv_walk *walk = context;                                                 \
		const char *string = 0;                                                           \
		__u32 used = walk->part->size;                                                    \
		*walk->marks &= ~EST_ARGV_CUT;                                                    \
		if (bpf_probe_read_user(&string, sizeof(string), walk->argv + round)) {           \
			*walk->marks |= EST_ARGV_UNREADABLE;                                      \
			return 1;                                                                 \
		}                                                                                 \
		if (!string)                                                                      \
			return 1;                                                                 \
		*walk->marks |= EST_ARGV_CUT;                                                     \
		if (used > ROOM - LARGEST)                                                        \
			return 1;                                                                 \
		long length = bpf_probe_read_user_str(walk->part->bytes + used, LARGEST, string); \
		if (length < 0) {                                                                 \
			*walk->marks |= EST_ARGV_UNREADABLE;                                      \
			return 1;                                                                 \
		}                                                                                 \
		walk->part->size = used + (__u32)length;                                          \
		return length == LARGEST;                                                         \
	}

DEFINE_COPY_STRING(copy_string, FAILED_ROOM, 1024)
DEFINE_COPY_STRING(copy_string_large, FAILED_ROOM_LARGE, 8192)

#define START_PART(record, room)                                               \
	({                                                                     \
		struct est_part *part =                                        \
			bpf_ringbuf_reserve(&ring, sizeof(*part) + (room), 0); \
		if (part) {                                                    \
			part->kind = EST_PART;                                 \
			part->field = EST_PART_STRINGS;                        \
			part->pid = (record)->facts.pid;                       \
			part->offset = part->size = 0;                         \
		}                                                              \
		part;                                                          \
	})

static __always_inline void send_failed_argv(struct est_exec *exec, const struct exec_call *call)
{
	__u32 *marks = &exec->record.marks;

	if (!call->argv)
		return;
	struct est_part *part = START_PART(&exec->record, FAILED_ROOM);
	if (!part)
		goto lost;
	struct argv_walk walk = { .argv = call->argv, .part = part, .marks = marks };
	LOOP(FAILED_ARGS_FEW, FAILED_ARGS, copy_string, &walk);
	if (*marks & EST_ARGV_CUT) {
		bpf_ringbuf_discard(part, BPF_RB_NO_WAKEUP);
		part = START_PART(&exec->record, FAILED_ROOM_LARGE);
		if (!part)
			goto lost;
		struct argv_walk again = { .argv = call->argv, .part = part, .marks = marks };
		LOOP(FAILED_ARGS_FEW, FAILED_ARGS, copy_string_large, &again);
	}
	exec->argv_length = exec->argv_size = part->size;
	bpf_ringbuf_submit(part, 0);
	exec->parts = 1;
	return;
lost:
	count(&counters.lost_parts);
	*marks |= EST_ARGV_CUT;
}

static __always_inline int send_failed_exec(const struct exec_call *call)
{
	__s32 pid = bpf_get_current_pid_tgid() >> 32;
	if (!in_scope(pid))
		return 0;
	struct task_struct *task = (void *)bpf_get_current_task();
	struct est_exec *exec = bpf_ringbuf_reserve(&ring, sizeof(*exec), 0);
	if (!exec) {
		lose_probed(&counters.lost_failed_execs, EST_FAILED_EXEC, task);
		return 0;
	}
	exec->record.kind = EST_FAILED_EXEC;
	exec->record.time = bpf_ktime_get_boot_ns();
	fill_facts_probed(&exec->record.facts, task);
	exec->error = -call->error;
	exec->parts = exec->argv_length = exec->argv_size = exec->env_length = exec->env_size = 0;
	exec->record.marks = 0;
	send_failed_argv(exec, call);

	struct est_path_sizes *sizes = &exec->path_sizes;
	long length = bpf_probe_read_user_str(exec->paths, FAILED_FILE, call->file);
	if (length < 0)
		exec->record.marks |= EST_FILE_UNREADABLE;
	else if (length == FAILED_FILE)
		exec->record.marks |= EST_FILE_CUT;
	sizes->all = sizes->file = length < 0 ? 0 : length;
	sizes->interpreter = sizes->exe = 0;

	exec->record.marks |= EST_CWD_CUT;
	struct fs_struct *fs = BPF_CORE_READ(task, fs);
	struct mount *mount = mount_of(BPF_CORE_READ(fs, pwd.mnt));
	struct path_walk walk = {
		.room = exec->paths,
		.sizes = sizes,
		.marks = &exec->record.marks,
		.dentry = BPF_CORE_READ(fs, pwd.dentry),
		.root = BPF_CORE_READ(mount, mnt.mnt_root),
		.mount = mount,
	};
	LOOP(PATH_STEPS_FEW, PATH_STEPS, step_up, &walk);
	bpf_ringbuf_submit(exec, 0);
	return 0;
}

static __always_inline int on_execve_return(struct pt_regs *regs, long ret)
{
	if (ret >= 0)
		return 0;
	struct exec_call call = {
		.file = (const char *)PT_REGS_PARM1_CORE_SYSCALL(regs),
		.argv = (const char *const *)PT_REGS_PARM2_CORE_SYSCALL(regs),
		.error = ret,
	};
	return send_failed_exec(&call);
}

static __always_inline int on_execveat_return(struct pt_regs *regs, long ret)
{
	if (ret >= 0)
		return 0;
	struct exec_call call = {
		.file = (const char *)PT_REGS_PARM2_CORE_SYSCALL(regs),
		.argv = (const char *const *)PT_REGS_PARM3_CORE_SYSCALL(regs),
		.error = ret,
	};
	return send_failed_exec(&call);
}

#if defined(__TARGET_ARCH_x86)
#define SYSCALL_PREFIX "__x64_"
#elif defined(__TARGET_ARCH_arm64)
#define SYSCALL_PREFIX "__arm64_"
#endif

// No tax on other system calls, but not every kernel lets a program attach here.
SEC("fexit/" SYSCALL_PREFIX "sys_execve")
int BPF_PROG(on_execve_fexit, struct pt_regs *regs, long ret)
{
	return on_execve_return(regs, ret);
}

SEC("fexit/" SYSCALL_PREFIX "sys_execveat")
int BPF_PROG(on_execveat_fexit, struct pt_regs *regs, long ret)
{
	return on_execveat_return(regs, ret);
}

// The registers at the system call's entry, which at its exit are still there; known to kernels from 5.15 on.
static __always_inline struct pt_regs *caller_registers(void)
{
	if (!bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_task_pt_regs))
		return 0;
	return (struct pt_regs *)bpf_task_pt_regs(bpf_get_current_task_btf());
}

SEC("tracepoint/syscalls/sys_exit_execve")
int on_execve_exit(struct trace_event_raw_sys_exit *context)
{
	return context->ret < 0 ? on_execve_return(caller_registers(), context->ret) : 0;
}

SEC("tracepoint/syscalls/sys_exit_execveat")
int on_execveat_exit(struct trace_event_raw_sys_exit *context)
{
	return context->ret < 0 ? on_execveat_return(caller_registers(), context->ret) : 0;
}
