#define _GNU_SOURCE
#include "CLinux.h"

#include <fcntl.h>
#include <unistd.h>

// The signals as they were inherited from the parent.
static bool ignored[_NSIG];
static sigset_t blocked;

// Runs before the Swift runtime installs its own handlers.
__attribute__((constructor(101))) static void note_inherited(void)
{
	for (int signal = 1; signal < _NSIG; signal++) {
		struct sigaction action;

		ignored[signal] = !sigaction(signal, NULL, &action) && action.sa_handler == SIG_IGN;
	}
	sigprocmask(SIG_BLOCK, NULL, &blocked);
}

bool lnx_was_ignored(int signal)
{
	return signal > 0 && signal < _NSIG && ignored[signal];
}

void lnx_prepare_signals(void)
{
	sigset_t mask;

	// A parent that ignores it would leave us without the exit status of our command.
	signal(SIGCHLD, SIG_DFL);
	// A write beyond `ulimit -f` then fails with an errno that can be shown.
	signal(SIGXFSZ, SIG_IGN);
	// A recorder waits for it. Without one it has no effect.
	sigemptyset(&mask);
	sigaddset(&mask, SIGUSR1);
	sigprocmask(SIG_SETMASK, &mask, NULL);
}

void lnx_give_back_signals(void)
{
	for (int number = 1; number < _NSIG; number++)
		signal(number, ignored[number] ? SIG_IGN : SIG_DFL);
	sigprocmask(SIG_SETMASK, &blocked, NULL);
}

void lnx_fill_standard_descriptors(void)
{
	int fd;

	// The lowest free number is used, so the first number beyond them means that all three are taken.
	do
		fd = open("/", O_PATH | O_CLOEXEC);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}
