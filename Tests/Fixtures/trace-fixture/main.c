#include "fixture.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static int run_exit(char **arguments)
{
	_exit(atoi(arguments[0]));
}

static int run_signal(char **arguments)
{
	raise(atoi(arguments[0]));
	pause();
	return 1;
}

// Lets a signal leave a core, or not.
static int run_core(char **arguments)
{
	struct rlimit limit = { .rlim_cur = strcmp(arguments[0], "0") ? RLIM_INFINITY : 0, .rlim_max = RLIM_INFINITY };
	must(setrlimit(RLIMIT_CORE, &limit), "setrlimit");
	return run(arguments + 1);
}

// Tells the test that it is there, and waits for the end of its input.
static int run_ready(char **arguments)
{
	char byte;
	dprintf(1, "ready %d\n", getpid());
	while (read(0, &byte, 1) > 0)
		;
	return run(arguments);
}

static int run_serial(char **arguments)
{
	(void)arguments;
	_exit(0);
}

static const struct {
	const char *name;
	step *run;
} steps[] = {
	{ "serial", run_serial },     { "exit", run_exit },
	{ "signal", run_signal },     { "core", run_core },
	{ "ready", run_ready },       { "exec", run_exec },
	{ "attempt", run_attempt },   { "attempt-at", run_attempt_at },
	{ "too-big", run_too_big },   { "memfd", run_memfd },
	{ "deleted", run_deleted },   { "big", run_big },
	{ "env", run_env },           { "fork", run_fork },
	{ "vfork", run_vfork },       { "orphan", run_orphan },
	{ "subreaper", run_subreaper }, { "statuses", run_statuses },
	{ "usage", run_usage },       { "pidns", run_pidns },
	{ "thread", run_thread },     { "leader-exit", run_leader_exit },
	{ "exit-together", run_exit_together }, { "burn", run_burn },
	{ "chdir", run_chdir },       { "deep", run_deep },
	{ "copy", run_copy },         { "tmpfs", run_tmpfs },
	{ "bind", run_bind },         { "ids", run_ids },
	{ "pty", run_pty },           { "session", run_session },
	{ "group", run_group },       { "cgroup", run_cgroup },
	{ "name", run_name },         { "storm", run_storm },
	{ "lineage", run_lineage },   { "no-bpf", run_no_bpf },
	{ "screen", run_screen },     { "report", run_report },
	{ "exec-at", run_exec_at },   { "bad", run_bad },
	{ "linked", run_linked },     { "exec-unlinked", run_exec_unlinked },
	{ "login", run_login },       { "caps", run_caps },
	{ "stack", run_stack },       { "disk", run_disk },
	{ "binfmt", run_binfmt },     { "narrow", run_narrow },
	{ "compat-exec", run_compat_exec }, { "compat-attempt", run_compat_attempt },
	{ "compat-attempt-at", run_compat_attempt_at }, { "race", run_race },
	{ "thread-execs", run_thread_execs }, { "again", run_again },
	{ "calls", run_calls },       { "crowd", run_crowd },
	{ "sleep", run_sleep },         { "attempt-with", run_attempt_with },
	{ "attempts", run_attempts },   { "exhaust", run_exhaust },
	{ "thread-ids", run_thread_ids }, { "attempts-together", run_attempts_together },
	{ "title", run_title },         { "unlink", run_unlink },
	{ "pause", run_pause },         { "kill-child", run_kill_child },
	{ "kill-sibling", run_kill_sibling }, { "blocked", run_blocked },
	{ "handled", run_handled },     { "kill-thread", run_kill_thread },
	{ "fault", run_fault },         { "forbidden", run_forbidden },
	{ "closed-pipe", run_closed_pipe }, { "cpu-limit", run_cpu_limit },
	{ "alarm", run_alarm },         { "death-signal", run_death_signal },
	{ "leave", run_leave },         { "control-c", run_control_c },
	{ "eat", run_eat },             { "forge", run_forge },
	{ "crowded", run_crowded },
};

int run(char **arguments)
{
	if (!arguments[0])
		return 0;
	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++)
		if (!strcmp(steps[i].name, arguments[0]))
			return steps[i].run(arguments + 1);
	dprintf(2, "trace-fixture: no such step: %s\n", arguments[0]);
	return 99;
}

long must(long result, const char *call)
{
	if (result < 0) {
		perror(call);
		_exit(98);
	}
	return result;
}

long long boot_time(void)
{
	struct timespec time;
	clock_gettime(CLOCK_BOOTTIME, &time);
	return time.tv_sec * 1000000000LL + time.tv_nsec;
}

char **behind_dashes(char **arguments)
{
	for (; *arguments; arguments++)
		if (!strcmp(*arguments, "--")) {
			*arguments = NULL;
			return arguments + 1;
		}
	return arguments;
}

int main(int argc, char **argv)
{
	return argc < 1 ? 0 : run(argv + 1);
}
