import CLinux
import Glibc
import TUI

/// What a traced command writes while the view has the screen: kept in a nameless file, and printed afterwards.
final class HeldOutput {
  let descriptor: Int32
  private var printed: off_t = 0

  init() throws {
    descriptor = lnx_nameless_file("/tmp")
    if descriptor < 0 { throw Failure("cannot keep the command's output: errno \(-descriptor)") }
  }

  deinit { close(descriptor) }

  /// Prints what is there, then what still comes until the command ends, or until a signal ends the waiting.
  /// - Returns: the command's exit status, or 128 and the signal's number.
  @discardableResult
  func finish(_ live: LiveTrace) -> Int32 {
    // The terminal is no screen any more: Ctrl-Z stops this program and the command.
    var stop = [SIGTSTP, 0]
    lnx_release_signals(&stop)
    printNew()
    var status = live.commandStatus()
    if status == nil, let command = live.command {
      Output.complain(
        "\(DisplayText(typed: command.name)) (pid \(command.pid)) still runs; waiting for it to end. "
          + "Ctrl-C interrupts it, and ends the waiting")
    }
    while status == nil {
      // No event tells of writes to a file; a tenth of a second is soon enough for a person.
      let woken = live.wait(for: [], until: lnx_boot_time() + 100_000_000)
      let signal = woken.signal ?? (woken.outputIsGone ? SIGHUP : nil)
      if signal != nil { Ending.begin() }
      printNew()
      status = live.commandStatus()
      if status == nil, let signal {
        live.passOn(signal, isFromTerminal: woken.isFromTerminal)
        status = 128 + signal
      }
    }
    printNew()
    return status ?? 0
  }

  /// Prints what is there and was not printed yet.
  func printNew() {
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = pread(descriptor, &buffer, buffer.count, printed)
      guard count > 0 else { return }
      printed += off_t(count)
      // The command's own bytes, as they would have come without the view.
      guard Output.write(Array(buffer[..<count]), to: STDOUT_FILENO) else { return }
    }
  }
}
