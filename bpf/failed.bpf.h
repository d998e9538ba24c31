// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Failed execs. The caller's argv is still in its memory, as pointers: each string is read by itself, and unreadable
// ones are marked.
#pragma once

#define FAILED_ARGS 4096
#define FAILED_ARGS_FEW 256
#define FAILED_ARG 8192 // bytes kept of one argument, with its NUL

// Where the arguments of an execve or execveat are.
struct exec_call {
	const char *file;
	const char *const *argv;
	__s32 error;
	__s32 directory;     // of execveat
	__u32 has_directory; // 1: that is a descriptor, not the caller's working directory
	__u32 flags;         // of execveat
	__u64 is_compat;     // 1: a call of a 32-bit program, so argv's pointers are narrow
};

#define AT_FDCWD -100
#define AT_EXECVE_CHECK 0x10000
#define MAX_ERRNO 4095

// Whether the call is an exec that failed. A result outside of the range of an errno is no failure to the caller: a
// process may have its system calls answered with any number (SECCOMP_RET_USER_NOTIF). With AT_EXECVE_CHECK (6.14)
// nothing is executed: the call asks whether an exec would be allowed.
static __always_inline bool is_failed_exec(const struct exec_call *call, long ret)
{
	return ret < 0 && ret >= -MAX_ERRNO && !(call->flags & AT_EXECVE_CHECK);
}

struct argv_walk {
	const char *const *argv;
	bool is_compat;
	char *bytes;
	__u32 *size; // how many bytes so far
	__u32 *marks;
};

// Older kernels do not count the NUL of an empty string. No branch, which would double the verifier's work.
static __always_inline __u32 with_nul(__u64 length)
{
	barrier_var(length);
	return length + ((length - 1) >> 63);
}

// Into the pointer's own memory, even where it is narrow: bytes that a helper wrote are any number to the verifier,
// while a value made from 32 bits would be another state in each round, which took it fifteen times as long. The lower
// half comes first: only little-endian systems have such programs.
static __always_inline bool read_pointer(const char **string, const struct argv_walk *walk, __u32 index)
{
	const __u32 width = walk->is_compat ? sizeof(__u32) : sizeof(*string);

	*string = 0;
	return !bpf_probe_read_user(string, width, (const char *)walk->argv + index * width);
}

// Copies one string of argv. Argv is cut where the rounds or the room end before its NULL.
static long copy_string(__u32 round, void *context)
{
	struct argv_walk *walk = context;
	const char *string = 0;
	__u32 used = *walk->size;

	*walk->marks &= ~EST_ARGV_CUT;
	if (!read_pointer(&string, walk, round)) {
		*walk->marks |= EST_ARGV_UNREADABLE;
		return 1;
	}
	if (!string)
		return 1;
	*walk->marks |= EST_ARGV_CUT;
	if (used > EXEC_BUFFER_ROOM - FAILED_ARG)
		return 1;
	long length = bpf_probe_read_user_str(walk->bytes + used, FAILED_ARG, string);
	if (length < 0) {
		*walk->marks ^= EST_ARGV_CUT | EST_ARGV_UNREADABLE;
		return 1;
	}
	*walk->size = used + with_nul(length);
	return length == FAILED_ARG;
}

// After the paths in the buffer's room. Returns how much of the room is used then.
static __always_inline __u32 put_failed_argv(struct est_exec *exec, char *room, const struct exec_call *call)
{
	const __u32 paths = exec->path_sizes.all;
	__u32 *marks = &exec->record.marks;

	// A call without argv has no arguments; an unknown one has none either.
	if (!call->argv && !call->file)
		*marks |= EST_ARGV_UNREADABLE;
	// Until it is complete, how much of the room is used.
	exec->argv_size = paths;
	if (call->argv) {
		struct argv_walk walk = {
			.argv = call->argv,
			.is_compat = call->is_compat,
			.bytes = room,
			.size = &exec->argv_size,
			.marks = marks,
		};
		LOOP(FAILED_ARGS_FEW, FAILED_ARGS, copy_string, &walk);
	}
	exec->argv_length = exec->argv_size -= paths;
	if (exec->argv_size > settings.max_argv) {
		exec->argv_size = settings.max_argv;
		*marks |= EST_ARGV_CUT;
	}
	return paths + exec->argv_size;
}

// Writes the file of the call and the caller's working directory, and their sizes. What does not fit stays marked as
// cut.
static __always_inline void put_failed_paths(struct est_exec *exec, char *room, struct task_struct *task, const char *file)
{
	struct fs_struct *fs = BPF_CORE_READ(task, fs);
	struct path_place *place = (void *)&exec->progress;
	struct est_path_sizes *sizes = &exec->path_sizes;
	__u32 *marks = &exec->record.marks;
	struct path_walk walk = {
		.room = room,
		.sizes = sizes,
		.marks = marks,
		.place = place,
	};
	// One byte more than PATH_MAX, or a name of that length would look as if it was cut.
	long length = bpf_probe_read_user_str(room, 4097, file);

	if (length < 0)
		*marks |= EST_FILE_UNREADABLE;
	else if (length == 4097)
		*marks |= EST_FILE_CUT;
	sizes->all = sizes->file = length < 0 ? 0 : with_nul(length);
	sizes->interpreter = sizes->exe = 0;
	*marks |= EST_CWD_CUT;
	start_path(place, BPF_CORE_READ(fs, pwd.dentry), BPF_CORE_READ(fs, pwd.mnt), true);
	if (is_unlinked(place->dentry))
		*marks |= EST_CWD_DELETED;
	LOOP(PATH_STEPS_FEW, PATH_STEPS, step_up_large, &walk);
	forget_place(place);
}

// Whether the caller's memory still exists. Where an exec fails past its point of no return, its addresses are invalid:
// the memory is the new program's. The kernel sets the end of the environment last.
static __always_inline bool has_own_memory(struct task_struct *task)
{
	return BPF_CORE_READ(task, mm, env_end);
}

// Returns how much of the room is used.
static __always_inline __u32 fill_failed_exec(struct est_exec *exec, char *room, struct task_struct *task,
					      const struct exec_call *call)
{
	struct exec_call known = *call;

	exec->record.kind = EST_FAILED_EXEC;
	exec->record.marks = 0;
	exec->record.time = bpf_ktime_get_boot_ns();
	if (CAN_CAST)
		fill_facts(&exec->record.facts, CAST(struct task_struct, task));
	else
		fill_facts_probed(&exec->record.facts, task);
	exec->thread = bpf_get_current_pid_tgid();
	exec->error = -call->error;
	exec->has_directory = call->has_directory;
	exec->directory = call->directory;
	exec->parts = exec->env_length = exec->env_size = 0;
	exec->path_sizes.reserved = 0;
	if (!has_own_memory(task)) {
		known.file = 0;
		known.argv = 0;
	}
	put_failed_paths(exec, room, task, known.file);
	exec->strings_at = sizeof(*exec) + exec->path_sizes.all;
	return put_failed_argv(exec, room, &known);
}

// A failed exec costs next to nothing, so any user can make more of them than anybody can read. They get half of the
// ring; the rest is for the events of the tree.
static __always_inline bool has_room_for_failed_execs(void)
{
	return bpf_ringbuf_query(&ring, BPF_RB_AVAIL_DATA) <= bpf_ringbuf_query(&ring, BPF_RB_RING_SIZE) / 2;
}

static __always_inline int send_failed_exec(const struct exec_call *call, long ret)
{
	__s32 pid = bpf_get_current_pid_tgid() >> 32;
	struct task_struct *task = (void *)bpf_get_current_task();

	if (!is_failed_exec(call, ret) || !failed_exec_in_scope(task, pid))
		return 0;
	__u32 number;
	union buffer *buffer = has_room_for_failed_execs() ? take_buffer(&number) : 0;
	if (buffer) {
		announce_cgroup_probed(task);
		__u32 used = fill_failed_exec(&buffer->exec.head, buffer->exec.room, task, call);
		bool is_sent = send_buffer(buffer, sizeof(buffer->exec.head), used, EXEC_BUFFER_ROOM);
		give_back_buffer(&number);
		if (is_sent)
			return 0;
	}
	lose_probed(&counters.lost_failed_execs, EST_FAILED_EXEC, task);
	return 0;
}

// The arguments of an execve, or of an execveat, which has a directory before them and flags behind them.
static __always_inline struct exec_call exec_call_of(struct pt_regs *regs, long ret, bool is_at)
{
	struct exec_call call = { .error = ret };

	if (!is_at) {
		call.file = (const char *)PT_REGS_PARM1_CORE_SYSCALL(regs);
		call.argv = (const char *const *)PT_REGS_PARM2_CORE_SYSCALL(regs);
		return call;
	}
	call.directory = PT_REGS_PARM1_CORE_SYSCALL(regs);
	call.file = (const char *)PT_REGS_PARM2_CORE_SYSCALL(regs);
	call.argv = (const char *const *)PT_REGS_PARM3_CORE_SYSCALL(regs);
	call.flags = PT_REGS_PARM5_CORE_SYSCALL(regs);
	call.has_directory = call.directory != AT_FDCWD;
	return call;
}

static __always_inline int on_exec_call_return(struct pt_regs *regs, long ret, bool is_at)
{
	struct exec_call call = exec_call_of(regs, ret, is_at);

	return send_failed_exec(&call, ret);
}

static __always_inline int on_execve_return(struct pt_regs *regs, long ret)
{
	return on_exec_call_return(regs, ret, false);
}

static __always_inline int on_execveat_return(struct pt_regs *regs, long ret)
{
	return on_exec_call_return(regs, ret, true);
}

#if defined(__TARGET_ARCH_x86)
#define SYSCALL_PREFIX "__x64_"
#elif defined(__TARGET_ARCH_arm64)
#define SYSCALL_PREFIX "__arm64_"
#endif

// The only argument of a system call's function. It is read as a number: a kernel's BTF may have the type by name only
// (5.10's does for execveat), and its verifier then refuses a plain load.
static __always_inline struct pt_regs *only_argument(__u64 *context)
{
	struct pt_regs *regs = 0;
	bpf_probe_read_kernel(&regs, sizeof(regs), context);
	return regs;
}

// No cost for other system calls, but not every kernel lets a program attach here. The result follows the argument.
SEC("fexit/" SYSCALL_PREFIX "sys_execve")
int on_execve_fexit(__u64 *context)
{
	return (long)context[1] < 0 ? on_execve_return(only_argument(context), context[1]) : 0;
}

SEC("fexit/" SYSCALL_PREFIX "sys_execveat")
int on_execveat_fexit(__u64 *context)
{
	return (long)context[1] < 0 ? on_execveat_return(only_argument(context), context[1]) : 0;
}

// The registers of the system call's entry still exist at its exit, but kernels before 5.15 do not give their address.
// On those a program at the entry stores the arguments, keyed by the address of the task: an exec may change its pid.
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, __u64);
	__type(value, struct exec_call);
} calls SEC(".maps");

static __always_inline int store_call(const struct exec_call *call)
{
	__u64 task = bpf_get_current_task();

	bpf_map_update_elem(&calls, &task, call, BPF_ANY);
	return 0;
}

SEC("tracepoint/syscalls/sys_enter_execve")
int on_execve_enter(struct trace_event_raw_sys_enter *context)
{
	struct exec_call call = {
		.file = (const char *)context->args[0],
		.argv = (const char *const *)context->args[1],
	};
	return store_call(&call);
}

SEC("tracepoint/syscalls/sys_enter_execveat")
int on_execveat_enter(struct trace_event_raw_sys_enter *context)
{
	struct exec_call call = {
		.file = (const char *)context->args[1],
		.argv = (const char *const *)context->args[2],
		.directory = context->args[0],
		.flags = context->args[4],
	};
	call.has_directory = call.directory != AT_FDCWD;
	return store_call(&call);
}

static __always_inline bool knows_registers(void)
{
	return bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_task_pt_regs);
}

static __always_inline struct pt_regs *caller_registers(void)
{
	return (struct pt_regs *)bpf_task_pt_regs(bpf_get_current_task_btf());
}

static __always_inline int on_stored_return(long ret)
{
	struct exec_call call = {};
	__u64 task = bpf_get_current_task();
	struct exec_call *stored = bpf_map_lookup_elem(&calls, &task);

	if (stored) {
		call = *stored;
		bpf_map_delete_elem(&calls, &task);
	}
	call.error = ret;
	return send_failed_exec(&call, ret);
}

#if defined(__TARGET_ARCH_x86)
#define EXECVEAT_NUMBER 322
#elif defined(__TARGET_ARCH_arm64)
#define EXECVEAT_NUMBER 281
#endif

// One program for both system calls: user space attaches it to sys_exit_execveat, too. The verifier needs 3 ms for it.
SEC("tracepoint/syscalls/sys_exit_execve")
int on_exec_return(struct trace_event_raw_sys_exit *context)
{
	if (!knows_registers())
		return on_stored_return(context->ret);
	if (context->ret >= 0)
		return 0;
	// The kernel fills in an int here, and leaves the upper half.
	return on_exec_call_return(caller_registers(), context->ret, (__s32)context->id == EXECVEAT_NUMBER);
}
