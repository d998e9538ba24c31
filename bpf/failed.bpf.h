// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Failed execs. The caller's argv is still where it was, as pointers in its own memory: each string is read by
// itself, and what cannot be read is marked.
#pragma once

#define FAILED_ARGS 4096
#define FAILED_ARGS_FEW 256
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
	char *bytes;
	__u32 *size; // how many bytes so far
	__u32 *marks;
};

// Older kernels do not count the NUL of an empty string. No branch, which would double what the verifier walks.
static __always_inline __u32 with_nul(__u64 length)
{
	barrier_var(length);
	return length + ((length - 1) >> 63);
}

// Copies one string of argv. Argv is cut where the rounds or the room end before its NULL was met.
#define DEFINE_COPY_STRING(copy, ROOM, LARGEST)                                                   \
	static long copy(__u32 round, void *context)                                              \
	{                                                                                         \
		struct argv_walk *walk = context;                                                 \
		const char *string = 0;                                                           \
		__u32 used = *walk->size;                                                         \
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
		long length = bpf_probe_read_user_str(walk->bytes + used, LARGEST, string);       \
		if (length < 0) {                                                                 \
			*walk->marks |= EST_ARGV_UNREADABLE;                                      \
			return 1;                                                                 \
		}                                                                                 \
		*walk->size = used + with_nul(length);                                            \
		return length == LARGEST;                                                         \
	}

DEFINE_COPY_STRING(copy_string, FAILED_ROOM, 1024)
DEFINE_COPY_STRING(copy_string_large, FAILED_ROOM_LARGE, 8192)

// Into the record where there is room, else once more into a part of its own.
static __always_inline void send_failed_argv(struct est_exec *exec, const struct exec_call *call)
{
	__u32 *marks = &exec->record.marks;

	if (!call->argv) {
		if (!call->file)
			*marks |= EST_ARGV_UNREADABLE; // the call was not noted
		return;
	}
	struct argv_walk walk = {
		.argv = call->argv, .bytes = exec->strings, .size = &exec->argv_size, .marks = marks
	};
	LOOP(FAILED_ARGS_FEW, FAILED_ARGS, copy_string, &walk);
	exec->argv_length = exec->argv_size;
	if (!(*marks & EST_ARGV_CUT))
		return;
	struct est_part *part = bpf_ringbuf_reserve(&ring, sizeof(*part) + FAILED_ROOM_LARGE, 0);
	if (!part) {
		count(&counters.lost_parts);
		return;
	}
	part->kind = EST_PART;
	part->field = EST_PART_STRINGS;
	part->pid = exec->record.facts.pid;
	part->offset = part->size = 0;
	struct argv_walk again = { .argv = call->argv, .bytes = part->bytes, .size = &part->size, .marks = marks };
	LOOP(FAILED_ARGS_FEW, FAILED_ARGS, copy_string_large, &again);
	exec->argv_length = exec->argv_size = part->size;
	exec->inside = 0;
	exec->parts = 1;
	bpf_ringbuf_submit(part, 0);
}

// The caller's working directory.
static __always_inline void put_failed_cwd(struct est_exec *exec, struct task_struct *task)
{
	struct fs_struct *fs = BPF_CORE_READ(task, fs);
	struct mount *mount = mount_of(BPF_CORE_READ(fs, pwd.mnt));
	struct path_walk walk = {
		.room = exec->paths,
		.sizes = &exec->path_sizes,
		.marks = &exec->record.marks,
		.dentry = BPF_CORE_READ(fs, pwd.dentry),
		.root = BPF_CORE_READ(mount, mnt.mnt_root),
		.mount = mount,
	};
	exec->record.marks |= EST_CWD_CUT;
	LOOP(PATH_STEPS_FEW, PATH_STEPS, step_up, &walk);
}

static __always_inline int send_failed_exec(const struct exec_call *call)
{
	__s32 pid = bpf_get_current_pid_tgid() >> 32;
	struct task_struct *task = (void *)bpf_get_current_task();
	if (!failed_exec_in_scope(task, pid))
		return 0;
	struct est_exec *exec = bpf_ringbuf_reserve(&ring, sizeof(*exec) + FAILED_ROOM, 0);
	if (!exec) {
		lose_probed(&counters.lost_failed_execs, EST_FAILED_EXEC, task);
		return 0;
	}
	exec->record.kind = EST_FAILED_EXEC;
	exec->record.time = bpf_ktime_get_boot_ns();
	if (CAN_CAST)
		fill_facts(&exec->record.facts, CAST(struct task_struct, task));
	else
		fill_facts_probed(&exec->record.facts, task);
	exec->error = -call->error;
	exec->parts = exec->argv_length = exec->argv_size = exec->env_length = exec->env_size = 0;
	exec->inside = 1;
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

	put_failed_cwd(exec, task);
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

// The one argument of a system call's function. It is not read as what it is: a kernel's BTF may know the type by name
// alone (5.10's does for execveat), and its verifier then refuses a plain load.
static __always_inline struct pt_regs *only_argument(__u64 *context)
{
	struct pt_regs *regs = 0;
	bpf_probe_read_kernel(&regs, sizeof(regs), context);
	return regs;
}

// No tax on other system calls, but not every kernel lets a program attach here. Behind the argument stands the result.
SEC("fexit/" SYSCALL_PREFIX "sys_execve")
int on_execve_fexit(__u64 *context)
{
	return on_execve_return(only_argument(context), context[1]);
}

SEC("fexit/" SYSCALL_PREFIX "sys_execveat")
int on_execveat_fexit(__u64 *context)
{
	return on_execveat_return(only_argument(context), context[1]);
}

// The registers at the system call's entry are still there at its exit, but kernels before 5.15 do not say where. On
// those a program at the entry notes the arguments, under the address of the task: an exec may change its pid.
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, __u64);
	__type(value, struct exec_call);
} calls SEC(".maps");

static __always_inline int note_call(unsigned long file, unsigned long argv)
{
	struct exec_call call = { .file = (const char *)file, .argv = (const char *const *)argv };
	__u64 task = bpf_get_current_task();

	bpf_map_update_elem(&calls, &task, &call, BPF_ANY);
	return 0;
}

SEC("tracepoint/syscalls/sys_enter_execve")
int on_execve_enter(struct trace_event_raw_sys_enter *context)
{
	return note_call(context->args[0], context->args[1]);
}

SEC("tracepoint/syscalls/sys_enter_execveat")
int on_execveat_enter(struct trace_event_raw_sys_enter *context)
{
	return note_call(context->args[1], context->args[2]);
}

static __always_inline bool knows_registers(void)
{
	return bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_task_pt_regs);
}

static __always_inline struct pt_regs *caller_registers(void)
{
	return (struct pt_regs *)bpf_task_pt_regs(bpf_get_current_task_btf());
}

static __always_inline int on_noted_return(long ret)
{
	struct exec_call call = { .error = ret };
	__u64 task = bpf_get_current_task();
	struct exec_call *noted = bpf_map_lookup_elem(&calls, &task);

	if (noted) {
		call.file = noted->file;
		call.argv = noted->argv;
		bpf_map_delete_elem(&calls, &task);
	}
	return ret < 0 ? send_failed_exec(&call) : 0;
}

SEC("tracepoint/syscalls/sys_exit_execve")
int on_execve_exit(struct trace_event_raw_sys_exit *context)
{
	if (!knows_registers())
		return on_noted_return(context->ret);
	return context->ret < 0 ? on_execve_return(caller_registers(), context->ret) : 0;
}

SEC("tracepoint/syscalls/sys_exit_execveat")
int on_execveat_exit(struct trace_event_raw_sys_exit *context)
{
	if (!knows_registers())
		return on_noted_return(context->ret);
	return context->ret < 0 ? on_execveat_return(caller_registers(), context->ret) : 0;
}
