// A program with a terminal, and a reader of the terminal's output.
#include "fixture.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

// TEXT KEYS FILE ARGV0 ARG...: runs the program in a terminal of 100 by 30 until it has drawn TEXT, then types KEYS.
// Writes what it has drawn, and ends with its status.
int run_screen(char **arguments)
{
	const struct winsize size = { .ws_row = 30, .ws_col = 100 };
	static char drawn[1 << 20];
	size_t used = 0;
	bool typed = false;
	int terminal = must(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), "posix_openpt");
	must(grantpt(terminal), "grantpt");
	must(unlockpt(terminal), "unlockpt");
	must(ioctl(terminal, TIOCSWINSZ, &size), "TIOCSWINSZ");
	pid_t pid = must(fork(), "fork");
	if (!pid) {
		must(setsid(), "setsid");
		int other = must(open(ptsname(terminal), O_RDWR), "open terminal");
		must(ioctl(other, TIOCSCTTY, 0), "TIOCSCTTY");
		for (int i = 0; i < 3; i++)
			must(dup2(other, i), "dup2");
		close(other);
		_exit(run_exec(arguments + 2));
	}
	// Ends with EIO when no process has the other side open.
	for (ssize_t count; used < sizeof(drawn) - 1; used += count) {
		count = read(terminal, drawn + used, sizeof(drawn) - 1 - used);
		if (count <= 0)
			break;
		drawn[used + count] = 0;
		if (!typed && strstr(drawn, arguments[0])) {
			must(write(terminal, arguments[1], strlen(arguments[1])), "write");
			typed = true;
		}
	}
	int status;
	must(waitpid(pid, &status, 0), "waitpid");
	must(write(1, drawn, used), "write");
	return typed && WIFEXITED(status) ? WEXITSTATUS(status) : 96;
}
