// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The few kernel types that the handlers look at, written by hand. libbpf moves every access to where the running
// kernel really has the member (CO-RE), so only names and types count here, not order or size.
#pragma once
#define __VMLINUX_H__

typedef unsigned char __u8;
typedef short __s16;
typedef unsigned short __u16;
typedef int __s32;
typedef unsigned int __u32;
typedef long long __s64;
typedef unsigned long long __u64;
typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __s32 s32;
typedef __s64 s64;
typedef __u64 u64;
typedef __u16 __be16;
typedef __u32 __be32;
typedef __u32 __wsum;
typedef _Bool bool;
enum { false = 0, true = 1 };


enum bpf_map_type {
	BPF_MAP_TYPE_HASH = 1,
	BPF_MAP_TYPE_ARRAY = 2,
	BPF_MAP_TYPE_PROG_ARRAY = 3,
	BPF_MAP_TYPE_LRU_HASH = 9,
	BPF_MAP_TYPE_STACK = 23,
	BPF_MAP_TYPE_RINGBUF = 27,
};
enum { BPF_ANY = 0, BPF_NOEXIST = 1 };
enum { BPF_F_NO_PREALLOC = 1 };
enum { BPF_RB_AVAIL_DATA = 0, BPF_RB_RING_SIZE = 1 };

// Only so that the program can ask whether the running kernel knows a helper.
enum bpf_func_id {
	BPF_FUNC_get_current_task_btf = 158,
	BPF_FUNC_task_pt_regs = 175,
};

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

#if defined(__TARGET_ARCH_x86)
struct pt_regs {
	unsigned long r15, r14, r13, r12, bp, bx, r11, r10, r9, r8, ax, cx, dx, si, di, orig_ax, ip, cs, flags, sp, ss;
};
#elif defined(__TARGET_ARCH_arm64)
struct user_pt_regs {
	__u64 regs[31];
	__u64 sp, pc, pstate;
};
struct pt_regs {
	struct user_pt_regs user_regs;
	__u64 orig_x0;
};
#else
#error "no register layout for this architecture"
#endif

typedef struct {
	int counter;
} atomic_t;
typedef struct {
	u32 val;
} kuid_t;
typedef struct {
	u32 val;
} kgid_t;

struct list_head {
	struct list_head *next, *prev;
};

struct qstr {
	u32 len;
	const unsigned char *name;
};
struct super_block;
struct inode {
	unsigned short i_mode;
	unsigned int i_nlink;
	u32 i_rdev;
	unsigned long i_ino;
	void *i_private;
};
struct hlist_bl_node {
	struct hlist_bl_node *next, **pprev;
};
union shortname_store {
	unsigned char string[1];
};
struct dentry {
	struct hlist_bl_node d_hash;
	struct dentry *d_parent;
	struct qstr d_name;
	struct inode *d_inode;
	union shortname_store d_shortname;
};
// Before 6.14 short names had another name.
struct dentry___before_6_14 {
	unsigned char d_iname[1];
};
struct vfsmount {
	struct dentry *mnt_root;
};
struct mount {
	struct mount *mnt_parent;
	struct dentry *mnt_mountpoint;
	struct vfsmount mnt;
};
struct path {
	struct vfsmount *mnt;
	struct dentry *dentry;
};
struct file {
	struct path f_path;
	struct inode *f_inode;
};
struct fs_struct {
	struct path pwd;
};
struct fdtable {
	unsigned int max_fds;
	struct file **fd;
};
struct files_struct {
	struct fdtable *fdt;
};
typedef struct {
	long counter;
} atomic_long_t;
struct percpu_counter {
	s64 count;
};
struct mm_struct {
	unsigned long arg_start, arg_end, env_start, env_end;
	struct file *exe_file;
	struct percpu_counter rss_stat[4];
};
// Before 6.2 the counts were not for each CPU.
struct mm_rss_stat {
	atomic_long_t count[4];
};
struct mm_struct___before_6_2 {
	struct mm_rss_stat rss_stat;
};
struct linux_binprm {
	unsigned int secureexec : 1;
	struct file *file;
	const char *filename;
	const char *interp;
};

struct kernfs_node {
	struct kernfs_node *__parent;
	const char *name;
	void *priv;
	u64 id;
};
// Before 6.15 the member had no underscores.
struct kernfs_node___before_6_15 {
	struct kernfs_node *parent;
};
struct cgroup {
	struct kernfs_node *kn;
	int level;
	struct cgroup *ancestors[1];
};
struct cgroup___before_6_1 {
	u64 ancestor_ids[1];
};
struct cgroup_subsys_state;
enum cgroup_subsys_id { memory_cgrp_id };
struct css_set {
	struct cgroup_subsys_state *subsys[1];
	struct cgroup *dfl_cgrp;
};
struct cgroup_subsys_state {
	struct cgroup *cgroup;
};
struct page_counter {
	atomic_long_t usage;
	unsigned long max;
	struct page_counter *parent;
};
struct mem_cgroup {
	struct cgroup_subsys_state css;
	struct page_counter memory;
};

struct task_struct;
struct ns_common {
	unsigned int inum;
};
struct pid_namespace {
	struct task_struct *child_reaper;
	struct ns_common ns;
};
struct upid {
	int nr;
	struct pid_namespace *ns;
};
struct pid {
	unsigned int level;
	struct upid numbers[1];
};
enum pid_type { PIDTYPE_PID, PIDTYPE_TGID, PIDTYPE_PGID, PIDTYPE_SID, PIDTYPE_MAX };

// Before 6.3 an array of two halves.
typedef struct {
	u64 val;
} kernel_cap_t;
struct cred {
	kuid_t uid;
	kgid_t gid;
	kuid_t euid;
	kernel_cap_t cap_permitted;
	kernel_cap_t cap_ambient;
};
struct tty_struct {
	char name[64];
};
struct task_io_accounting {
	u64 read_bytes;
	u64 write_bytes;
};
typedef struct {
	unsigned long sig[1];
} sigset_t;
struct kernel_siginfo {
	int si_signo;
	int si_errno;
	int si_code;
};
struct sigpending {
	struct list_head list;
};
struct sigqueue {
	struct list_head list;
	struct kernel_siginfo info;
};
struct signal_struct {
	atomic_t live;
	int nr_threads;
	struct list_head thread_head;
	struct sigpending shared_pending;
	int group_exit_code;
	unsigned int flags;
	unsigned int is_child_subreaper : 1;
	unsigned int has_child_subreaper : 1;
	struct pid *pids[PIDTYPE_MAX];
	struct tty_struct *tty;
	u64 utime, stime;
	unsigned long long sum_sched_runtime;
	unsigned long min_flt, maj_flt;
	unsigned long maxrss;
	struct task_io_accounting ioac;
	struct mm_struct *oom_mm;
};
struct sigaction {
	void *sa_handler;
};
struct k_sigaction {
	struct sigaction sa;
};
struct sighand_struct {
	struct k_sigaction action[64];
};
struct seccomp {
	int mode;
};
struct rq {
	u64 clock;
	u64 clock_task;
};
struct cfs_rq {
	struct rq *rq;
};
struct sched_entity {
	u64 exec_start;
	u64 sum_exec_runtime;
	struct cfs_rq *cfs_rq;
};
struct task_struct {
	void *stack;
	unsigned int flags;
	struct sched_entity se;
	struct mm_struct *mm;
	int exit_code;
	int pid;
	int tgid;
	struct task_struct *real_parent;
	struct list_head children;
	struct list_head thread_node;
	struct task_struct *group_leader;
	struct pid *thread_pid;
	u64 utime, stime;
	u64 start_boottime;
	u64 self_exec_id;
	unsigned long min_flt, maj_flt;
	struct cred *cred;
	char comm[16];
	struct fs_struct *fs;
	struct files_struct *files;
	struct signal_struct *signal;
	struct sighand_struct *sighand;
	sigset_t blocked;
	struct sigpending pending;
	struct seccomp seccomp;
	kuid_t loginuid;
	struct task_io_accounting ioac;
	struct css_set *cgroups;
};

struct seq_file;
struct bpf_iter_meta {
	struct seq_file *seq;
	u64 seq_num;
};
struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
};

#pragma clang attribute pop

// An element of a writev.
struct iovec {
	const char *base;
	u64 length;
};

// The contexts of programs on sys_enter_… and sys_exit_… tracepoints; their layouts are fixed.
struct trace_event_raw_sys_enter {
	__u64 common;
	long id;
	unsigned long args[6];
};
struct trace_event_raw_sys_exit {
	__u64 common;
	long id;
	long ret;
};
