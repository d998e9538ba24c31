// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The identity and credentials of a process. Data of a single thread (name, credentials, cgroup) is read from the
// leader, which represents the process in /proc too: the current thread may be any.
//
// The same code serves two ways of reading: DIRECT, plain loads that the verifier allows on the typed pointers of
// tp_btf and iterator programs (a nanosecond each), and PROBED, a helper call for every step, for programs that have
// the current task only as a number.
#pragma once

// From include/linux/sched.h, a macro there and so not in BTF.
#define PF_KTHREAD 0x00200000

#define DIRECT(...) ___arrow(__VA_ARGS__)
#define PROBED(...) BPF_CORE_READ(__VA_ARGS__)

static __always_inline void read_comm_DIRECT(char *to, struct task_struct *task)
{
	((__u64 *)to)[0] = ((__u64 *)task->comm)[0];
	((__u64 *)to)[1] = ((__u64 *)task->comm)[1];
}

static __always_inline void read_comm_PROBED(char *to, struct task_struct *task)
{
	bpf_core_read(to, EST_COMM_SIZE, &task->comm);
}

static __always_inline __s32 inner_pid(struct pid *pid, __s32 outer)
{
	__u32 level = BPF_CORE_READ(pid, level);
	__s32 inner = outer;
	if (level)
		bpf_core_read(&inner, sizeof(inner), &pid->numbers[level].nr);
	return inner;
}

// Replaces the pids of the initial namespace with the tracer's. A parent outside of that namespace has none.
static __always_inline void own_facts(struct est_facts *facts, struct task_struct *task, struct task_struct *parent)
{
	facts->pid = inside_pid(task);
	facts->parent_pid = inside_pid(parent);
	if (!facts->parent_pid)
		facts->parent_start = 0;
	facts->session = own_number(BPF_CORE_READ(task, signal, pids[PIDTYPE_SID]));
	facts->process_group = own_number(BPF_CORE_READ(task, signal, pids[PIDTYPE_PGID]));
}

#define DEFINE_FILL_FACTS(fill, READ)                                                          \
	static __always_inline void fill(struct est_facts *facts, struct task_struct *task)    \
	{                                                                                      \
		struct task_struct *leader = READ(task, group_leader);                         \
		struct task_struct *parent = READ(task, real_parent, group_leader);            \
		struct pid *pid = READ(task, signal, pids[PIDTYPE_TGID]);                      \
		struct tty_struct *tty = READ(task, signal, tty);                              \
		struct kernfs_node *node = READ(leader, cgroups, dfl_cgrp, kn);                \
		facts->pid = READ(task, tgid);                                                 \
		facts->start = READ(leader, start_boottime);                                   \
		facts->parent_pid = READ(parent, tgid);                                        \
		facts->parent_start = facts->parent_pid ? READ(parent, start_boottime) : 0;    \
		facts->cgroup_id = READ(node, id);                                             \
		facts->uid = READ(leader, cred, uid.val);                                      \
		facts->euid = READ(leader, cred, euid.val);                                    \
		facts->gid = READ(leader, cred, gid.val);                                      \
		facts->auid = bpf_core_field_exists(struct task_struct, loginuid)              \
				      ? READ(leader, loginuid.val)                             \
				      : (__u32)-1;                                             \
		facts->session = READ(task, signal, pids[PIDTYPE_SID], numbers[0].nr);         \
		facts->process_group = READ(task, signal, pids[PIDTYPE_PGID], numbers[0].nr);  \
		facts->inner_pid = READ(pid, level) ? inner_pid(pid, facts->pid) : facts->pid; \
		facts->flags = READ(leader, flags) & PF_KTHREAD ? EST_KERNEL_THREAD : 0;       \
		read_comm_##READ(facts->comm, leader);                                         \
		if (tty)                                                                       \
			bpf_core_read_str(facts->tty, sizeof(facts->tty), &tty->name);         \
		else                                                                           \
			facts->tty[0] = 0;                                                     \
		if (settings.pid_namespace)                                                    \
			own_facts(facts, task, parent);                                        \
	}

DEFINE_FILL_FACTS(fill_facts, DIRECT)
DEFINE_FILL_FACTS(fill_facts_probed, PROBED)

static __always_inline void fill_record(struct est_record *record, __u32 kind, __u64 time, struct task_struct *task)
{
	record->kind = kind;
	record->marks = 0;
	record->time = time;
	fill_facts(&record->facts, task);
}
