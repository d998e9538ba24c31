internal import CNcurses
import CTerminal
import Glibc
internal import TUI

extension TerminalSession {
  /// Gives the terminal back and stops the process and its whole group, as Ctrl-Z does at a terminal: `sudo`, `make`
  /// or a pipeline around it have to stop too for the shell to take over. Returns after `fg`, with the screen taken
  /// again; call `nextInput()` (the size may have changed) and present a frame then.
  ///
  /// Where nobody could continue the process (its group is orphaned) nothing stops, and this returns at once.
  package func suspend() throws(TerminalError) {
    guard isOpen else { return }
    leave()
    stopGroup()
    // The user may have changed the modes at the shell; these are the ones to leave behind at the end.
    var modes = termios()
    guard tcgetattr(inputDescriptor, &modes) == 0 else { throw .call("tcgetattr", errno: errno) }
    outerModes = modes
    def_shell_mode()
    try enter()
  }

  /// Takes the screen again after something else had the terminal: for a SIGCONT that `suspend()` has not seen, after
  /// `kill -STOP`. Otherwise it redraws, no more.
  package func resume() throws(TerminalError) {
    guard isOpen else { return }
    try enter()
  }

  /// Sends SIGTSTP to the process group and takes it with its default action, whatever the main loop does with it.
  private func stopGroup() {
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
