import CLinux
import Files
import Glibc
import TUI
import Terminal
import Trace

/// The output of a traced command while the view has the screen: its first and last bytes are kept, and printed at the
/// end.
///
/// The command writes into a pipe. A separate process (`lnx_spool`) reads the pipe, and stores a limited number of
/// bytes in a nameless file. It also does so while the view is stopped and after it was killed, so the command neither
/// blocks nor gets SIGPIPE.
final class HeldOutput {
  /// The end of the pipe for the command; -1 after `start`.
  private(set) var descriptor: Int32
  /// The other end.
  private let input: Int32
  /// Whether no process has the pipe open for writing any more.
  private var hasEnded = false
  private var spool: UnsafeMutablePointer<lnx_spool>?
  private var hasReportedOverflow = false
  private var isReaped = false
  /// The last byte that was printed.
  private var last = UInt8(ascii: "\n")
  /// The errno of a failed print; nil if none failed.
  private var failure: Int32?

  /// Makes the pipe.
  /// - Parameter user: the user of the command, who may then open standard output again, by /dev/stdout.
  /// - Throws: `Failure` if no pipe can be made.
  init(of user: InvokingUser) throws {
    var ends: [Int32] = [-1, -1]
    let result = lnx_held_pipe(&ends, user.uid, user.gid)
    if result != 0 { throw Self.failure(result) }
    input = ends[0]
    descriptor = ends[1]
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
    close(input)
    if let spool {
      for file in [spool.pointee.file, spool.pointee.memory, spool.pointee.control] where file >= 0 { close(file) }
      munmap(spool, MemoryLayout<lnx_spool>.size)
    }
  }

  private static func failure(_ error: Int32) -> Failure {
    Failure("cannot keep the command's output: \(DisplayText(errno: abs(error)))")
  }

  /// Starts to keep output. Call it after the command is forked and privileges are dropped, while the process has one
  /// thread. The file belongs to the user, in a folder that the user may write to.
  /// - Throws: `Failure` if there is no place for the file, or no process can be made.
  func start() throws {
    close(descriptor)
    descriptor = -1
    let limit = UInt64(SettingsPlace.read().settings.commandOutput) << 20
    var file: Int32 = -1
    for folder in Self.folders where file < 0 { file = lnx_nameless_file(folder) }
    let memory = lnx_nameless_file(nil)
    if file < 0, memory < 0 { throw Self.failure(memory) }
    let result = lnx_start_spool(input, max(file, -1), max(memory, -1), limit, &spool)
    if result < 0 { throw Self.failure(result) }
  }

  /// Whether there is output to print at the end.
  var isKept: Bool { (spool?.pointee.total ?? 0) > 0 }

  /// The folders for temporary files, the preferred one first.
  private static var folders: [String] {
    let own = getenv("TMPDIR").map { String(cString: $0) }
    return [own, "/tmp", "/var/tmp"].compactMap { $0 }.filter { $0.hasPrefix("/") }
  }

  /// The message that not all of the output is kept, returned once; nil before and after.
  func overflow() -> DisplayText? {
    reap()
    guard !hasReportedOverflow, let spool, spool.pointee.left_out > 0 || spool.pointee.left_at_end > 0 else {
      return nil
    }
    hasReportedOverflow = true
    return spool.pointee.error == 0
      ? "the command prints more than \(spool.pointee.limit >> 20) MiB: only the first and the last half of that are kept"
      : "cannot keep all of the command's output: \(DisplayText(errno: spool.pointee.error))"
  }

  /// Reaps the spool after it has exited, so that the tree shows no zombie.
  private func reap() {
    guard !isReaped, let spool else { return }
    isReaped = waitpid(spool.pointee.pid, nil, WNOHANG) != 0
  }

  /// Prints the kept output, then new output until the command exits or a signal ends the waiting.
  /// - Returns: the command's exit status, or 128 and the signal's number; 1 where it could not be printed.
  @discardableResult
  func finish(_ live: LiveTrace) -> Int32 {
    // The view has left the screen: Ctrl-Z stops this program and the command.
    var stop = [SIGTSTP, 0]
    lnx_release_signals(&stop)
    printHeld()
    var status = live.commandStatus()
    if status == nil, let command = live.command {
      printErrorLine(
        "\(DisplayText(typed: command.name)) (pid \(command.pid)) is still running: waiting for it to exit "
          + "(Ctrl-C interrupts it)")
    }
    while status == nil {
      let woken = live.wait(for: hasEnded ? [] : [input], until: nil)
      let signal = woken.signal ?? (woken.outputIsGone ? SIGHUP : nil)
      if signal != nil { Ending.start() }
      printNew()
      status = live.commandStatus()
      if status == nil, let signal {
        live.forward(signal, isFromTerminal: woken.isFromTerminal)
        status = 128 + signal
      }
    }
    printNew()
    // A hang-up of the terminal is reported by its signal.
    if let failure, ![EPIPE, EIO, ECANCELED].contains(failure) {
      Output.printError("cannot print the command's output: \(DisplayText(errno: failure))")
      return Failure.cannotTrace
    }
    return status ?? 0
  }

  /// Prints the kept output and the contents of the pipe; later output is printed directly.
  func printHeld() {
    printKept()
    printNew()
  }

  /// Prints one line on standard error, after a newline if the output does not end with one.
  private func printErrorLine(_ message: DisplayText) {
    if last != UInt8(ascii: "\n") { print([UInt8(ascii: "\n")]) }
    Output.printError(message)
  }

  /// Prints bytes of the command, unchanged.
  private func print(_ bytes: [UInt8]) {
    guard failure == nil, let end = bytes.last else { return }
    last = end
    if !Output.write(bytes, to: STDOUT_FILENO) { failure = errno }
  }

  private func printKept() {
    guard let spool else { return }
    lnx_park_spool(spool)
    let kept = spool.pointee
    let file = kept.in_memory ? kept.memory : kept.file
    guard kept.is_ring else {
      print(file, from: 0, to: kept.size)
      return reportGap(of: kept.left_at_end, kept)
    }
    print(file, from: 0, to: kept.head)
    reportGap(of: kept.left_out, kept)
    print(file, from: kept.next, to: kept.size)
    print(file, from: kept.head, to: kept.next)
    reportGap(of: kept.left_at_end, kept)
  }

  private func reportGap(of count: UInt64, _ kept: lnx_spool) {
    guard count > 0 else { return }
    let reason: DisplayText =
      kept.error == 0
      ? "the setting command-output = \(kept.limit >> 20) limits it (in MiB)"
      : "\(DisplayText(errno: kept.error))"
    printErrorLine(
      "\(number: Int(clamping: count), grouped: true) bytes of the command's output are left out here: \(reason)")
  }

  private func print(_ file: Int32, from start: UInt64, to end: UInt64) {
    var place = start
    while place < end, failure == nil {
      let count = min(256 << 10, Int(end - place))
      do throws(Errno) {
        let bytes = try FileDescriptor(file).bytes(at: place, count: count)
        // The spool has written all bytes of this range.
        guard !bytes.isEmpty else { throw Errno(EIO) }
        place += UInt64(bytes.count)
        print(bytes)
      } catch {
        failure = error.number
      }
    }
  }

  /// Prints the contents of the pipe. They are read even if they cannot be printed, or the command would block.
  private func printNew() {
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    // Reads at most as much as the pipe can hold, so signals are handled even if the command writes without end.
    var room = 1 << 20
    while !hasEnded, room > 0 {
      let count: Int
      do {
        count = try FileDescriptor(input).read(into: &buffer)
      } catch {
        if error.number == EAGAIN { return }
        count = 0
      }
      guard count > 0 else {
        hasEnded = true
        return
      }
      print(Array(buffer[..<count]))
      room -= count
    }
  }
}
