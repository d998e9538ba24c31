// Processes that fork, wait, leave orphans behind and take them in.
#include "fixture.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

// STEP, in a child. Prints the child's pid and wait status.
int run_fork(char **arguments)
{
	pid_t pid = must(fork(), "fork");
	if (!pid)
		_exit(run(arguments));
	int status;
	must(waitpid(pid, &status, 0), "waitpid");
	dprintf(1, "child %d %d\n", pid, status);
	return 0;
}

// COUNT FILE ARGV0 ARG...: vfork and exec, one after the other.
int run_vfork(char **arguments)
{
	for (int i = atoi(arguments[0]); i > 0; i--) {
		pid_t pid = vfork();
		if (!pid) {
			execv(arguments[1], arguments + 2);
			_exit(97);
		}
		int status;
		must(waitpid(must(pid, "vfork"), &status, 0), "waitpid");
		dprintf(1, "child %d %d\n", pid, status);
	}
	return 0;
}

// A grandchild that outlives its parent: it ends once it has another one, and prints its pid, the parent's that died,
// and the new one's.
int run_orphan(char **arguments)
{
	int alive[2];
	must(pipe(alive), "pipe");
	pid_t parent = must(fork(), "fork");
	if (!parent) {
		pid_t self = getpid();
		if (!must(fork(), "fork")) {
			close(alive[0]);
			while (getppid() == self)
				sched_yield();
			dprintf(1, "orphan %d %d %d\n", getpid(), self, getppid());
			_exit(run(arguments));
		}
		_exit(4);
	}
	close(alive[1]);
	must(waitpid(parent, NULL, 0), "waitpid");
	char byte;
	return must(read(alive[0], &byte, 1), "read"); // until the orphan has ended
}

// STEP, as a subreaper, which adopts the orphans below it; then waits for all of them.
int run_subreaper(char **arguments)
{
	must(prctl(PR_SET_CHILD_SUBREAPER, 1), "prctl");
	int status = run(arguments);
	while (wait(NULL) > 0 || errno == EINTR)
		;
	return status;
}

static void end_with(int code, int signal, bool core)
{
	pid_t pid = must(fork(), "fork");
	if (!pid) {
		struct rlimit limit = { .rlim_cur = core ? RLIM_INFINITY : 0, .rlim_max = RLIM_INFINITY };
		setrlimit(RLIMIT_CORE, &limit);
		if (signal)
			raise(signal);
		_exit(code);
	}
	int status;
	must(waitpid(pid, &status, 0), "waitpid");
	dprintf(1, "child %d %d\n", pid, status);
}

// Children that end in every way there is.
int run_statuses(char **arguments)
{
	for (int code = 0; code < 256; code++)
		end_with(code, 0, false);
	for (int signal = 1; signal <= SIGRTMAX; signal++) {
		bool stops = signal == SIGSTOP || signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU;
		if (!stops && (signal < 32 || signal >= SIGRTMIN))
			end_with(77, signal, false);
	}
	end_with(0, SIGABRT, true);
	end_with(0, SIGSEGV, true);
	return run(arguments);
}

// STEP, in a child. Prints what wait4 says it used: pid, user and system microseconds, KiB, faults,
// and blocks of 512 bytes read and written.
int run_usage(char **arguments)
{
	pid_t pid = must(fork(), "fork");
	if (!pid)
		_exit(run(arguments));
	struct rusage usage;
	must(wait4(pid, NULL, 0, &usage), "wait4");
	dprintf(1, "usage %d %lld %lld %ld %ld %ld %ld %ld\n", pid,
		usage.ru_utime.tv_sec * 1000000LL + usage.ru_utime.tv_usec,
		usage.ru_stime.tv_sec * 1000000LL + usage.ru_stime.tv_usec, usage.ru_maxrss, usage.ru_minflt,
		usage.ru_majflt, usage.ru_inblock, usage.ru_oublock);
	return 0;
}

// STEP, whose children are in a new PID namespace.
int run_pidns(char **arguments)
{
	must(unshare(CLONE_NEWPID), "unshare");
	return run(arguments);
}
