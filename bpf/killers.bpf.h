// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Which process, or what else, sent the signal that ends a process. Whether a signal ends its target is certain only at
// the exit. So on_signal notes the last sender of each signal that can, in a map with one entry for each process, and
// the exit handler reports the one whose signal is in the exit status, directly before the exit.
//
// The kernel calls on_signal for every signal on the machine; a third of them are SIGCHLD. Signals whose default is not
// to end a process leave after one comparison of a register, before any memory is read.
//
// The map has room for every process that can run. An entry has a place for SIGKILL and some for other signals: a
// process that blocks or accepts more of them takes the place of the oldest. What could not be noted, or made room for
// another signal, is counted, and from then on an exit by a signal without a note says that its sender was lost.
//
// The kernel holds the target's siglock around the tracepoint. So notes of one process are written one at a time; and
// interrupts are disabled, so no other task can preempt the program: it needs no stand-by copies.
#pragma once

// From include/linux/sched/signal.h, sched.h and the trace event; macros there and so not in BTF.
#define NO_INFO 0   // SEND_SIG_NOINFO: on behalf of the current process
#define PRIV_INFO 1 // SEND_SIG_PRIV: by the kernel
#define PF_EXITING 0x00000004
#define TRACE_SIGNAL_DELIVERED 0
#define TRACE_SIGNAL_LOSE_INFO 4
#define KERNEL_STACK_SIZE 16384

// Their numbers are the same on all architectures that this program runs on.
enum {
	SIGHUP = 1, SIGINT = 2, SIGQUIT = 3, SIGILL = 4, SIGTRAP = 5, SIGABRT = 6, SIGBUS = 7, SIGFPE = 8, SIGKILL = 9,
	SIGSEGV = 11, SIGPIPE = 13, SIGCHLD = 17, SIGCONT = 18, SIGSTOP = 19, SIGTSTP = 20, SIGTTIN = 21, SIGTTOU = 22,
	SIGURG = 23, SIGXCPU = 24, SIGXFSZ = 25, SIGWINCH = 28, SIGSYS = 31, SIGRTMIN = 32,
	SIGNALS = 64,
};

enum { SI_TKILL = -6, SI_QUEUE = -1, SI_USER = 0 };

#define BIT(signal) (1ull << ((signal) - 1))
#define HARMLESS                                                                                              \
	(BIT(SIGCHLD) | BIT(SIGCONT) | BIT(SIGSTOP) | BIT(SIGTSTP) | BIT(SIGTTIN) | BIT(SIGTTOU) | BIT(SIGURG) | \
	 BIT(SIGWINCH))
// The kernel marks a process as exiting when it sends a fatal signal, but not before the core dump of one of these.
#define WITH_CORE                                                                                             \
	(BIT(SIGQUIT) | BIT(SIGILL) | BIT(SIGTRAP) | BIT(SIGABRT) | BIT(SIGBUS) | BIT(SIGFPE) | BIT(SIGSEGV) | \
	 BIT(SIGXCPU) | BIT(SIGXFSZ) | BIT(SIGSYS))

// Of a sender, in addition to est_sender_flag: its signal ended the process, whatever is sent later.
#define IS_FINAL (1u << 31)

#define NOTED_SIGNALS 4 // besides SIGKILL
#define COUNTER_STEPS 16
#define QUEUE_STEPS 4 // with 16 the verifier has to look at forty times as many instructions

struct sender {
	__u32 signal; // 0: this place is free
	__u32 source; // enum est_source
	__u64 start;
	__s32 pid;
	__u32 uid;
	__s32 code;
	__u32 flags;
	char name[EST_COMM_SIZE]; // of the process, or of the terminal
};

struct note {
	__u64 start; // of the target, since pids are reused
	struct sender killer; // of SIGKILL, which no process can block
	struct sender senders[NOTED_SIGNALS];
	__u64 evicted; // how many senders made room for others
	struct est_memory memory; // at SIGKILL by the kernel
};

// The notes of running processes, by the pid in the initial namespace. Added when a process is signalled, removed at its
// exit.
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1); // replaced by the user side with the most processes that can run
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __s32);
	__type(value, struct note);
} notes SEC(".maps");

// How many notes there are: most of the time none, and then an exit looks for none. Too large where the kernel skipped
// an exit.
__u64 noted;
// How many senders could not be noted.
__u64 unnoted;

// Whether a process runs something else, or nothing, on this signal. A blocked signal stays, and the process may have
// no handler any more when it accepts it.
static __always_inline bool is_handled(struct task_struct *task, __u32 signal)
{
	// A number for the verifier: in Linux 5.10 it refuses to add a register to a pointer to a structure.
	void *action = (void *)BPF_CORE_READ(task, sighand) + bpf_core_field_offset(struct sighand_struct, action) +
		       (__u64)(signal - 1) * bpf_core_type_size(struct k_sigaction) +
		       bpf_core_field_offset(struct k_sigaction, sa) + bpf_core_field_offset(struct sigaction, sa_handler);
	void *handler = 0;

	if (signal == SIGKILL || task->blocked.sig[0] & BIT(signal))
		return false;
	bpf_probe_read_kernel(&handler, sizeof(handler), action);
	return handler;
}

// Whether a siginfo is on the stack of the current task: then a system call of this task made it.
static __always_inline bool is_on_stack(__u64 info, struct task_struct *me)
{
	return info - (__u64)BPF_CORE_READ(me, stack) < KERNEL_STACK_SIZE;
}

// A process chooses the code of a signal (rt_sigqueueinfo), except that codes above 0 are only for signals to itself.
// Nothing is read of the pid in a siginfo, which it chooses too.
static __always_inline __u32 source_of(struct sender *sender, __u64 info, struct task_struct *task,
				       struct task_struct *me)
{
	const __u32 signal = sender->signal;
	const __u32 flags = BPF_CORE_READ(me, flags);
	const bool is_self = BPF_CORE_READ(me, tgid) == task->tgid;
	const bool is_exiting = flags & PF_EXITING && !is_self;

	if (info == PRIV_INFO) {
		if (signal == SIGHUP || signal == SIGINT || signal == SIGQUIT)
			return EST_FROM_TERMINAL;
		// The init of a PID namespace, and a tracer with PTRACE_O_EXITKILL, take others with them.
		if (signal != SIGKILL || !is_exiting || flags & PF_KTHREAD)
			return EST_FROM_KERNEL;
		sender->flags = EST_SENDER_EXITING;
		return EST_FROM_PROCESS;
	}
	if (flags & PF_KTHREAD)
		return EST_FROM_KERNEL;
	if (info == NO_INFO) {
		if (is_self && (signal == SIGPIPE || signal == SIGXFSZ))
			return EST_FROM_KERNEL;
		if (is_exiting)
			sender->flags = EST_SENDER_EXITING; // PR_SET_PDEATHSIG
		return EST_FROM_PROCESS;
	}
	if (sender->code > SI_USER)
		return EST_FROM_KERNEL;
	// Timers and the like interrupt whichever task is running.
	if (sender->code != SI_USER && sender->code != SI_TKILL && sender->code != SI_QUEUE && !is_on_stack(info, me))
		return EST_FROM_KERNEL;
	return EST_FROM_PROCESS;
}

static __always_inline void fill_sender(struct sender *sender, struct task_struct *task, struct task_struct *me)
{
	if (sender->source == EST_FROM_PROCESS) {
		struct task_struct *leader = BPF_CORE_READ(me, group_leader);
		sender->pid = OWN_PID(BPF_CORE_READ, me);
		sender->start = BPF_CORE_READ(leader, start_boottime);
		sender->uid = BPF_CORE_READ(leader, cred, uid.val);
		read_comm_PROBED(sender->name, leader);
	} else if (sender->source == EST_FROM_TERMINAL) {
		struct tty_struct *tty = BPF_CORE_READ(task, signal, tty);
		if (tty)
			bpf_core_read_str(sender->name, sizeof(sender->name), &tty->name);
	}
}

// The pages of one kind that a process has in memory: as far as the kernel knows without asking each CPU.
static __always_inline __u64 resident(struct mm_struct *mm, __u32 kind)
{
	struct mm_struct___before_6_2 *old = (void *)mm;
	__s64 pages = 0;

	if (bpf_core_field_exists(mm->rss_stat[0].count))
		bpf_probe_read_kernel(&pages, sizeof(pages),
				      (void *)mm + bpf_core_field_offset(mm->rss_stat) +
					      kind * bpf_core_type_size(struct percpu_counter) +
					      bpf_core_field_offset(struct percpu_counter, count));
	else if (bpf_core_field_exists(old->rss_stat.count))
		bpf_probe_read_kernel(&pages, sizeof(pages),
				      (void *)mm + bpf_core_field_offset(old->rss_stat.count) + kind * sizeof(long));
	return pages > 0 ? pages : 0;
}

// The limit, in pages, of the nearest cgroup above that is nearly full; 0 for none: then the machine is.
static __always_inline __u64 reached_limit(struct task_struct *task)
{
	struct cgroup_subsys_state *state = 0;

	if (!bpf_core_enum_value_exists(enum cgroup_subsys_id, memory_cgrp_id) ||
	    !bpf_core_field_exists(struct mem_cgroup, memory))
		return 0;
	void *states = BPF_CORE_READ(task, cgroups);
	bpf_probe_read_kernel(&state, sizeof(state),
			      states + bpf_core_field_offset(struct css_set, subsys) +
				      bpf_core_enum_value(enum cgroup_subsys_id, memory_cgrp_id) * sizeof(void *));
	if (!state)
		return 0;
	struct page_counter *counter = (void *)state - bpf_core_field_offset(struct mem_cgroup, css) +
				       bpf_core_field_offset(struct mem_cgroup, memory);
	_Pragma("clang loop unroll(disable)")
	for (__u32 step = 0; step < COUNTER_STEPS && counter; step++) {
		__u64 most = BPF_CORE_READ(counter, max), used = BPF_CORE_READ(counter, usage.counter);
		if (used >= most - most / 16)
			return most;
		counter = BPF_CORE_READ(counter, parent);
	}
	return 0;
}

static __always_inline void fill_memory(struct est_memory *memory, struct task_struct *task)
{
	struct mm_struct *mm = BPF_CORE_READ(task, mm);

	if (!mm)
		return;
	memory->file = resident(mm, 0); // MM_FILEPAGES
	memory->anonymous = resident(mm, 1);
	memory->shared = resident(mm, 3);
	memory->limit = reached_limit(task);
}

// The note of a process, a new one where it has none; null where there is no room.
static __always_inline struct note *note_of(__s32 pid, __u64 start)
{
	struct note *note = bpf_map_lookup_elem(&notes, &pid);

	if (note && note->start == start)
		return note;
	struct note empty = { .start = start };
	if ((__s32)bpf_map_update_elem(&notes, &pid, &empty, BPF_ANY))
		return 0;
	if (!note)
		count(&noted);
	return bpf_map_lookup_elem(&notes, &pid);
}

// The place of a signal; null where all are taken by others.
static __always_inline struct sender *place_of(struct note *note, __u32 signal)
{
#define TRY(number)                                     \
	if (note->senders[number].signal == signal)     \
		return &note->senders[number];
	if (signal == SIGKILL)
		return &note->killer;
	TRY(0) TRY(1) TRY(2) TRY(3)
	signal = 0;
	TRY(0) TRY(1) TRY(2) TRY(3)
#undef TRY
	return 0;
}

// The place that was taken first.
static __always_inline struct sender *oldest_place(struct note *note)
{
	return &note->senders[note->evicted++ % NOTED_SIGNALS];
}

_Static_assert(NOTED_SIGNALS == 4, "place_of names each place, and a remainder is a mask");

// Whether a process has a signal of this number that it has not accepted yet, besides the one that is being sent: those
// of a number of 32 and more wait in a queue, and the first one comes first. Only the newest of the queue are looked at.
static __always_inline bool is_queued(struct task_struct *task, __u32 signal, bool is_for_process)
{
	struct list_head *head = is_for_process ? &task->signal->shared_pending.list : &task->pending.list;
	struct list_head *entry = BPF_CORE_READ(head, prev);
	__u32 same = 0;

	_Pragma("clang loop unroll(disable)")
	for (__u32 step = 0; step < QUEUE_STEPS && entry != head; step++) {
		struct sigqueue *queued =
			(struct sigqueue *)((void *)entry - bpf_core_field_offset(struct sigqueue, list));
		same += (__u32)BPF_CORE_READ(queued, info.si_signo) == signal;
		entry = BPF_CORE_READ(entry, prev);
	}
	return same > 1;
}

static __always_inline int note_signal(__u64 *context, __u32 signal, struct task_struct *task, bool is_for_process)
{
	struct sender sender = { .signal = signal };
	struct task_struct *me = (struct task_struct *)bpf_get_current_task();
	__u64 info = 0;

	struct signal_struct *target = task->signal;
	const bool is_dying = target->flags & SIGNAL_GROUP_EXIT;
	// Too late: something else ends the process.
	if (target->live.counter == 0 ||
	    (is_dying && (BIT(signal) & WITH_CORE || (__u32)target->group_exit_code != signal)))
		return 0;
	if (is_handled(task, signal))
		return 0;
	__s32 pid = OWN_PID(DIRECT, task);
	if (!pid || (settings.scope & EST_SCOPE_PIDS && !scope_flags(pid)))
		return 0;
	// A small number in place of an address, at times.
	bpf_probe_read_kernel(&info, sizeof(info), &context[1]);
	if (info > PRIV_INFO)
		sender.code = BPF_CORE_READ((struct kernel_siginfo *)info, si_code);
	sender.source = source_of(&sender, info, task, me);
	fill_sender(&sender, task, me);

	struct note *note = note_of(task->tgid, task->group_leader->start_boottime);
	if (!note) {
		count(&unnoted);
		return 0;
	}
	struct sender *place = place_of(note, signal);
	if (!place) {
		place = oldest_place(note);
		count(&unnoted);
	}
	if (is_dying) {
		if (place->flags & IS_FINAL)
			return 0;
		sender.flags |= IS_FINAL;
	}
	if (signal >= SIGRTMIN && place->signal == signal && is_queued(task, signal, is_for_process))
		return 0;
	*place = sender;
	if (signal == SIGKILL && info == PRIV_INFO)
		fill_memory(&note->memory, task);
	return 0;
}

// Its arguments: the signal, its info, the target, whether it is for the whole process, and what became of it.
SEC("tp_btf/signal_generate")
int on_signal(__u64 *context)
{
	const __u32 signal = context[0];
	const __u32 result = context[4];

	if (signal - 1 >= SIGNALS || BIT(signal) & HARMLESS)
		return 0;
	if (result != TRACE_SIGNAL_DELIVERED && result != TRACE_SIGNAL_LOSE_INFO)
		return 0;
	return note_signal(context, signal, UNTRUSTED(struct task_struct, (struct task_struct *)context[2]), context[3]);
}

static __always_inline void forget_note(struct task_struct *task)
{
	__s32 pid = task->tgid;

	if (noted && !bpf_map_delete_elem(&notes, &pid))
		__sync_fetch_and_add(&noted, -1);
}

// The sender of the signal that ended a process; false where there is none.
static __always_inline bool fill_killer(struct est_killer *killer, struct note *note, struct task_struct *task)
{
	struct sender *place = note ? place_of(note, killer->signal) : 0;
	const bool is_by_oom = killer->signal == SIGKILL && bpf_core_field_exists(struct signal_struct, oom_mm) &&
			       BPF_CORE_READ(task, signal, oom_mm);

	if (place && place->signal) {
		killer->source = place->source;
		killer->sender_start = place->start;
		killer->sender_pid = place->pid;
		killer->uid = place->uid;
		killer->code = place->code;
		killer->flags = place->flags & ~IS_FINAL;
		__builtin_memcpy(killer->name, place->name, sizeof(killer->name));
		if (is_by_oom && place->source == EST_FROM_KERNEL) {
			killer->source = EST_FROM_OOM;
			killer->memory = note->memory;
		}
		return true;
	}
	// Before 5.16 seccomp ends a process without a signal.
	if (is_by_oom)
		killer->source = EST_FROM_OOM;
	else if (killer->signal == SIGSYS && bpf_core_field_exists(struct task_struct, seccomp) &&
		 BPF_CORE_READ(task, seccomp.mode))
		killer->source = EST_FROM_KERNEL;
	else if (unnoted)
		killer->source = EST_SENDER_LOST;
	else
		return false;
	return true;
}

// Sends what is known of the sender of the signal that ended a process, and forgets its note. Returns the marks of the
// exit's record.
static __always_inline __u32 report_killer(struct task_struct *task, __s32 status)
{
	__s32 pid = task->tgid;
	__u64 start = task->group_leader->start_boottime;
	struct note *note = noted ? bpf_map_lookup_elem(&notes, &pid) : 0;
	__u32 marks = 0;

	if (note && note->start != start)
		note = 0;
	if (status & 0x7f) {
		struct est_killer killer = {
			.kind = EST_KILLER,
			.pid = OWN_PID(DIRECT, task),
			.start = start,
			.signal = status & 0x7f,
		};
		if (fill_killer(&killer, note, task) && bpf_ringbuf_output(&ring, &killer, sizeof(killer), 0))
			marks = EST_KILLER_LOST;
	}
	forget_note(task);
	return marks;
}
