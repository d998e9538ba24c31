// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Failed execs. The caller's argv is still where it was, as pointers in its own memory: each string is read by
// itself, and what cannot be read is marked.
#pragma once

#define FAILED_ARGS 4096
#define FAILED_ARGS_FEW 48
#define FAILED_ROOM 2048        // strings in the first try,
#define FAILED_ROOM_LARGE 40960 // and in the second, when they were more

// Where the arguments of an execve or execveat are.
struct exec_call {
	const char *file;
	const char *const *argv;
	__s32 error;
	__u32 directory; // of execveat: the descriptor and one; 0 for the caller's own directory
	bool is_compat;	 // called as 32-bit programs do: argv's pointers are narrow
};

struct argv_walk {
	const char *const *argv;
	bool is_compat;
	struct est_part *part; // its size says how many bytes so far
	__u32 *marks;
};

static __always_inline bool read_pointer(const char **string, const struct argv_walk *walk, __u32 index)
{
	__u32 narrow = 0;

	if (!walk->is_compat)
		return !bpf_probe_read_user(string, sizeof(*string), walk->argv + index);
	if (bpf_probe_read_user(&narrow, sizeof(narrow), (const __u32 *)walk->argv + index))
		return false;
	*string = (const char *)(unsigned long)narrow;
	return true;
}

// Copies one string of argv. Argv is cut where the rounds or the room end before its NULL was met.
#define DEFINE_COPY_STRING(copy, ROOM, LARGEST)                                                   \
	static long copy(__u32 round, void *context)                                              \
	{                                                                                         \
		struct argv_walk *walk = context;                                                 \
		const char *string = 0;                                                           \
		__u32 used = walk->part->size;                                                    \
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
		long length = bpf_probe_read_user_str(walk->part->bytes + used, LARGEST, string); \
		if (length < 0) {                                                                 \
			*walk->marks ^= EST_ARGV_CUT | EST_ARGV_UNREADABLE;                       \
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
	struct argv_walk walk = {
		.argv = call->argv, .is_compat = call->is_compat, .part = part, .marks = marks
	};
	LOOP(FAILED_ARGS_FEW, FAILED_ARGS, copy_string, &walk);
	if (*marks & EST_ARGV_CUT) {
		bpf_ringbuf_discard(part, BPF_RB_NO_WAKEUP);
		part = START_PART(&exec->record, FAILED_ROOM_LARGE);
		if (!part)
			goto lost;
		struct argv_walk again = {
			.argv = call->argv, .is_compat = call->is_compat, .part = part, .marks = marks
		};
		LOOP(FAILED_ARGS_FEW, FAILED_ARGS, copy_string_large, &again);
	}
	exec->argv_length = part->size;
	if (part->size > settings.max_argv) {
		part->size = settings.max_argv;
		*marks |= EST_ARGV_CUT;
	}
	exec->argv_size = part->size;
	bpf_ringbuf_submit(part, 0);
	exec->parts++;
	return;
lost:
	count(&counters.lost_parts);
	*marks |= EST_ARGV_CUT;
}

// Writes the file that was asked for and the working directory, and their sizes. What does not fit is marked as cut.
#define DEFINE_PUT_FAILED_PATHS(put, step, ROOM, TEXT)                                                    \
	static __always_inline void put(struct est_path_sizes *sizes, char *room, struct task_struct *task, \
					const char *file, __u32 *marks)                                   \
	{                                                                                                 \
		struct fs_struct *fs = BPF_CORE_READ(task, fs);                                           \
		struct mount *mount = mount_of(BPF_CORE_READ(fs, pwd.mnt));                               \
		long length = bpf_probe_read_user_str(room, TEXT, file);                                  \
		if (length < 0)                                                                           \
			*marks |= EST_FILE_UNREADABLE;                                                    \
		else if (length == TEXT)                                                                  \
			*marks |= EST_FILE_CUT;                                                           \
		sizes->all = sizes->file = length < 0 ? 0 : length;                                       \
		sizes->interpreter = sizes->exe = 0;                                                      \
		*marks |= EST_CWD_CUT;                                                                    \
		struct path_walk walk = {                                                                 \
			.room = room,                                                                     \
			.sizes = sizes,                                                                   \
			.marks = marks,                                                                   \
			.dentry = BPF_CORE_READ(fs, pwd.dentry),                                          \
			.root = BPF_CORE_READ(mount, mnt.mnt_root),                                       \
			.mount = mount,                                                                   \
		};                                                                                        \
		LOOP(PATH_STEPS_FEW, PATH_STEPS, step, &walk);                                            \
	}

DEFINE_PUT_FAILED_PATHS(put_failed_paths, step_up, EST_PATHS_ROOM, 512)
DEFINE_PUT_FAILED_PATHS(put_failed_paths_large, step_up_large, EST_PATHS_ROOM_LARGE, 4097)

// Fills the paths of the record, and where they do not fit sends them once more, whole, in a part.
static __always_inline void fill_failed_paths(struct est_exec *exec, struct task_struct *task, const char *file)
{
	__u32 *marks = &exec->record.marks;

	put_failed_paths(&exec->path_sizes, exec->paths, task, file, marks);
	if (!(*marks & (EST_FILE_CUT | EST_CWD_CUT)))
		return;
#ifdef EST_WITH_BPF_LOOP
	struct est_part *part = bpf_ringbuf_reserve(&ring, sizeof(*part) + EST_PATHS_ROOM_LARGE, 0);
	if (!part) {
		count(&counters.lost_parts);
		return;
	}
	part->kind = EST_PART;
	part->field = EST_PART_PATHS;
	part->pid = exec->record.facts.pid;
	*marks &= ~(EST_FILE_CUT | EST_CWD_CUT);
	put_failed_paths_large(&part->path_sizes, part->bytes, task, file, marks);
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
	struct est_exec *exec = bpf_ringbuf_reserve(&ring, sizeof(*exec), 0);
	if (!exec) {
		count(&counters.lost_failed_execs);
		return 0;
	}
	exec->record.kind = EST_FAILED_EXEC;
	exec->record.time = bpf_ktime_get_boot_ns();
	fill_facts_probed(&exec->record.facts, task);
	exec->error = -call->error;
	exec->directory = call->directory;
	exec->parts = exec->inside = exec->argv_length = exec->argv_size = exec->env_length = exec->env_size = 0;
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
