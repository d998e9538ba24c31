import CLinux
import Events
import Files
import Glibc
import TUI
import Terminal
import Trace

/// The output of a traced command while the view has the screen: its first and last bytes are kept, shown in the view,
/// and printed at the end.
///
/// The command writes into two pipes. A separate process (`lnx_spool`) reads the pipes, and stores a limited number of
/// bytes in a nameless file, with the time and the stream of each piece. It also does so while the view is stopped and
/// after it was killed, so the command neither blocks nor gets SIGPIPE.
final class HeldOutput {
  /// The ends of the pipes for the command, its standard output and standard error; empty after `start`.
  private(set) var descriptors: [Int32] = []
  /// The other ends; without those that no process has open for writing any more.
  private var inputs: [Int32] = []
  private let allInputs: [Int32]
  /// Becomes readable when output is stored.
  let wakeDescriptor: Int32
  private(set) var spool: UnsafeMutablePointer<lnx_spool>?
  /// What the view has read.
  private var reader = lnx_spool_reader()
  private var hasReportedOverflow = false
  private var isReaped = false
  /// The last byte that was printed.
  private var last = UInt8(ascii: "\n")
  /// The errno of a failed print; nil if none failed.
  private var failure: Int32?

  /// Makes the pipes.
  /// - Parameter user: the user of the command, who may then open standard output again, by /dev/stdout.
  /// - Throws: `Failure` if no pipe can be made.
  init(of user: InvokingUser) throws {
    for _ in 0..<2 {
      var ends: [Int32] = [-1, -1]
      let result = lnx_held_pipe(&ends, user.uid, user.gid)
      if result != 0 { throw Self.failure(result) }
      inputs.append(ends[0])
      descriptors.append(ends[1])
    }
    allInputs = inputs
    wakeDescriptor = lnx_eventfd()
    if wakeDescriptor < 0 { throw Self.failure(wakeDescriptor) }
  }

  deinit {
    for descriptor in descriptors + allInputs + [wakeDescriptor] { close(descriptor) }
    if let spool {
      for file in [spool.pointee.file, spool.pointee.memory, spool.pointee.control] where file >= 0 { close(file) }
      lnx_free_spool(spool)
    }
  }

  private static func failure(_ error: Int32) -> Failure {
    Failure("cannot keep the command's output: \(DisplayText(errno: abs(error)))")
  }

  /// Starts to keep output. Call it after the command is forked and privileges are dropped, while the process has one
  /// thread. The file belongs to the user, in a folder that the user may write to.
  /// - Throws: `Failure` if there is no place for the file, or no process can be made.
  func start() throws {
    for descriptor in descriptors { close(descriptor) }
    descriptors = []
    let limit = UInt64(SettingsPlace.read().settings.commandOutput) << 20
    var file: Int32 = -1
    for folder in Self.folders where file < 0 { file = lnx_nameless_file(folder) }
    let memory = lnx_nameless_file(nil)
    if file < 0, memory < 0 { throw Self.failure(memory) }
    let result = lnx_start_spool(allInputs, max(file, -1), max(memory, -1), wakeDescriptor, limit, &spool)
    if result < 0 { throw Self.failure(result) }
  }

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
      let woken = live.wait(for: inputs, until: nil)
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

  /// Prints the kept output and the contents of the pipes; later output is printed directly.
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

  /// Prints the contents of the pipes. They are read even if they cannot be printed, or the command would block.
  private func printNew() {
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    // Reads at most as much as the pipes can hold, so signals are handled even if the command writes without end.
    var room = 2 << 20
    var waiting = inputs
    while !waiting.isEmpty, room > 0 {
      for input in waiting {
        let count: Int
        do {
          count = try FileDescriptor(input).read(into: &buffer)
        } catch {
          waiting.removeAll { $0 == input }
          if error.number != EAGAIN { inputs.removeAll { $0 == input } }
          continue
        }
        guard count > 0 else {
          waiting.removeAll { $0 == input }
          inputs.removeAll { $0 == input }
          continue
        }
        print(Array(buffer[..<count]))
        room -= count
      }
    }
  }
}

// What the view shows.
extension HeldOutput {
  /// The bytes that are read at a time.
  private static let piece = 64 << 10

  /// The next output, at most `piece` bytes, and whether there is more.
  ///
  /// Output that arrives faster than it can be shown is left out: the view would forget it anyway.
  func next() -> (output: [OutputNews], isMore: Bool) {
    guard let spool else { return ([], false) }
    let end = lnx_spool_end(spool)
    if end - min(reader.place, end) > UInt64(OutputStore.mostBytes) {
      let place = end - UInt64(OutputStore.mostBytes / 2)
      reader.skipped += place - reader.place
      reader.place = place
    }
    var output: [OutputNews] = []
    var room = Self.piece
    while room > 0 {
      var count = 0
      let bytes = [UInt8](unsafeUninitializedCapacity: room) { buffer, initialized in
        count = lnx_read_spool(spool, &reader, buffer.baseAddress, buffer.count)
        initialized = max(count, 0)
      }
      if reader.skipped > 0 {
        output.append(.leftOut(bytes: reader.skipped))
        reader.skipped = 0
      }
      // Output that cannot be read is printed at the end, or missing there with a message.
      guard count > 0 else { return (output, false) }
      let stream: OutputStream = reader.stream == 0 ? .output : .error
      output.append(.written(WrittenOutput(process: nil, stream: stream, time: reader.time, bytes: bytes)))
      room -= count
    }
    return (output, true)
  }

  /// What can be copied into a file while more is stored; nil before `start`.
  var copy: OutputCopy? { spool.map { OutputCopy($0) } }
}

/// Copies the kept output into a file, on any thread.
struct OutputCopy: @unchecked Sendable {
  /// The memory that the spool shares is valid as long as the `HeldOutput`, which outlives the view.
  private let spool: UnsafeMutablePointer<lnx_spool>

  fileprivate init(_ spool: UnsafeMutablePointer<lnx_spool>) { self.spool = spool }

  /// Writes what is kept now.
  /// - Parameters:
  ///   - path: the path as typed.
  ///   - key: the name of the key that asks again.
  ///   - isCancelled: whether to stop; asked after each piece.
  func run(to path: String, key: DisplayText, isCancelled: () -> Bool) -> SaveOutcome {
    do throws(Failure) {
      let file = try NewFile(path: path, key: key)
      do throws(Failure) {
        let (bytes, leftOut) = try write(to: file, isCancelled)
        try file.finish()
        var text: DisplayText = "written to \(file.name): the output as it was printed, \(.size(ofBytes: bytes))"
        if leftOut > 0 { text += "; but: \(number: leftOut, grouped: true) bytes were left out" }
        return SaveOutcome(text: text, isError: false, isOfProcesses: false)
      } catch {
        file.discard()
        throw error
      }
    } catch {
      return SaveOutcome(text: error.message, isError: true)
    }
  }

  private func write(to file: NewFile, _ isCancelled: () -> Bool) throws(Failure) -> (bytes: Int, leftOut: UInt64) {
    var reader = lnx_spool_reader()
    let end = lnx_spool_end(spool)
    var bytes = 0
    while reader.place < end {
      if isCancelled() { throw Failure("not written: \(file.name): the view has ended") }
      var count = 0
      let piece = [UInt8](unsafeUninitializedCapacity: 256 << 10) { buffer, initialized in
        count = lnx_read_spool(spool, &reader, buffer.baseAddress, buffer.count)
        initialized = max(count, 0)
      }
      if count < 0 { throw Failure("not written: \(file.name): \(DisplayText(errno: Int32(clamping: -count)))") }
      if count == 0 { break }
      try file.write(piece)
      bytes += count
    }
    return (bytes, reader.skipped + spool.pointee.left_at_end)
  }
}
