// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// What processes write to their standard output and error: opt-in, so these programs are loaded only where the user
// asked for it. Each process's first bytes are kept, and the rest is counted. A write is read when its call returns, so
// only what was written counts; the text is in the caller's memory, which the kernel has just read.
#pragma once

// One step of a copy, and the most in one record. A record of this size may be sent twice for one call.
#define OUTPUT_STEP 16384
#define OUTPUT_RECORDS 2
// The most elements of a writev in one record.
#define OUTPUT_PIECES 1024
#define OUTPUT_PIECES_FEW 8

// From include/uapi/linux/stat.h.
#define S_IFMT 0170000
#define S_IFSOCK 0140000
#define S_IFCHR 0020000
#define S_IFIFO 0010000
// From include/linux/kdev_t.h and include/uapi/linux/major.h: /dev/null and its like.
#define MINORBITS 20
#define MEM_MAJOR 1

// Between two notes that only say how much was not kept, in nanoseconds.
#define OUTPUT_NOTE_INTERVAL 250000000

struct output_key {
	__u64 start;
	__s32 pid;
	__u32 reserved;
};

// What a process has written. Several threads may change it at a time, so a process may exceed its limit by a few
// writes; no count is lost.
struct output_sum {
	__u64 kept;
	__u64 left_out; // written and not kept
	__u64 said;     // of these, what the last record said
	__u64 said_at;  // when the last note was sent, ns since boot
	__u64 is_quiet; // 1: nothing of the process is captured
};

// A process that falls out of it, because thousands of others wrote later, starts again at 0.
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1); // replaced by the user side
	__type(key, struct output_key);
	__type(value, struct output_sum);
} outputs SEC(".maps");

// The tracer and those that pass on its output: what they write would be captured again and again. The user side fills
// it before anything is attached.
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, EST_QUIET_MOST);
	__type(key, struct est_quiet);
	__type(value, __u8);
} quiet SEC(".maps");

static __always_inline bool has_quiet(__s32 number, __u32 what)
{
	struct est_quiet key = { .number = number, .what = what };
	return bpf_map_lookup_elem(&quiet, &key);
}

// The inode that a descriptor of a process leads to; null for none.
static __always_inline struct inode *open_inode(struct task_struct *task, __u32 descriptor)
{
	struct file **files = BPF_CORE_READ(task, files, fdt, fd), *file = 0;

	if (descriptor >= BPF_CORE_READ(task, files, fdt, max_fds) ||
	    bpf_probe_read_kernel(&file, sizeof(file), files + descriptor))
		return 0;
	return BPF_CORE_READ(file, f_inode);
}

// The number of a pipe that a process has open; 0 for anything else.
static __always_inline __s32 open_pipe(struct task_struct *task, __u32 descriptor)
{
	struct inode *inode = open_inode(task, descriptor);

	return (BPF_CORE_READ(inode, i_mode) & S_IFMT) == S_IFIFO ? BPF_CORE_READ(inode, i_ino) : 0;
}

// Asked once for each process. One that reads what the tracer prints, such as tee, is quiet, and so is the reader of
// that one's output.
static __always_inline bool is_quiet(struct task_struct *task, __s32 pid)
{
	struct task_struct *parent = BPF_CORE_READ(task, real_parent, group_leader);
	struct est_quiet next = { .number = open_pipe(task, 1), .what = EST_QUIET_READERS };
	const __u8 value = 1;

	if (has_quiet(pid, EST_QUIET_PROCESS) || has_quiet(OWN_PID(PROBED, parent), EST_QUIET_CHILDREN))
		return true;
	if (!has_quiet(open_pipe(task, 0), EST_QUIET_READERS))
		return false;
	if (next.number)
		bpf_map_update_elem(&quiet, &next, &value, BPF_ANY);
	return true;
}

// The pid of the current process where it is traced, else 0. A write brings no process into the scope.
static __always_inline __s32 pid_in_scope(struct task_struct *task)
{
	__s32 pid = settings.pid_namespace ? inside_pid(task) : bpf_get_current_pid_tgid() >> 32;

	return !settings.scope || scope_flags(pid) & EST_SCOPE_REPORTED ? pid : 0;
}

// Whether a descriptor is a terminal, a pipe or a socket: what a person reads, now or through another program. Files
// hold data, and can be read later.
static __always_inline bool is_stream(struct task_struct *task, __u32 descriptor)
{
	struct inode *inode = open_inode(task, descriptor);
	__u32 type = BPF_CORE_READ(inode, i_mode) & S_IFMT;
	if (type == S_IFCHR)
		return BPF_CORE_READ(inode, i_rdev) >> MINORBITS != MEM_MAJOR;
	return type == S_IFIFO || type == S_IFSOCK;
}

static __always_inline __u64 leader_start(struct task_struct *task)
{
	return BPF_CORE_READ(task, group_leader, start_boottime);
}

// Null where the map has no room.
static __always_inline struct output_sum *output_of(const struct output_key *key, struct task_struct *task)
{
	struct output_sum *sum = bpf_map_lookup_elem(&outputs, key);

	if (sum)
		return sum;
	struct output_sum none = { .is_quiet = is_quiet(task, key->pid) };
	bpf_map_update_elem(&outputs, key, &none, BPF_NOEXIST);
	return bpf_map_lookup_elem(&outputs, key);
}

// Any process can write more than a reader can take. Output gets a quarter of the ring, failed execs the next one; the
// rest is for the events of the tree.
static __always_inline bool has_room_for_output(void)
{
	return bpf_ringbuf_query(&ring, BPF_RB_AVAIL_DATA) <= bpf_ringbuf_query(&ring, BPF_RB_RING_SIZE) / 4;
}

static __always_inline void fill_output(struct est_output *output, const struct output_key *key,
					struct output_sum *sum, __u32 stream, __u64 time)
{
	output->kind = EST_OUTPUT;
	output->stream = stream;
	output->time = time;
	output->start = key->start;
	output->pid = key->pid;
	output->size = 0;
	output->left_out = sum->said = sum->left_out;
}

// A record without text.
static __always_inline void send_output_note(const struct output_key *key, struct output_sum *sum, __u32 stream,
					     __u64 time)
{
	struct est_output note;

	fill_output(&note, key, sum, stream, time);
	if (bpf_ringbuf_output(&ring, &note, sizeof(note), 0))
		count(&counters.lost_outputs);
}

// The call's text, as far as it is not copied yet. In the buffer, not on the stack: bytes in a map are any number to the
// verifier, and so each round is the same to it.
static long copy_output(__u32 round, void *context)
{
	union buffer *buffer = *(union buffer **)context;
	struct output_walk *walk = &buffer->output.walk;
	__u32 used = buffer->output.head.size;

	if (!walk->left || used > EST_OUTPUT_ROOM - OUTPUT_STEP)
		return 1;
	if (!walk->piece) {
		if (!walk->vectors)
			return 1;
		if (bpf_probe_read_user(&walk->next, sizeof(walk->next), walk->vector)) {
			walk->vectors = 0;
			return 1;
		}
		walk->vector++;
		walk->vectors--;
		walk->at = walk->next.base;
		walk->piece = walk->next.length;
	}
	__u64 size = walk->piece;
	if (size > walk->left)
		size = walk->left;
	if (size > OUTPUT_STEP)
		size = OUTPUT_STEP;
	if (bpf_probe_read_user(buffer->output.room + used, size, walk->at)) {
		// Another thread unmapped it.
		walk->piece = walk->vectors = 0;
		return 1;
	}
	walk->at += size;
	walk->piece -= size;
	walk->left -= size;
	buffer->output.head.size = used + size;
	return 0;
}

// Sends up to `size` bytes of a write. Returns how many bytes were sent.
static __always_inline __u64 send_output(const struct output_walk *call, const struct output_key *key,
					 struct output_sum *sum, __u32 stream, __u64 time)
{
	__u64 sent = 0;
	__u32 number;
	union buffer *buffer = has_room_for_output() ? take_buffer(&number) : 0;

	if (!buffer) {
		count(&counters.lost_outputs);
		return 0;
	}
	buffer->output.walk = *call;
	for (int record = 0; record < OUTPUT_RECORDS; record++) {
		fill_output(&buffer->output.head, key, sum, stream, time);
		LOOP(OUTPUT_PIECES_FEW, OUTPUT_PIECES, copy_output, &buffer);
		__u32 size = buffer->output.head.size;
		if (!size)
			break;
		if (!send_buffer(buffer, sizeof(buffer->output.head), size, EST_OUTPUT_ROOM)) {
			count(&counters.lost_outputs);
			break;
		}
		sent += size;
		if (!buffer->output.walk.left)
			break;
	}
	give_back_buffer(&number);
	return sent;
}

// A write or a writev that returned. `vectors` is 0 for a write.
static __always_inline int on_written(long descriptor, const void *data, __u64 vectors, bool is_vector, long ret)
{
	if (ret <= 0 || (descriptor != 1 && descriptor != 2))
		return 0;
	struct task_struct *task = (void *)bpf_get_current_task();
	struct output_key key = { .pid = pid_in_scope(task) };
	if (!key.pid || !is_stream(task, descriptor))
		return 0;
	key.start = leader_start(task);
	struct output_sum *sum = output_of(&key, task);
	if (!sum) {
		count(&counters.lost_outputs);
		return 0;
	}
	if (sum->is_quiet)
		return 0;
	const __u64 time = bpf_ktime_get_boot_ns();
	const __u64 limit = settings.output_limit, kept = sum->kept, written = ret;
	__u64 sent = 0;
	if (kept < limit) {
		struct output_walk call = {
			.at = is_vector ? 0 : data,
			.piece = is_vector ? 0 : written,
			.vector = is_vector ? data : 0,
			.vectors = vectors,
			.left = written < limit - kept ? written : limit - kept,
		};
		sent = send_output(&call, &key, sum, descriptor, time);
		__sync_fetch_and_add(&sum->kept, sent);
	}
	if (sent >= written)
		return 0;
	__sync_fetch_and_add(&sum->left_out, written - sent);
	if (time - sum->said_at >= OUTPUT_NOTE_INTERVAL && has_room_for_output()) {
		sum->said_at = time;
		send_output_note(&key, sum, descriptor, time);
	}
	return 0;
}

// At the exit of a process, before its record: what no record has said yet. Removes the process from the map.
static __always_inline void end_output(struct task_struct *task)
{
	struct output_key key = { .pid = OWN_PID(DIRECT, task), .start = task->group_leader->start_boottime };
	struct output_sum *sum = bpf_map_lookup_elem(&outputs, &key);

	if (!sum)
		return;
	if (sum->left_out > sum->said)
		send_output_note(&key, sum, 1, bpf_ktime_get_boot_ns());
	bpf_map_delete_elem(&outputs, &key);
}

static __always_inline int on_write_call_return(struct pt_regs *regs, bool is_vector, long ret)
{
	// The descriptor is an int; the upper half of the register is anything.
	return on_written((__s32)PT_REGS_PARM1_CORE_SYSCALL(regs), (void *)PT_REGS_PARM2_CORE_SYSCALL(regs),
			  is_vector ? PT_REGS_PARM3_CORE_SYSCALL(regs) : 0, is_vector, ret);
}

SEC("?fexit/" SYSCALL_PREFIX "sys_write")
int on_write_fexit(__u64 *context)
{
	return (long)context[1] > 0 ? on_write_call_return(only_argument(context), false, context[1]) : 0;
}

SEC("?fexit/" SYSCALL_PREFIX "sys_writev")
int on_writev_fexit(__u64 *context)
{
	return (long)context[1] > 0 ? on_write_call_return(only_argument(context), true, context[1]) : 0;
}

// As for failed execs: before 5.15 the exit of a system call does not tell its arguments.
struct write_call {
	__u64 descriptor;
	const void *data;
	__u64 vectors;
	__u64 is_vector;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1); // replaced by the user side where it is used
	__type(key, __u64);
	__type(value, struct write_call);
} writes SEC(".maps");

static __always_inline int store_write(struct trace_event_raw_sys_enter *context, bool is_vector)
{
	struct write_call call = {
		.descriptor = (__u32)context->args[0],
		.data = (const void *)context->args[1],
		.vectors = is_vector ? context->args[2] : 0,
		.is_vector = is_vector,
	};
	__u64 task = bpf_get_current_task();

	if (call.descriptor == 1 || call.descriptor == 2)
		bpf_map_update_elem(&writes, &task, &call, BPF_ANY);
	return 0;
}

static __always_inline int on_stored_write_return(long ret)
{
	__u64 task = bpf_get_current_task();
	struct write_call *stored = bpf_map_lookup_elem(&writes, &task);

	if (!stored)
		return 0;
	struct write_call call = *stored;
	bpf_map_delete_elem(&writes, &task);
	return on_written(call.descriptor, call.data, call.vectors, call.is_vector, ret);
}

SEC("?tracepoint/syscalls/sys_enter_write")
int on_write_enter(struct trace_event_raw_sys_enter *context)
{
	return store_write(context, false);
}

SEC("?tracepoint/syscalls/sys_enter_writev")
int on_writev_enter(struct trace_event_raw_sys_enter *context)
{
	return store_write(context, true);
}

SEC("?tracepoint/syscalls/sys_exit_write")
int on_write_return(struct trace_event_raw_sys_exit *context)
{
	if (!knows_registers())
		return on_stored_write_return(context->ret);
	return context->ret > 0 ? on_write_call_return(caller_registers(), false, context->ret) : 0;
}

SEC("?tracepoint/syscalls/sys_exit_writev")
int on_writev_return(struct trace_event_raw_sys_exit *context)
{
	if (!knows_registers())
		return on_stored_write_return(context->ret);
	return context->ret > 0 ? on_write_call_return(caller_registers(), true, context->ret) : 0;
}
