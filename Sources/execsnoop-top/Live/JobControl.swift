import Glibc
import Trace

/// Stops together with the traced command, as one job of the shell.
///
/// Ctrl-Z reaches both, since they are in one process group. But a command may stop only itself, or be in another
/// group, as the jobs of an interactive shell are: the parent of this program does not notice that.
enum JobControl {
  /// Stops after a signal has stopped the command; returns when this program is continued, with the command continued
  /// too. Does nothing in the background or without a terminal, where nobody would continue it.
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
