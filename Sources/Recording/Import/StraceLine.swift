internal import Events

/// The start of a line of strace: who, and when. What follows is a call, its end, a signal or an exit.
struct StraceLine {
  /// A time as strace writes it.
  enum Time {
    /// The line has none.
    case none
    /// The time of day (-t, -tt), in nanoseconds.
    case ofDay(UInt64)
    /// The time since 1970 UTC (-ttt), in nanoseconds.
    case wall(Int64)
    /// The time since the line before (-r), in nanoseconds.
    case step(UInt64)
  }

  /// The thread; nil where the line has none.
  var thread: Int32?
  /// When.
  var time = Time.none
  /// When, without the steps of -r: they begin at the line before of any process, which may be in another file.
  var absolute = Time.none
  /// Where the rest of the line starts.
  var rest = 0

  /// No time since 1970 is smaller, and no step or pid is greater, in seconds.
  private static let leastWall: UInt64 = 100_000_000

  /// Reads `[pid 7] `, `7 ` or `7<comm> `, a time, and what -i and -n add.
  init(_ line: UnsafeRawBufferPointer) {
    var cursor = LineCursor(line)
    if cursor.accept(word: "[pid ") {
      cursor.skipSpaces()
      thread = cursor.pid()
      Self.skipComm(&cursor)
      if thread == nil || !cursor.accept("]") {
        thread = nil
        return
      }
    } else {
      let start = cursor.position
      thread = cursor.pid()
      Self.skipComm(&cursor)
      if thread == nil || cursor.next != 0x20 {
        thread = nil
        cursor.position = start
      }
    }
    rest = cursor.position
    cursor.skipSpaces()
    readTime(&cursor)
    // -n and -i: `[ 59] [00007f8813fd4ad7] `.
    while cursor.next == UInt8(ascii: "["), let end = cursor.place(of: "]", from: cursor.position) {
      guard cursor.slice(cursor.position &+ 1, end).allSatisfy(Self.isOfNumber) else { break }
      cursor.position = end &+ 1
      cursor.skipSpaces()
    }
    rest = cursor.position
  }

  private mutating func readTime(_ cursor: inout LineCursor) {
    guard let first = cursor.next, 0x30...0x39 ~= first else { return }
    let start = cursor.position
    if let ofDay = cursor.timeOfDay() {
      time = .ofDay(ofDay)
    } else if let value = cursor.decimal(), cursor.next == 0x20 {
      time = value >= Self.leastWall &* 1_000_000_000 ? .wall(Int64(clamping: value)) : .step(value)
    } else {
      cursor.position = start
      return
    }
    if case .step = time {} else { absolute = time }
    cursor.skipSpaces()
    // -r beside -t is finer than it.
    if cursor.accept(word: "(+") {
      cursor.skipSpaces()
      if let step = cursor.decimal(), cursor.accept(")") { time = .step(step) }
      cursor.skipSpaces()
    }
  }

  /// The comm that -Y adds, in angle brackets, of which it has none itself: 15 bytes of up to four characters each.
  private static func skipComm(_ cursor: inout LineCursor) {
    guard cursor.next == UInt8(ascii: "<") else { return }
    for length in 1..<64 where cursor.byte(at: cursor.position &+ length) == UInt8(ascii: ">") {
      cursor.position = cursor.position &+ length &+ 1
      return
    }
  }

  private static func isOfNumber(_ byte: UInt8) -> Bool {
    0x30...0x39 ~= byte || 0x61...0x66 ~= byte || byte == 0x20 || byte == UInt8(ascii: "?")
  }
}

/// The result of a call: `= 0`, `= -1 ENOENT (…)`, `= 7 /* 4282 in strace's PID NS */`.
enum StraceResult {
  /// The call has not returned in this line.
  case none
  /// It returned this number, and its translation by --pidns-translation.
  case value(UInt64, translated: Int32?)
  /// It failed with this errno; nil for one that is not known.
  case error(Int32?)
  /// It never returns, or was interrupted.
  case unknown

  /// Reads the result after the closing parenthesis.
  init(_ cursor: inout LineCursor) {
    cursor.skipSpaces()
    guard cursor.accept(word: "= ") else {
      self = .none
      return
    }
    if cursor.accept(word: "-1 ") {
      let name = cursor.word()
      self = .error(StraceResult.errno(name))
      return
    }
    guard let value = cursor.number() else {
      self = .unknown
      return
    }
    // Not where -Y shows a comm, which may be any text.
    guard cursor.accept(word: " /* "), let translated = cursor.pid(), cursor.isAt(" in strace") else {
      self = .value(value, translated: nil)
      return
    }
    self = .value(value, translated: translated)
  }

  private static func errno(_ name: UnsafeRawBufferPointer) -> Int32? {
    if name.elementsEqual("ENOENT".utf8) { return 2 }
    return ErrnoName.value(of: String(decoding: name, as: UTF8.self))
  }
}
