// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Failed execs. The caller's argv is still where it was, as pointers in its own memory: each string is read by
// itself, and what cannot be read is marked.
#pragma once

#define FAILED_ARGS 4096
#define FAILED_ARGS_FEW 256
#define FAILED_ROOM 2048        // strings in the first try,
#define FAILED_ROOM_LARGE 40960 // and in the second, when they were more

// Where the arguments of an execve or execveat are.
struct exec_call {
	const char *file;
	const char *const *argv;
	__s32 error;
	__u32 directory; // of execveat: the descriptor and one; 0 for the caller's own directory
	__u64 is_compat; // 1: called as 32-bit programs do, so argv's pointers are narrow
};

struct argv_walk {
	const char *const *argv;
	bool is_compat;
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

// Into the pointer's own memory, also where it is narrow: bytes that a helper wrote are any number to the verifier, while
// one that it saw being made from 32 bits is another state in each round, which took it fifteen times as long. Its lower
// half comes first: there are such programs on little-endian machines alone.
static __always_inline bool read_pointer(const char **string, const struct argv_walk *walk, __u32 index)
{
	const __u32 width = walk->is_compat ? sizeof(__u32) : sizeof(*string);

	*string = 0;
	return !bpf_probe_read_user(string, width, (const char *)walk->argv + index * width);
}

// Copies one string of argv. Argv is cut where the rounds or the room end before its NULL was met.
#define DEFINE_COPY_STRING(copy, ROOM, LARGEST)                                                   \
	static long copy(__u32 round, void *context)                                              \
	{                                                                                         \
		struct argv_walk *walk = context;                                                 \
		const char *string = 0;                                                           \
		__u32 used = *walk->size;                                                         \
		*walk->marks &= ~EST_ARGV_CUT;                                                    \
		if (!read_pointer(&string, walk, round)) {                                        \
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
			*walk->marks ^= EST_ARGV_CUT | EST_ARGV_UNREADABLE;                       \
			return 1;                                                                 \
		}                                                                                 \
		*walk->size = used + with_nul(length);                                            \
		return length == LARGEST;                                                         \
	}

DEFINE_COPY_STRING(copy_string, FAILED_ROOM, 1024)
DEFINE_COPY_STRING(copy_string_large, FAILED_ROOM_LARGE, 8192)

// Notes how long argv is and how much of it is kept.
static __always_inline void limit_failed_argv(struct est_exec *exec, __u32 size)
{
	exec->argv_length = exec->argv_size = size;
	if (size > settings.max_argv) {
		exec->argv_size = settings.max_argv;
		exec->record.marks |= EST_ARGV_CUT;
	}
}

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
		.argv = call->argv,
		.is_compat = call->is_compat,
		.bytes = exec->strings,
		.size = &exec->argv_size,
		.marks = marks,
	};
	LOOP(FAILED_ARGS_FEW, FAILED_ARGS, copy_string, &walk);
	if (!(*marks & EST_ARGV_CUT)) {
		limit_failed_argv(exec, exec->argv_size);
		return;
	}
	exec->argv_length = exec->argv_size;
	struct est_part *part = bpf_ringbuf_reserve(&ring, sizeof(*part) + FAILED_ROOM_LARGE, 0);
	if (!part) {
		count(&counters.lost_parts);
		return;
	}
	part->kind = EST_PART;
	part->field = EST_PART_STRINGS;
	part->pid = exec->record.facts.pid;
	part->offset = part->size = 0;
	struct argv_walk again = {
		.argv = call->argv,
		.is_compat = call->is_compat,
		.bytes = part->bytes,
		.size = &part->size,
		.marks = marks,
	};
	LOOP(FAILED_ARGS_FEW, FAILED_ARGS, copy_string_large, &again);
	limit_failed_argv(exec, part->size);
	exec->inside = 0;
	exec->parts++;
	bpf_ringbuf_submit(part, 0);
}

// Writes the file that was asked for and the caller's working directory, and their sizes.
#define DEFINE_PUT_FAILED_PATHS(put, step, ROOM, TEXT)                                                      \
	static __always_inline void put(struct est_path_sizes *sizes, char *room, struct task_struct *task, \
					const char *file, __u32 *marks, struct path_place *place)           \
	{                                                                                                   \
		struct fs_struct *fs = BPF_CORE_READ(task, fs);                                             \
		struct path_walk walk = {                                                                   \
			.room = room,                                                                       \
			.sizes = sizes,                                                                     \
			.marks = marks,                                                                     \
			.place = place,                                                                     \
		};                                                                                          \
		long length = bpf_probe_read_user_str(room, TEXT, file);                                    \
		if (length < 0)                                                                             \
			*marks |= EST_FILE_UNREADABLE;                                                      \
		else if (length == TEXT)                                                                    \
			*marks |= EST_FILE_CUT;                                                             \
		sizes->all = sizes->file = length < 0 ? 0 : with_nul(length);                               \
		sizes->interpreter = sizes->exe = 0;                                                        \
		*marks |= EST_CWD_CUT;                                                                      \
		start_path(place, BPF_CORE_READ(fs, pwd.dentry), BPF_CORE_READ(fs, pwd.mnt), true);         \
		if (is_unlinked(place->dentry))                                                             \
			*marks |= EST_CWD_DELETED;                                                          \
		LOOP(PATH_STEPS_FEW, PATH_STEPS, step, &walk);                                              \
		forget_place(place);                                                                        \
	}

DEFINE_PUT_FAILED_PATHS(put_failed_paths, step_up, EST_PATHS_ROOM, 512)
DEFINE_PUT_FAILED_PATHS(put_failed_paths_large, step_up_large, EST_PATHS_ROOM_LARGE, 4097)

// As fill_paths does for an exec that succeeded.
static __always_inline void fill_failed_paths(struct est_exec *exec, struct task_struct *task, const char *file)
{
	const __u32 cut = EST_FILE_CUT | EST_CWD_CUT;
	__u32 *marks = &exec->record.marks;
	struct path_place *place = (void *)&exec->progress;

	put_failed_paths(&exec->path_sizes, exec->paths, task, file, marks, place);
	if (!(*marks & cut))
		return;
#ifdef EST_WITH_BPF_LOOP
	struct est_part *part = start_paths_part(exec);
	if (!part)
		return;
	*marks &= ~cut;
	put_failed_paths_large(&part->path_sizes, part->bytes, task, file, marks, place);
	part->size = part->path_sizes.all;
	bpf_ringbuf_submit(part, 0);
	exec->parts++;
#endif
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
	exec->directory = call->directory;
	exec->parts = exec->argv_length = exec->argv_size = exec->env_length = exec->env_size = 0;
	exec->inside = 1;
	exec->record.marks = 0;
	send_failed_argv(exec, call);

	fill_failed_paths(exec, task, call->file);
	bpf_ringbuf_submit(exec, 0);
	return 0;
}

#define AT_FDCWD -100

// What stands for a directory's descriptor in exec_call.
static __always_inline __u32 directory_number(__s32 descriptor)
{
	return descriptor == AT_FDCWD ? 0 : descriptor + 1;
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
		.directory = directory_number(PT_REGS_PARM1_CORE_SYSCALL(regs)),
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

static __always_inline int note_call(__s32 directory, unsigned long file, unsigned long argv)
{
	struct exec_call call = {
		.file = (const char *)file,
		.argv = (const char *const *)argv,
		.directory = directory_number(directory),
	};
	__u64 task = bpf_get_current_task();

	bpf_map_update_elem(&calls, &task, &call, BPF_ANY);
	return 0;
}

SEC("tracepoint/syscalls/sys_enter_execve")
int on_execve_enter(struct trace_event_raw_sys_enter *context)
{
	return note_call(AT_FDCWD, context->args[0], context->args[1]);
}

SEC("tracepoint/syscalls/sys_enter_execveat")
int on_execveat_enter(struct trace_event_raw_sys_enter *context)
{
	return note_call(context->args[0], context->args[1], context->args[2]);
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
		call.directory = noted->directory;
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
