import Glibc
import Trace

/// Stopping as one job with the traced command, as a shell sees it.
///
/// Ctrl-Z reaches both, since they are in one process group. But a command may stop itself alone, or be in a group of its
/// own, as an interactive shell's jobs are: whoever waits for this program hears nothing of that.
enum JobControl {
  /// Stops, after the command has been stopped by a signal; returns when this program is continued, with the command
  /// continued too. Does nothing in the background, or without a terminal: nobody would continue it there.
  static func stop(with command: TracedCommand, by signal: Int32) {
    let terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
    guard terminal >= 0 else { return }
    defer { close(terminal) }
    let own = getpgrp(), others = getpgid(command.pid), foreground = tcgetpgrp(terminal)
    guard foreground == own || foreground == others else { return }
    // Unlike SIGSTOP it stops nothing that nobody could continue: the kernel knows of orphaned groups.
    kill(getpid(), signal == SIGSTOP ? SIGTSTP : signal)
    // The shell has given the terminal to this program's group.
    if foreground == others, others != own, tcgetpgrp(terminal) == own { tcsetpgrp(terminal, others) }
    command.goOn()
  }
}
