internal import CLinux
internal import CNcurses
import CTerminal
import Glibc
internal import TUI

extension TerminalSession {
  /// Gives the terminal back and stops the process and its whole group, as Ctrl-Z does at a terminal: `sudo`, `make`
  /// or a pipeline around it have to stop too for the shell to take over. Returns after `fg`, with the screen taken
  /// again; call `nextInput()` (the size may have changed) and present a frame then.
  ///
  /// Where nobody could continue the process (its group is orphaned) nothing stops, and this returns at once. When the
  /// process is to end while it is in the background, this returns too, and the session is good for `close()` only.
  ///
  /// - Returns: false, with nothing done, where whoever started the process wants it to ignore SIGTSTP.
  @discardableResult
  package func suspend() throws(TerminalError) -> Bool {
    guard state == .ours else { return true }
    if terminal_ignores(SIGTSTP) { return false }
    leave()
    stopGroup()
    guard waitForForeground() else { return true }
    // The user may have changed the modes at the shell; these are the ones to leave behind at the end.
    var modes = termios()
    guard tcgetattr(inputDescriptor, &modes) == 0 else { throw .call("tcgetattr", errno: errno) }
    outerModes = modes
    def_shell_mode()
    try enter()
    return true
  }

  /// Takes the screen again after something else had the terminal: for a SIGCONT that `suspend()` has not seen, after
  /// `kill -STOP`. Otherwise it redraws, no more. In the background it does as `suspend()` does there.
  package func resume() throws(TerminalError) {
    guard state == .ours else { return }
    guard waitForForeground() else {
      leave()
      return
    }
    try enter()
  }

  /// Stops again as long as the process is continued in the background (`bg`), where it has nothing to do. Returns
  /// false when a signal that ends the process is waiting there: `kill %1` sends that before SIGCONT.
  private func waitForForeground() -> Bool {
    while isInBackground {
      if Self.endIsPending { return false }
      stopGroup()
      // In an orphaned group nothing stops; the terminal may come back to it, but not soon.
      if isInBackground && !Self.endIsPending { usleep(100_000) }
    }
    return true
  }

  /// Whether a signal to end is pending because the main loop takes it from a descriptor.
  private static var endIsPending: Bool {
    var pending = sigset_t()
    sigpending(&pending)
    return [SIGTERM, SIGHUP, SIGINT, SIGQUIT].contains { sigismember(&pending, $0) == 1 }
  }

  /// Sends SIGTSTP to the process group and takes it with its default action, whatever the main loop does with it.
  private func stopGroup() {
    if terminal_ignores(SIGTSTP) { return }
    var stop = sigset_t()
    sigemptyset(&stop)
    sigaddset(&stop, SIGTSTP)
    var before = sigset_t()
    let actions = SignalActions(of: [SIGTSTP])
    pthread_sigmask(SIG_BLOCK, &stop, &before)
    signal(SIGTSTP, SIG_DFL)
    kill(0, SIGTSTP)
    // It is pending for this thread and stops the process here, before the next instruction.
    pthread_sigmask(SIG_UNBLOCK, &stop, nil)
    pthread_sigmask(SIG_SETMASK, &before, nil)
    actions.restore()
  }
}
