internal import Events

/// Reads the text of execsnoop, of libbpf-tools and of bcc: `[TIME] [TIME(s)] [UID] PCOMM PID PPID RET ARGS`.
///
/// ARGS begins with the file in place of argv[0]. The tool shows no forks and no exits.
struct ExecsnoopImporter: TraceImporter {
  private var columns: SnoopColumns?
  private var clock = ImportClock()
  private var processes = ImportedProcesses()
  private var pool = ProgramPool()
  private(set) var remarks = ImportRemarks()

  init() {}

  static var needsLineEnd: Bool { true }

  private static func columns(of line: UnsafeRawBufferPointer) -> SnoopColumns? {
    SnoopColumns(line, rest: ["PID", "PPID", "RET", "ARGS"], secondsAreOfDay: false)
  }

  static func likeness(_ lines: [ArraySlice<UInt8>]) -> Int {
    lines.contains { $0.withUnsafeBytes { columns(of: $0) != nil } } ? 95 : 0
  }

  mutating func read(_ line: ArraySlice<UInt8>, into events: inout [RecordedEvent]) -> Bool {
    line.withUnsafeBytes { read($0, into: &events) }
  }

  private mutating func read(_ line: UnsafeRawBufferPointer, into events: inout [RecordedEvent]) -> Bool {
    if let first = line.first, first == UInt8(ascii: "T") || first == UInt8(ascii: "P") || first == UInt8(ascii: "U"),
      let header = Self.columns(of: line)
    {
      columns = header
      return true
    }
    var cursor = LineCursor(line)
    guard let values = columns?.values(&cursor) else { return false }
    cursor.skipSpaces()
    guard let pid = cursor.pid() else { return false }
    cursor.skipSpaces()
    var parent: Int32?
    if !cursor.accept("?") {
      guard let number = cursor.number(most: UInt64(ImportedProcesses.pids.upperBound)) else { return false }
      parent = Int32(truncatingIfNeeded: number)
    }
    cursor.skipSpaces()
    let isFailed = cursor.accept("-")
    guard let result = cursor.number(most: 4095), isFailed == (result > 0) else { return false }
    guard cursor.accept(" ") || cursor.isAtEnd else { return false }

    let moment =
      if let elapsed = values.elapsed {
        clock.moment(boot: clock.base &+ elapsed)
      } else if let ofDay = values.ofDay {
        clock.moment(ofDay: ofDay)
      } else {
        clock.next()
      }
    if values.elapsed == nil, values.ofDay == nil { remarks.hasNoTimes = true }
    processes.setParent(of: pid, to: parent, at: moment)
    if let uid = values.uid {
      processes.update(pid, at: moment) {
        $0.uid = uid
        $0.euid = uid
      }
    }
    let image = image(values.comm, cursor.tail, at: moment)
    if result == 0 {
      processes.exec(pid, image, at: moment, into: &events)
    } else {
      processes.update(pid, at: moment) { $0.comm = values.comm }
      processes.failedExec(
        pid, image, errno: Int32(truncatingIfNeeded: result), at: moment, into: &events)
    }
    return true
  }

  private mutating func image(
    _ comm: Comm, _ text: UnsafeRawBufferPointer, at moment: ImportMoment
  ) -> ProcessImage {
    var text = text
    var marks: Marks = [.reconstructed, .endless]
    if remarks.hasNoTimes { marks.insert(.untimed) }
    // More arguments than the tool shows. An argument `...` has a space after it.
    if text.suffix(4).elementsEqual(" ...".utf8) {
      marks.insert(.argvCut)
      text = UnsafeRawBufferPointer(rebasing: text.dropLast(4))
    }
    let argv =
      text.first == UInt8(ascii: "\"") ? Self.quoted(text) : ReconstructedArguments.split(text)
    let names = pool.names(
      file: RawBytes(argv.prefix { $0 != 0 }), exe: "", interpreter: nil, cwd: "")
    return argv.withUnsafeBytes {
      ProcessImage(
        time: moment.time, comm: comm, names: names, argv: $0, argvLength: $0.count, env: nil, marks: marks)
    }
  }

  /// Arguments in quotes (-q). Only quotes, tabs and line feeds are escaped in them: a backslash before the last quote
  /// may be one of the argument.
  private static func quoted(_ text: UnsafeRawBufferPointer) -> [UInt8] {
    var block: [UInt8] = []
    block.reserveCapacity(text.count)
    var cursor = LineCursor(text)
    while cursor.accept("\"") {
      while let byte = cursor.next {
        cursor.position &+= 1
        if byte == UInt8(ascii: "\"") { break }
        guard byte == UInt8(ascii: "\\"), let escaped = cursor.next else {
          if byte != 0 { block.append(byte) }
          continue
        }
        switch escaped {
        case UInt8(ascii: "\""): block.append(escaped)
        case UInt8(ascii: "t"): block.append(0x09)
        case UInt8(ascii: "n"): block.append(0x0a)
        default:
          block.append(byte)
          continue
        }
        cursor.position &+= 1
      }
      block.append(0)
      cursor.skipSpaces()
    }
    return block
  }
}
