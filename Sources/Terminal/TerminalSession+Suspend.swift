internal import CLinux
internal import CNcurses
import CTerminal
import Glibc
internal import TUI

extension TerminalSession {
  /// Restores the terminal and stops the whole process group, as Ctrl-Z does: `sudo`, `make` or a pipeline around the
  /// process have to stop too, so that the shell takes over. Returns after `fg`, with the screen taken again; then call
  /// `nextInput()` (the size may have changed) and present a frame.
  ///
  /// If no process could continue this one (its group is orphaned), nothing stops, and this returns at once. If a
  /// signal ends the process while it is in the background, this returns too; then only `close()` may be called.
  ///
  /// - Returns: false if the process was started with SIGTSTP ignored; then this does nothing.
  /// - Throws: `TerminalError` if the screen cannot be taken again.
  @discardableResult
  package func suspend() throws(TerminalError) -> Bool {
    guard state == .ours else { return true }
    if terminal_ignores(SIGTSTP) { return false }
    leave()
    stopGroup()
    guard waitForForeground() else { return true }
    // The user may have changed the modes in the shell. These are the ones to restore at the end.
    var modes = termios()
    guard tcgetattr(inputDescriptor, &modes) == 0 else { throw .call("tcgetattr", errno: errno) }
    outerModes = modes
    def_shell_mode()
    try enter()
    return true
  }

  /// Takes the screen again after another program had the terminal: for a SIGCONT outside of `suspend()`, such as after
  /// `kill -STOP`. If this process still has the terminal, it only redraws. In the background it waits like
  /// `suspend()`.
  /// - Throws: `TerminalError` if the screen cannot be taken again.
  package func resume() throws(TerminalError) {
    guard state == .ours else { return }
    guard waitForForeground() else {
      leave()
      return
    }
    try enter()
  }

  /// Stops again whenever the process is continued in the background (`bg`), where it has nothing to do. Returns false
  /// if a signal that ends the process is pending: `kill %1` sends it before SIGCONT.
  private func waitForForeground() -> Bool {
    while isInBackground {
      if Self.endIsPending { return false }
      stopGroup()
      // In an orphaned group nothing stops, and it may get the terminal back later.
      if isInBackground && !Self.endIsPending { usleep(100_000) }
    }
    return true
  }

  /// Whether a signal to end is pending: the main loop reads these from a descriptor.
  private static var endIsPending: Bool {
    var pending = sigset_t()
    sigpending(&pending)
    return [SIGTERM, SIGHUP, SIGINT, SIGQUIT].contains { sigismember(&pending, $0) == 1 }
  }

  /// Sends SIGTSTP to the process group. This process stops too, whatever the main loop does with the signal.
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
    // The signal is pending for this thread, and stops the process here, before the next instruction.
    pthread_sigmask(SIG_UNBLOCK, &stop, nil)
    pthread_sigmask(SIG_SETMASK, &before, nil)
    actions.restore()
  }
}

/// The actions of the process for some signals, to be restored later (`sigaction`).
struct SignalActions {
  private var saved: [(signal: CInt, action: sigaction)] = []

  /// Saves the present actions.
  init(of signals: [CInt]) {
    for signal in signals {
      var action = sigaction()
      if sigaction(signal, nil, &action) == 0 { saved.append((signal, action)) }
    }
  }

  /// Sets the saved actions again.
  func restore() {
    for (signal, action) in saved {
      var action = action
      sigaction(signal, &action, nil)
    }
  }
}
