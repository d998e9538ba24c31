// Processes that signals end, and what sends these.
#include "fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

// Closed when the child is ready: by its exec, or by the step `pause`.
static int gate = -1;

int run_pause(char **arguments)
{
	(void)arguments;
	close(gate);
	for (;;)
		pause();
}

static void tell_end(pid_t pid)
{
	int status;
	must(waitpid(pid, &status, 0), "waitpid");
	dprintf(1, "child %d %d\n", pid, status);
}

// A child that runs these steps until it is ready.
static pid_t start_ready(char **steps)
{
	int ends[2];
	char byte;
	must(pipe2(ends, O_CLOEXEC), "pipe2");
	pid_t pid = must(fork(), "fork");
	if (!pid) {
		close(ends[0]);
		gate = ends[1];
		_exit(run(steps));
	}
	close(ends[1]);
	must(read(ends[0], &byte, 1), "read");
	close(ends[0]);
	return pid;
}

// SIGNAL STEP: sends a signal to a child as soon as it is ready.
int run_kill_child(char **arguments)
{
	pid_t pid = start_ready(arguments + 1);
	must(kill(pid, atoi(arguments[0])), "kill");
	tell_end(pid);
	return 0;
}

// SIGNAL CODE: sends a signal to a child, in the name of pid 1 and with that code.
int run_forge(char **arguments)
{
	char *steps[] = { "pause", NULL };
	pid_t pid = start_ready(steps);
	siginfo_t info = { .si_signo = atoi(arguments[0]), .si_code = atoi(arguments[1]) };
	info.si_pid = 1;
	must(syscall(SYS_rt_sigqueueinfo, pid, info.si_signo, &info), "rt_sigqueueinfo");
	tell_end(pid);
	return 0;
}

// SIGNAL: another child sends a signal to a child. Prints the sender first.
int run_kill_sibling(char **arguments)
{
	char *steps[] = { "pause", NULL };
	pid_t pid = start_ready(steps), sender = must(fork(), "fork");
	if (!sender) {
		prctl(PR_SET_NAME, "sender");
		must(kill(pid, atoi(arguments[0])), "kill");
		_exit(0);
	}
	dprintf(1, "sender %d\n", sender);
	must(waitpid(sender, NULL, 0), "waitpid");
	tell_end(pid);
	return 0;
}

static pid_t send_from_child(pid_t target, int signal)
{
	pid_t sender = must(fork(), "fork");
	if (!sender)
		_exit(kill(target, signal) < 0);
	must(waitpid(sender, NULL, 0), "waitpid");
	return sender;
}

// A child blocks two signals, gets both, and accepts both: it ends with the one of the smaller number, which came first.
int run_blocked(char **arguments)
{
	sigset_t set;
	int ready[2], go[2];
	char byte;
	(void)arguments;
	must(pipe2(ready, O_CLOEXEC), "pipe2");
	must(pipe2(go, O_CLOEXEC), "pipe2");
	pid_t pid = must(fork(), "fork");
	if (!pid) {
		sigemptyset(&set);
		sigaddset(&set, SIGUSR1);
		sigaddset(&set, SIGTERM);
		sigprocmask(SIG_BLOCK, &set, NULL);
		must(write(ready[1], "", 1), "write");
		close(go[1]);
		must(read(go[0], &byte, 1), "read");
		sigprocmask(SIG_UNBLOCK, &set, NULL);
		_exit(1);
	}
	must(read(ready[0], &byte, 1), "read");
	pid_t first = send_from_child(pid, SIGUSR1), second = send_from_child(pid, SIGTERM);
	dprintf(1, "senders %d %d\n", first, second);
	must(write(go[1], "", 1), "write");
	tell_end(pid);
	return 0;
}

// SIGNAL: a child has blocked and got six other signals, and gets this one from another child. With a signal of 32 and
// more it gets it once more, from a third one, and accepts it then.
int run_crowded(char **arguments)
{
	const int signal = atoi(arguments[0]), others[] = { SIGHUP, SIGUSR1, SIGUSR2, SIGALRM, SIGTERM, SIGIO };
	sigset_t set;
	int ready[2], go[2];
	char byte;
	must(pipe2(ready, O_CLOEXEC), "pipe2");
	must(pipe2(go, O_CLOEXEC), "pipe2");
	pid_t pid = must(fork(), "fork");
	if (!pid) {
		sigfillset(&set);
		sigprocmask(SIG_BLOCK, &set, NULL);
		must(write(ready[1], "", 1), "write");
		close(go[1]);
		read(go[0], &byte, 1);
		sigemptyset(&set);
		sigaddset(&set, signal);
		sigprocmask(SIG_UNBLOCK, &set, NULL);
		_exit(1);
	}
	must(read(ready[0], &byte, 1), "read");
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		must(kill(pid, others[i]), "kill");
	dprintf(1, "sender %d\n", send_from_child(pid, signal));
	if (signal >= 32)
		send_from_child(pid, signal);
	close(go[1]);
	tell_end(pid);
	return 0;
}

// A signal whose handler returns, then the same signal from itself, without the handler.
static void ignore_signal(int signal)
{
	(void)signal;
}

int run_handled(char **arguments)
{
	int number = atoi(arguments[0]);
	signal(number, ignore_signal);
	send_from_child(getpid(), number);
	signal(number, SIG_DFL);
	raise(number);
	return 1;
}

static void *thread_pause(void *unused)
{
	(void)unused;
	for (;;)
		pause();
}

// SIGNAL: to the second thread of a child, by the child itself.
int run_kill_thread(char **arguments)
{
	pthread_t thread;
	must(-pthread_create(&thread, NULL, thread_pause, NULL), "pthread_create");
	pthread_kill(thread, atoi(arguments[0]));
	for (;;)
		pause();
}

int run_fault(char **arguments)
{
	(void)arguments;
	volatile char *page = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	*page = 1;
	return 1;
}

// A system call that a filter answers by the end of the process.
int run_forbidden(char **arguments)
{
	(void)arguments;
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog filter = { .len = sizeof(code) / sizeof(*code), .filter = code };
	must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl");
	must(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter), "prctl");
	syscall(SYS_getppid);
	return 1;
}

int run_closed_pipe(char **arguments)
{
	int ends[2];
	(void)arguments;
	must(pipe(ends), "pipe");
	close(ends[0]);
	return write(ends[1], "", 1) < 0;
}

// One second of CPU time, the least that there is.
int run_cpu_limit(char **arguments)
{
	(void)arguments;
	must(setrlimit(RLIMIT_CPU, &(struct rlimit){ .rlim_cur = 1, .rlim_max = RLIM_INFINITY }), "setrlimit");
	for (;;)
		;
}

int run_alarm(char **arguments)
{
	struct itimerval timer = { .it_value.tv_usec = 1000 };
	(void)arguments;
	must(setitimer(ITIMER_REAL, &timer, NULL), "setitimer");
	for (;;)
		pause();
}

// SIGNAL: a process that gets it when its parent exits. Prints that parent and the process.
int run_death_signal(char **arguments)
{
	char *steps[] = { "pause", NULL };
	must(prctl(PR_SET_CHILD_SUBREAPER, 1), "prctl");
	pid_t parent = must(fork(), "fork");
	if (!parent) {
		int ends[2];
		char byte;
		must(pipe2(ends, O_CLOEXEC), "pipe2");
		pid_t pid = must(fork(), "fork");
		if (!pid) {
			close(ends[0]);
			gate = ends[1];
			must(prctl(PR_SET_PDEATHSIG, atoi(arguments[0])), "prctl");
			_exit(run(steps));
		}
		close(ends[1]);
		must(read(ends[0], &byte, 1), "read");
		dprintf(1, "pair %d %d\n", getpid(), pid);
		_exit(0);
	}
	while (wait(NULL) > 0 || errno == EINTR)
		;
	return 0;
}

// STEP: a child is ready when this process ends.
int run_leave(char **arguments)
{
	start_ready(arguments);
	return 0;
}

// A child in a terminal of its own; Ctrl-C is typed there. Prints the child, its status and the number of the terminal.
int run_control_c(char **arguments)
{
	char byte;
	(void)arguments;
	int terminal = must(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), "posix_openpt");
	must(grantpt(terminal), "grantpt");
	must(unlockpt(terminal), "unlockpt");
	pid_t pid = must(fork(), "fork");
	if (!pid) {
		must(setsid(), "setsid");
		int other = must(open(ptsname(terminal), O_RDWR), "open terminal");
		must(ioctl(other, TIOCSCTTY, 0), "TIOCSCTTY");
		must(write(other, "!", 1), "write");
		for (;;)
			pause();
	}
	must(read(terminal, &byte, 1), "read");
	must(write(terminal, "\003", 1), "write");
	int status;
	must(waitpid(pid, &status, 0), "waitpid");
	dprintf(1, "child %d %d %s\n", pid, status, strrchr(ptsname(terminal), '/') + 1);
	return 0;
}

// MEBIBYTES: takes so much memory, and uses it.
int run_eat(char **arguments)
{
	size_t size = (size_t)atoi(arguments[0]) << 20;
	char *memory = malloc(size);
	for (size_t i = 0; i < size; i += 4096)
		memory[i] = 1;
	dprintf(1, "ate %d\n", memory[size / 2]);
	return 0;
}
