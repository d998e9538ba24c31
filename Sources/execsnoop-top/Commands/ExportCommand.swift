import ArgumentParser
import Events
import Export
import Files
import Filtering
import Glibc
import Masking
import Recording
import TUI
import Tree

/// The command `export`: writes the processes of a recording in a format of another program.
struct ExportCommand: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write a recording in a format of other programs, without root.",
    discussion: """
      FORMATS:
      \(formats)

      TIMES:
        05:28:57, 05:28           the time of day, in the local time zone
        2026-03-01T05:28:57Z      a date and a time; without a zone the local one
        +2m, +1m30s, +250ms       after the start of the recording
        -10s                      before its end
      """)

  private static var formats: String {
    ExportFormat.allCases.map { format in
      let name = format.rawValue + String(repeating: " ", count: 10 - format.rawValue.count)
      return "  \(name)\(format.endings.joined(separator: " ")): \(format.summary)"
    }.joined(separator: "\n")
  }

  @Argument(
    help: ArgumentHelp(
      "The recording, or lines of `log --json` (`-`: such lines from standard input). Several are merged.",
      valueName: "file"))
  var files: [String]

  @Option(
    name: .long, help: ArgumentHelp("The format; by default that of the output file's ending.", valueName: "format"))
  var format: ExportFormat?

  @Option(
    name: [.customShort("o"), .customLong("output-file"), .customLong("output")],
    help: ArgumentHelp("Write to this new file, not to standard output (`-`).", valueName: "new-file"))
  var output: String?

  @Flag(help: "Replace the output file if it exists.")
  var force = false

  @Option(
    name: .long, help: ArgumentHelp("Export only matching processes, and their ancestors.", valueName: "expr"))
  var filter: String?

  @Option(
    name: .long, parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Export only processes that ran at this time or later; or, once more, the format of the file, such as strace.",
      valueName: "time|format"),
    transform: StartOrFormat.init)
  var from: [StartOrFormat] = []

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp("Export only processes that ran at this time or earlier.", valueName: "time"),
    transform: TypedTime.init)
  var to: TypedTime?

  @Option(name: .long, help: ArgumentHelp("With folded: the weight of a stack. (default: time)", valueName: "weight"))
  var weight: StackWeight?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Memory limit for processes, a number with K, M or G; those that exited first are forgotten first. (default: 2G)",
      valueName: "size"),
    transform: KeepOptions.size)
  var memory = ByteSize(bytes: 2 << 30)

  @OptionGroup var masking: MaskOption

  @OptionGroup var merging: MergeOptions

  func validate() throws {
    try files.refuseTwoStandardInputs()
    _ = try filter.map { try TraceOptions.parse(filter: $0) }
    if from.filter({ $0.format == nil }).count > 1 { throw ValidationError("two times for --from: give only one") }
    if from.filter({ $0.time == nil }).count > 1 { throw ValidationError("two formats for --from: give only one") }
    if force, newFile == nil { throw ValidationError("--force needs -o") }
    if weight != nil, try chosenFormat() != .folded { throw ValidationError("--weight needs --format folded") }
    _ = try chosenFormat()
  }

  /// The time of `--from`; nil without one.
  private var start: TypedTime? { from.lazy.compactMap(\.time).first }
  /// The format of `--from`; nil without one.
  private var source: TraceFormat? { from.lazy.compactMap(\.format).first }

  /// The output file; nil for standard output.
  private var newFile: String? { output == "-" ? nil : output }

  /// The format of `--format`, or of the output's ending.
  private func chosenFormat() throws -> ExportFormat {
    if let format { return format }
    if let newFile, let format = ExportFormat(ofFile: newFile) { return format }
    let names = ExportFormat.allCases.map(\.rawValue).joined(separator: ", ")
    guard let newFile else { throw ValidationError("no format: use --format with one of \(names), or -o FILE") }
    throw ValidationError("the ending of \(newFile.orQuotes) names no format: use --format with one of \(names)")
  }

  func run() throws {
    let format = try chosenFormat()
    if newFile == nil {
      try Output.check()
      if format.isBinary, isatty(STDOUT_FILENO) == 1 {
        throw Failure("\(DisplayText(typed: format.rawValue)) is not text for a terminal: use -o FILE", status: 2)
      }
    }
    let waiting = SignalWait(
      signals: try SignalWait.signals(SignalWait.ends), output: newFile == nil ? STDOUT_FILENO : -1)
    if let newFile, force { for file in files { try Self.refuse(newFile, ifItIs: file) } }
    let target = try newFile.map { try ExportTarget($0, replaces: force) }
    var input = ExportInput(
      limits: Limits(processes: .max, memory: memory.bytes, logLines: 16), keepsFailures: format.showsFailedExecs)
    let reading = try Self.read(files, source, merging, into: &input, waiting)
    if reading.outputIsGone { return try Output.endWithoutReader() }
    // If a recording has a fault, the events before the fault are exported.
    if let failure = reading.failure, input.times == nil { throw failure }
    var options = ExportOptions(format: format)
    options.filter = try filter.map { try TraceOptions.parse(filter: $0) }
    options.window = try window(in: input)
    options.weight = weight ?? .time
    let title = files.map { Arguments.bytes(of: $0) ?? Array($0.utf8) }.joined(separator: ", ".utf8)
    options.title = RawBytes(Array(title))
    let messages = Self.messages(about: input) + reading.notices
    let exporter = Exporter(consume input, options)
    // The filter sees what ran.
    var mask = masking.masksSecrets ? SecretMask() : nil
    let change = { (node: ProcessNode) in mask == nil ? node : node.replacingImages { mask?.masked($0) ?? $0 } }
    if let target {
      try exporter.write(changing: change) { bytes in
        if let signal = waiting.wait(for: [], until: 0).signal { throw ExitCode(128 + signal) }
        try target.write(bytes)
        return true
      }
      try target.finish()
    } else {
      try exporter.write(changing: change, to: Output.print)
      if let signal = waiting.wait(for: [], until: 0).signal { throw ExitCode(128 + signal) }
    }
    for message in messages { Output.printError(message) }
    if let masked = mask?.count, masked > 0 {
      Output.printError(MaskOption.message(ofValues: masked))
    }
    if let trouble = options.filter?.trouble { Output.printError(of: trouble) }
    if options.filter != nil || options.window != nil, exporter.matches == 0 {
      Output.printError("no process matches: the export is empty")
    }
    if let failure = reading.failure { throw failure }
    if let signal = reading.signal { throw ExitCode(128 + signal) }
  }

  /// - Throws: `Failure` if the output would replace the recording itself.
  private static func refuse(_ output: String, ifItIs file: String) throws {
    func facts(_ path: String) -> stat? {
      var facts = stat()
      let name = (Arguments.bytes(of: path) ?? Array(path.utf8)).map { CChar(bitPattern: $0) } + [0]
      return stat(name, &facts) == 0 ? facts : nil
    }
    guard let new = facts(output), let old = facts(file), new.st_dev == old.st_dev, new.st_ino == old.st_ino else {
      return
    }
    throw Failure(
      "\(DisplayText(typed: output.orQuotes)) is the recording itself: name another file", status: Failure.usage)
  }

  /// How the reading ended.
  private struct Reading {
    /// Messages about the recording.
    var notices: [DisplayText] = []
    /// Why not all of it was read.
    var failure: Failure?
    /// Ctrl-C, which ends the reading: what was read is exported.
    var signal: Int32?
    /// Whether the output has no reader any more.
    var outputIsGone = false
  }

  /// Reads the recording to its end, or to Ctrl-C: it may be a pipe that is still being written to.
  /// - Throws: `ExitCode` after another signal.
  private static func read(
    _ paths: [String], _ format: TraceFormat?, _ merging: MergeOptions, into input: inout ExportInput,
    _ waiting: SignalWait
  ) throws -> Reading {
    var reading = Reading()
    do {
      let file = try EventInput(paths, format, offsets: merging.byName)
      input.host = file.host
      while true {
        let woken = waiting.wait(for: file.descriptors, until: file.until)
        if let signal = woken.signal {
          guard signal == SIGINT, woken.isFromTerminal else { throw ExitCode(128 + signal) }
          reading.signal = signal
          break
        }
        if woken.outputIsGone {
          reading.outputIsGone = true
          break
        }
        guard let events = try file.read() else { break }
        for event in events { input.add(event) }
      }
      if let notice = file.notice { reading.notices.append(DisplayText(typed: notice)) }
    } catch let error as RecordingError {
      reading.failure = Failure(DisplayText(typed: error.description))
    }
    return reading
  }

  private func window(in input: ExportInput) throws -> ClosedRange<UInt64>? {
    guard start != nil || to != nil, let times = input.times else { return nil }
    func resolve(_ typed: TypedTime, _ option: DisplayText) throws -> UInt64 {
      let resolved = typed.time.resolve(in: times, offsets: input.offsets) { second in
        LocalZone(at: second).offsets.latest
      }
      guard let resolved else {
        throw Failure(
          "\(option) \(DisplayText(typed: typed.text)): the recording has no wall clock times: use +2m or -10s",
          status: Failure.usage)
      }
      let length = Int(clamping: (times.upperBound &- times.lowerBound) / 1_000_000)
      let long: DisplayText =
        length < 1000 ? "\(length) ms" : "\(number: length / 1000, grouped: true) s"
      let isOutside = option == "--from" ? resolved > times.upperBound : resolved < times.lowerBound
      guard !isOutside, !typed.time.isTimeOfDay || times.contains(resolved) else {
        throw Failure(
          "\(option) \(DisplayText(typed: typed.text)) is not within the recording, which is \(long) long",
          status: Failure.usage)
      }
      return resolved
    }
    let first = try start.map { try resolve($0, "--from") } ?? 0
    let last = try to.map { try resolve($0, "--to") } ?? .max
    guard first <= last else { throw Failure("--from is later than --to: exchange them", status: Failure.usage) }
    return first...last
  }

  private static func messages(about input: ExportInput) -> [DisplayText] {
    var messages: [DisplayText] = []
    let totals = input.tree.totals
    if totals.lost.total > 0 { messages.append("lost: \(LossText.list(totals.lost))") }
    if totals.forgotten > 0 {
      messages.append(
        "\(number: totals.forgotten, grouped: true) processes were forgotten: raise --memory to export more")
    }
    if input.leftOutFailures > 0 {
      let limit = ExportInput.failureLimit
      messages.append(
        "\(number: input.leftOutFailures, grouped: true) failed execs after the first \(number: limit, grouped: true) are left out"
      )
    }
    return messages
  }
}

/// A new file for an export.
final class ExportTarget {
  private let name: DisplayText
  private let file: OutputFile

  init(_ path: String, replaces: Bool) throws {
    name = DisplayText(typed: path.orQuotes)
    do {
      file = try OutputFile(Arguments.bytes(of: path) ?? Array(path.utf8), replaces: replaces)
    } catch {
      throw Failure("\(name)\(DisplayText(typed: error.text))")
    }
  }

  func write(_ bytes: [UInt8]) throws {
    do { try file.write(bytes) } catch {
      throw Failure("\(name)\(DisplayText(typed: error.text))")
    }
  }

  func finish() throws {
    do { try file.finish() } catch {
      throw Failure("\(name)\(DisplayText(typed: error.text))")
    }
  }
}

/// A time as the user typed it.
struct TypedTime {
  let text: String
  let time: TimeText

  init(_ text: String) throws {
    guard let time = TimeText(text) else {
      throw ValidationError("expected a time such as 05:28:57, 2026-03-01T05:28:57Z, +2m or -10s")
    }
    (self.text, self.time) = (text, time)
  }
}

/// The value of `--from`: a time, or the format of the file as for other commands. No time is the name of a format.
enum StartOrFormat {
  case start(TypedTime)
  case format(TraceFormat)

  init(_ text: String) throws {
    if let format = TraceFormat(rawValue: text) {
      self = .format(format)
      return
    }
    do { self = .start(try TypedTime(text)) } catch {
      let formats = TraceFormat.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("\(error), or a format (\(formats))")
    }
  }

  var time: TypedTime? { if case .start(let time) = self { time } else { nil } }
  var format: TraceFormat? { if case .format(let format) = self { format } else { nil } }
}

extension ExportFormat: ExpressibleByArgument {}
extension StackWeight: ExpressibleByArgument {}
