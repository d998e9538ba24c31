import CLinux
import Files
import Glibc
import TUI
import Terminal
import Trace

/// The output of a traced command while the view has the screen: its first and last bytes are kept and printed
/// afterwards.
///
/// The command writes into a pipe. A process of its own (`lnx_spool`) reads that into a nameless file and keeps to the
/// bound, also while the view is stopped and after it was killed: so the command neither waits nor gets SIGPIPE.
final class HeldOutput {
  /// The end of the pipe that is the command's; closed by `begin`.
  private(set) var descriptor: Int32
  /// The other end.
  private let input: Int32
  private var hasEnded = false
  private var spool: UnsafeMutablePointer<lnx_spool>?
  private var toldOverflow = false
  private var isReaped = false
  /// The last byte that was printed.
  private var last = UInt8(ascii: "\n")
  /// The errno of a failed print; nil if none failed.
  private var failure: Int32?

  /// - Parameter user: who the command runs as: it may open its standard output once more, by /dev/stdout.
  /// - Throws: `Failure`.
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

  /// Starts keeping. To be called once the command is forked and privileges are given up, while the process has one thread:
  /// the file is the user's, in a folder that the user may write to.
  /// - Throws: `Failure`.
  func begin() throws {
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

  /// Where temporary files go.
  private static var folders: [String] {
    let own = getenv("TMPDIR").map { String(cString: $0) }
    return [own, "/tmp", "/var/tmp"].compactMap { $0 }.filter { $0.hasPrefix("/") }
  }

  /// A message that not all of the output is kept, returned once; nil before and after.
  func overflow() -> DisplayText? {
    reap()
    guard !toldOverflow, let spool, spool.pointee.left_out > 0 || spool.pointee.left_at_end > 0 else { return nil }
    toldOverflow = true
    return spool.pointee.error == 0
      ? "the command prints more than \(spool.pointee.limit >> 20) MiB: only the first and the last half of that are kept"
      : "cannot keep all of the command's output: \(DisplayText(errno: spool.pointee.error))"
  }

  /// Takes the spool's exit status once it has ended, so that no zombie stands in the tree.
  private func reap() {
    guard !isReaped, let spool else { return }
    isReaped = waitpid(spool.pointee.pid, nil, WNOHANG) != 0
  }

  /// Prints the kept output, then new output until the command exits or a signal ends the waiting.
  /// - Returns: the command's exit status, or 128 and the signal's number; 1 where it could not be printed.
  @discardableResult
  func finish(_ live: LiveTrace) -> Int32 {
    // The terminal is no screen any more: Ctrl-Z stops this program and the command.
    var stop = [SIGTSTP, 0]
    lnx_release_signals(&stop)
    printHeld()
    var status = live.commandStatus()
    if status == nil, let command = live.command {
      complain(
        "\(DisplayText(typed: command.name)) (pid \(command.pid)) is still running: waiting for it to exit "
          + "(Ctrl-C interrupts it)")
    }
    while status == nil {
      let woken = live.wait(for: hasEnded ? [] : [input], until: nil)
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
    // A terminal that is gone was reported by its signal.
    if let failure, ![EPIPE, EIO, ECANCELED].contains(failure) {
      Output.complain("cannot print the command's output: \(DisplayText(errno: failure))")
      return Failure.cannotTrace
    }
    return status ?? 0
  }

  /// Prints the kept output and the contents of the pipe; later output is printed directly.
  func printHeld() {
    printKept()
    printNew()
  }

  /// One line on standard error, on a line of its own.
  private func complain(_ message: DisplayText) {
    if last != UInt8(ascii: "\n") { print([UInt8(ascii: "\n")]) }
    Output.complain(message)
  }

  /// The bytes of the command, unchanged.
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
      return tell(leftOut: kept.left_at_end, kept)
    }
    print(file, from: 0, to: kept.head)
    tell(leftOut: kept.left_out, kept)
    print(file, from: kept.next, to: kept.size)
    print(file, from: kept.head, to: kept.next)
    tell(leftOut: kept.left_at_end, kept)
  }

  private func tell(leftOut count: UInt64, _ kept: lnx_spool) {
    guard count > 0 else { return }
    let reason: DisplayText =
      kept.error == 0
      ? "the setting command-output = \(kept.limit >> 20) limits it (in MiB)"
      : "\(DisplayText(errno: kept.error))"
    complain(
      "\(number: Int(clamping: count), grouped: true) bytes of the command's output are left out here: \(reason)")
  }

  private func print(_ file: Int32, from start: UInt64, to end: UInt64) {
    var place = start
    while place < end, failure == nil {
      let count = min(256 << 10, Int(end - place))
      do throws(Errno) {
        let bytes = try FileDescriptor(file).bytes(at: place, count: count)
        // The file is as long as its writer said.
        guard !bytes.isEmpty else { throw Errno(EIO) }
        place += UInt64(bytes.count)
        print(bytes)
      } catch {
        failure = error.number
      }
    }
  }

  /// Newer output; it is read even if it cannot be printed, because the command would block otherwise.
  private func printNew() {
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    // At most as much as the pipe holds: so signals are handled even if the command writes without end.
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
