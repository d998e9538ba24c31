// A program of exact shapes for the tests to trace. Its command line is a chain of steps, each of which does one thing
// and runs the next: `trace-fixture chdir /tmp fork exit 3` changes its directory, forks a child that exits with 3, and
// waits for it. Values that the test cannot know (pids, statuses) are printed, a line for each.
#pragma once

#define _GNU_SOURCE
#include <stdbool.h>
#include <sys/types.h>

/// A step: its own arguments, then those of the next step. Returns the exit status of the process.
typedef int step(char **arguments);

/// Runs the step that `arguments` begins with; no step at all is success.
int run(char **arguments);
/// Ends the process with a message when a call failed; returns its result otherwise.
long must(long result, const char *call);
/// Nanoseconds since boot, the clock of the kernel's start times.
long long boot_time(void);
/// The place of `--`, which is replaced by NULL; the arguments after it are the next step.
char **behind_dashes(char **arguments);

// Programs (programs.c)
step run_exec, run_exec_at, run_attempt, run_attempt_at, run_too_big, run_bad, run_memfd, run_deleted, run_linked, run_exec_unlinked, run_big, run_env;
/// Copies this program to an open file.
void copy_self(int to);

// Execs that fail (failures.c)
step run_attempt_with, run_attempts, run_exhaust, run_thread_ids, run_attempts_together;

// Families (family.c)
step run_fork, run_vfork, run_orphan, run_subreaper, run_statuses, run_usage, run_pidns;

// Threads (threads.c)
step run_thread, run_leader_exit, run_exit_together, run_burn;

// Places and identities (places.c)
step run_chdir, run_deep, run_copy, run_tmpfs, run_bind, run_ids, run_pty, run_session, run_group, run_cgroup, run_name;
step run_login, run_caps, run_stack, run_disk, run_binfmt;

// Reports about itself (report.c)
step run_report;

// As 32-bit programs do (compat.c)
step run_compat_exec, run_compat_attempt, run_compat_attempt_at, run_narrow;

// Against time (race.c)
step run_race, run_thread_execs, run_again;

// Many (storm.c)
step run_storm, run_lineage;

// With a terminal (screen.c)
step run_screen;

// Calls that a kernel may refuse (refusal.c)
step run_no_bpf;

// Titles (title.c)
step run_title, run_unlink;

// Ended by signals (killers.c)
step run_pause, run_kill_child, run_kill_sibling, run_blocked, run_handled, run_kill_thread, run_fault, run_forbidden;
step run_forge, run_closed_pipe, run_cpu_limit, run_alarm, run_death_signal, run_leave, run_control_c, run_eat;
step run_crowded;

// Load (load.c)
step run_calls, run_crowd, run_sleep;
