// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The interface between the kernel side and the user side: read by the BPF program and imported by Swift. Every record
// starts with a kind; all integers are in native byte order. Data that does not fit into a record is sent in parts,
// which identify the record by its thread and its time: a thread does one exec at a time. The record is submitted after
// its parts, so when the reader gets it, all parts are in the ring after it, possibly with records and parts of other
// threads between them; it has the number of its parts.
#pragma once

#ifndef __VMLINUX_H__
#include <stdint.h>
typedef uint8_t __u8;
typedef uint16_t __u16;
typedef uint32_t __u32;
typedef int32_t __s32;
typedef uint64_t __u64;
#endif

// The kind of a record.
enum est_kind {
	EST_FORK = 1,
	EST_EXEC = 2,
	EST_FAILED_EXEC = 3,
	EST_EXIT = 4,
	EST_PART = 5,
	EST_KILLER = 6,
	EST_OUTPUT = 8, // where the user asked for it
};

// Flags of a record (see Marks in Events).
enum est_mark {
	EST_ARGV_CUT = 1 << 0,
	EST_ARGV_UNREADABLE = 1 << 1,
	EST_ENV_CUT = 1 << 2,
	EST_ENV_UNREADABLE = 1 << 3,
	EST_EXE_CUT = 1 << 4,
	EST_CWD_CUT = 1 << 5,
	EST_FILE_CUT = 1 << 6,
	EST_FILE_UNREADABLE = 1 << 7,
	EST_EXE_DELETED = 1 << 8,
	EST_EXE_MEMFD = 1 << 9,
	EST_PRIVILEGE_CHANGED = 1 << 10,
	EST_CWD_DELETED = 1 << 13,
	EST_KILLER_LOST = 1 << 16, // of an exit: there was no room for its est_killer
};

// Flags of est_facts.
enum est_flag {
	EST_KERNEL_THREAD = 1 << 0,
	// Of a fork: the main thread of the parent forked the process, so the child's facts are the parent's. Not set
	// where another thread did, or a process that asked for a sibling (CLONE_PARENT).
	EST_FORKED_BY_PARENT = 1 << 1,
	// Of a walk over the tasks: facts that /proc shows only as a suffix of a name.
	EST_EXE_IS_DELETED = 1 << 2,
	EST_EXE_IS_MEMFD = 1 << 3,
	EST_CWD_IS_DELETED = 1 << 4,
};

// The contents of a part.
enum est_part_field {
	EST_PART_STRINGS = 1, // argv followed by env, from `offset` on
	EST_PART_PATHS = 2,   // all paths of the record, in place of those in the record
	EST_PART_CGROUP = 3,  // the names of the cgroup `cgroup_id`, leaf first (see est_part); belongs to no record
};

enum {
	EST_COMM_SIZE = 16,
	EST_TTY_SIZE = 16,
	EST_NAME_MAX = 255,
	// Paths in the record of an exec; and longer ones, in a part or in the record of a failed exec.
	EST_PATHS_ROOM = 768,
	EST_PATHS_ROOM_LARGE = 12800,
	EST_CGROUP_ROOM = 16384, // the names of a cgroup
	// The most strings in one part, and the most in their record.
	EST_STRINGS_ROOM = 32768,
	EST_STRINGS_ROOM_LARGE = 131072, // for kernels that count the parts
	EST_STRINGS_INSIDE = 4096,
	EST_OUTPUT_ROOM = 49152, // the most of what a process wrote in one record
	EST_QUIET_MOST = 256,
};

// The identity and credentials of a process. Every record has them, so that one record alone can place a process. Pids
// are in the tracer's own PID namespace; a parent outside of that has none, as in /proc.
struct est_facts {
	__u64 start;        // task_struct.start_boottime of the leader, ns since boot
	__u64 parent_start; // of real_parent; 0 with parent_pid 0
	__u64 cgroup_id;    // cgroup v2 id (kernfs node); 0 for none
	__s32 pid;          // tgid
	__s32 parent_pid;
	__u32 uid;
	__u32 euid;
	__u32 gid;
	__u32 auid;
	__s32 session;
	__s32 process_group;
	__s32 inner_pid;    // tgid in the process's own PID namespace
	__u32 flags;        // est_flag
	char comm[EST_COMM_SIZE];
	char tty[EST_TTY_SIZE];
};

struct est_record {
	__u32 kind;
	__u32 marks;
	__u64 time; // ns since boot
	struct est_facts facts;
};

// The bytes of each path, in the order of the paths; cwd takes the rest of `all`.
struct est_path_sizes {
	__u32 all;
	__u16 file;
	__u16 interpreter;
	__u16 exe;
	__u16 reserved;
};

// The strings that the kernel side still has to send. The reader ignores it.
struct est_progress {
	__u64 start;
	__u64 next_start; // the environment, where it does not follow argv
	__u32 size;
	__u32 next_size;
	__u32 offset;
	__u32 is_unreadable; // 1: the next bytes could not be read
};

// A successful or a failed exec. Its paths follow directly, in the order file, interpreter, exe, cwd. File and
// interpreter are text; exe and cwd are names, leaf first, each closed by NUL, because a path is walked upwards. Argv
// and environment follow later in the record where they are short, else they come in parts of EST_PART_STRINGS.
struct est_exec {
	struct est_record record;
	__s32 error;       // EST_FAILED_EXEC: the errno, 1 to 4095
	__u32 argv_length; // in the process, before any limit
	__u32 env_length;
	__u32 argv_size;   // sent
	__u32 env_size;
	__u32 parts;      // the number of parts that follow
	__u32 strings_at; // the offset of argv from the record's start, in bytes; 0: it comes in parts
	__s32 thread;     // of the exec, in the initial PID namespace; with the record's time the key of its parts
	__u32 has_directory; // EST_FAILED_EXEC by execveat: 1 with a descriptor other than AT_FDCWD
	__s32 directory;     // that descriptor
	struct est_path_sizes path_sizes;
	struct est_progress progress;
};

struct est_exit {
	struct est_record record;
	__s32 wait_status;
	__s32 reaper_pid; // the reaper of its running children; 0 for none
	__u64 reaper_start;
	__u64 run_time;  // CPU, ns, exact; the next two are the kernel's tick samples of its parts
	__u64 user_time;
	__u64 system_time;
	__u64 peak_memory; // pages
	__u64 minor_faults;
	__u64 major_faults;
	__u64 read_bytes;
	__u64 written_bytes;
};

// What sent a signal.
enum est_source {
	EST_FROM_PROCESS = 1,
	EST_FROM_KERNEL = 2,   // a fault, a limit, a timer of the process, seccomp, …: signal and code tell
	EST_FROM_TERMINAL = 3, // a key such as Ctrl-C, or a hangup
	EST_FROM_OOM = 4,      // the kernel, to get memory
	EST_SENDER_LOST = 5,   // unknown, and some senders were not noted
};

enum est_sender_flag {
	EST_SENDER_EXITING = 1 << 0, // the kernel sent it because this process exited, such as for PR_SET_PDEATHSIG
};

// The memory of a process at the moment of the signal, in pages.
struct est_memory {
	__u64 anonymous;
	__u64 file;
	__u64 shared;
	__u64 limit; // of its cgroup or one above, which was reached; 0 for none
};

// The sender of the signal that ended a process. Comes before the exit's record; records of other processes may be
// between the two.
struct est_killer {
	__u32 kind;
	__s32 pid;   // of the process that exited
	__u64 start; // of that process
	__u32 signal;
	__u32 source;       // est_source
	__u64 sender_start; // EST_FROM_PROCESS, like the next two
	__s32 sender_pid;   // 0: outside of the tracer's PID namespace
	__u32 uid;
	__s32 code;  // si_code; 0 where the signal has none
	__u32 flags; // est_sender_flag
	char name[EST_COMM_SIZE]; // of the process; EST_FROM_TERMINAL: of the terminal, empty where unknown
	struct est_memory memory; // EST_FROM_OOM
};

// Data of variable size that belongs to the exec record of this thread and time. The part of a cgroup belongs to no
// record.
struct est_part {
	__u32 kind;
	__u32 field;
	__u64 cgroup_id; // EST_PART_CGROUP
	__u64 time;
	__s32 thread;
	__u32 offset; // of `bytes` in the strings; for a cgroup's names see below
	__u32 size;
	struct est_path_sizes path_sizes; // EST_PART_PATHS
};

// The names of a cgroup are walked up from the leaf, and the names next to the root must be kept at any depth: a
// process that makes a cgroup chooses the others. So where the room ends, the walk continues at its start and
// overwrites the names next to the leaf. `size` is how far it came; `offset` is where the remaining older names end, or
// 0 where none was overwritten; and `path_sizes.all` is 1 where the walk reached the root.

// What a process wrote to its standard output (1) or error (2) in one call, or a part of it: `size` bytes that follow.
// Without bytes it only says how much was not kept.
struct est_output {
	__u32 kind;
	__u32 stream;
	__u64 time;  // ns since boot, when the call returned
	__u64 start; // of the process, as in est_facts
	__s32 pid;
	__u32 size;
	__u64 left_out; // bytes that the process wrote until then and that were not kept
};

// Whose output is never captured.
enum est_quiet_kind {
	EST_QUIET_PROCESS = 1,  // the process with this pid
	EST_QUIET_CHILDREN = 2, // children of the process with this pid
	EST_QUIET_READERS = 3,  // processes whose standard input is the pipe with this inode number
};
struct est_quiet {
	__s32 number; // pids are those in the tracer's PID namespace
	__u32 what;   // est_quiet_kind
};

// A lost record: all that is known of the process that it affected. In a ring of its own.
struct est_loss {
	__u32 kind; // of the lost record
	__s32 pid;
	__u64 start;
	__u64 time;
	__u64 parent_start; // of real_parent at that moment; 0 with parent_pid 0
	__s32 parent_pid;
	__u32 uid;
	char comm[EST_COMM_SIZE];
};

// Where the tracer is, as the iterator on_own finds it.
struct est_own {
	__u64 cgroup_id; // of the cgroup that is open as `cgroup_fd`; 0 for none
	__s32 cgroup_level; // 0 for the root
	__u32 pid_level; // of its PID namespace; 0 for the initial one
};

// A running process, as the task iterator writes it.
struct est_task {
	struct est_facts facts;
	__u32 in_scope;
	__u32 reserved;
};

// Counted in the kernel, read through a mapping without a system call.
struct est_counters {
	__u64 lost_forks;
	__u64 lost_execs;
	__u64 lost_failed_execs;
	__u64 lost_exits;
	__u64 lost_parts; // their record still comes, marked as cut; a cgroup's part is sent again with the next record
	__u64 lost_outputs; // records of what a process wrote; their bytes count as left out
	__u64 unnamed_losses; // of the records above, those without a loss record
};

// The conditions of a scope. A process has to meet all of them.
enum est_scope {
	EST_SCOPE_PIDS = 1 << 0,   // it is in the scope map: added by the user side, or forked by a process in the map
	EST_SCOPE_UID = 1 << 1,    // its real user is `uid`
	EST_SCOPE_CGROUP = 1 << 2, // it is in the cgroup, or below
};

// The flags of a process in the scope map.
enum est_scope_flag {
	EST_SCOPE_BELOW = 1 << 0, // processes that it forks are in scope too
	EST_SCOPE_REPORTED = 1 << 1,  // its fork or an exec was reported, so its exit is reported too
	EST_SCOPE_STARTER = 1 << 2,  // it only forks the traced command: its exit is not reported
};

// Set before loading.
struct est_settings {
	__u32 max_argv;     // bytes of argv kept for an exec
	__u32 max_env;      // bytes of the environment kept; 0: none
	__u32 scope;        // 0: the whole system
	__u32 uid;
	__s32 cgroup_fd;  // the tracer's descriptor of the traced cgroup
	__u32 execs_only; // 1: forks and exits only update the scope, and are not reported
	__u32 pid_namespace; // the tracer's, by inode; 0 for the initial one. Only its processes are traced.
	__u32 killers; // 1: exits by a signal say what sent it
	__u32 output_limit; // bytes kept of what a process writes; 0: output is not captured
};

_Static_assert(sizeof(struct est_facts) == 96, "the wire does not change by accident");
_Static_assert(sizeof(struct est_record) == 112, "the wire does not change by accident");
_Static_assert(sizeof(struct est_exec) == 200, "the wire does not change by accident");
_Static_assert(sizeof(struct est_exit) == 192, "the wire does not change by accident");
_Static_assert(sizeof(struct est_killer) == 96, "the wire does not change by accident");
_Static_assert(sizeof(struct est_part) == 48, "the wire does not change by accident");
_Static_assert(sizeof(struct est_output) == 40, "the wire does not change by accident");
_Static_assert(sizeof(struct est_loss) == 56, "the wire does not change by accident");
_Static_assert(sizeof(struct est_own) == 16, "the wire does not change by accident");
_Static_assert(sizeof(struct est_task) == 104, "the wire does not change by accident");
