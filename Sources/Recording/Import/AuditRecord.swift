internal import Events

/// The start of a record of the audit system: `node=HOST type=SYSCALL msg=audit(SECONDS.MILLISECONDS:SERIAL):`.
struct AuditRecord {
  /// The records that tell about processes.
  enum Kind {
    case syscall, execve, cwd, path, proctitle, endOfEvent, abend
    case other
  }

  var kind = Kind.other
  /// The machine; empty without one.
  var node = UnsafeRawBufferPointer(start: nil, count: 0)
  /// In nanoseconds since 1970.
  var wall: Int64 = 0
  var serial: UInt64 = 0
  /// Whether ausearch has put names in place of numbers (`-i`): the time is that of an unknown zone, and nothing is
  /// in quotes or hexadecimal.
  var isInterpreted = false
  /// Where the fields start.
  var fields = 0

  /// - Returns: nil for a line that is no record.
  init?(_ line: UnsafeRawBufferPointer) {
    var cursor = LineCursor(line)
    if !cursor.isAt("type=") && !cursor.isAt("node=") {
      // The journal and syslog write something before it.
      guard let start = Self.start(in: cursor) else { return nil }
      cursor.position = start
    }
    if cursor.accept(word: "node=") {
      node = cursor.word()
      cursor.skipSpaces()
    }
    guard cursor.accept(word: "type=") else { return nil }
    kind = Self.kind(of: cursor.word())
    cursor.skipSpaces()
    _ = cursor.accept(word: "msg=")
    guard cursor.accept(word: "audit(") else { return nil }
    if let time = Self.interpretedTime(&cursor) {
      isInterpreted = true
      wall = time
    } else {
      guard let time = cursor.decimal(), let exact = Int64(exactly: time) else { return nil }
      wall = exact
    }
    guard cursor.accept(":"), let serial = cursor.number(most: .max / 16), cursor.accept(")") else { return nil }
    self.serial = serial
    cursor.skipSpaces()
    _ = cursor.accept(":")
    fields = cursor.position
  }

  /// The place of the first `type=` or `node=` after a space, near the start.
  private static func start(in line: LineCursor) -> Int? {
    for place in 0..<min(line.count, 200) where line.byte(at: place) == 0x20 {
      if line.isAt("type=", place &+ 1) || line.isAt("node=", place &+ 1) { return place &+ 1 }
    }
    return nil
  }

  private static func kind(of name: UnsafeRawBufferPointer) -> Kind {
    let cursor = LineCursor(name)
    func matches(_ word: StaticString, _ number: StaticString) -> Bool {
      (name.count == word.utf8CodeUnitCount && cursor.isAt(word))
        || (name.count == number.utf8CodeUnitCount && cursor.isAt(number))
    }
    if matches("SYSCALL", "1300") { return .syscall }
    if matches("PATH", "1302") { return .path }
    if matches("CWD", "1307") { return .cwd }
    if matches("EXECVE", "1309") { return .execve }
    if matches("PROCTITLE", "1327") { return .proctitle }
    if matches("EOE", "1320") { return .endOfEvent }
    if matches("ANOM_ABEND", "1701") { return .abend }
    return .other
  }

  /// A time as `ausearch -i` writes it: a date of the locale, such as `11/30/26`, `11/30/2026` or `2026-11-30`, and
  /// the time of day. It counts as UTC.
  private static func interpretedTime(_ cursor: inout LineCursor) -> Int64? {
    let start = cursor.position
    func fail() -> Int64? {
      cursor.position = start
      return nil
    }
    guard let first = cursor.number(most: 9999) else { return fail() }
    let separator: Unicode.Scalar
    if cursor.accept("/") {
      separator = "/"
    } else if cursor.accept("-") {
      separator = "-"
    } else if cursor.isAt(".") {
      // Either a day of the month or whole seconds.
      guard first <= 31, cursor.accept("."), cursor.byte(at: cursor.position &+ 2) == UInt8(ascii: ".") else {
        return fail()
      }
      separator = "."
    } else {
      return fail()
    }
    guard let second = cursor.number(most: 99), cursor.accept(separator), let third = cursor.number(most: 9999) else {
      return fail()
    }
    var (year, month, day) = (third, first, second)
    if first > 99 {
      (year, month, day) = (first, second, third)
    } else if separator == "." || first > 12 {
      (day, month) = (first, second)
    }
    if year < 100 { year &+= 2000 }
    cursor.skipSpaces()
    let date = CivilDate(
      year: Int64(truncatingIfNeeded: year), month: Int64(truncatingIfNeeded: month),
      day: Int64(truncatingIfNeeded: day))
    guard let time = cursor.timeOfDay(), 1970...2099 ~= year, 1...12 ~= month,
      1...CivilDate.length(ofMonth: date.month, in: date.year) ~= date.day
    else { return fail() }
    let seconds = CivilTime(date: date, hour: 0, minute: 0, second: 0).secondsFromEpoch
    return seconds &* 1_000_000_000 &+ Int64(truncatingIfNeeded: time)
  }
}

/// The value of a field of a record.
struct AuditValue {
  /// Without quotes.
  var bytes: UnsafeRawBufferPointer
  var isQuoted: Bool

  /// The number of decimal digits, with or without a minus.
  func integer<Value: FixedWidthInteger>() -> Value? { Value(decimal: bytes) }

  /// A user or group: -1 and 4294967295 are none.
  var id: UInt32? {
    guard let id = UInt32(decimal: bytes), id != .max else { return nil }
    return id
  }

  /// Whether it stands for an unknown text.
  var isNull: Bool { !isQuoted && (bytes.elementsEqual("(null)".utf8) || bytes.elementsEqual("(none)".utf8)) }

  /// Lends the text: the kernel writes bytes that need it in hexadecimal, without quotes.
  func withText<Result>(isInterpreted: Bool, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    guard !isQuoted, !isInterpreted, bytes.count.isMultiple(of: 2), !bytes.isEmpty else { return body(bytes) }
    return withUnsafeTemporaryAllocation(byteCount: bytes.count / 2, alignment: 1) { text in
      for place in 0..<(bytes.count / 2) {
        guard let high = bytes[place &* 2].hexadecimalDigit, let low = bytes[place &* 2 &+ 1].hexadecimalDigit else {
          return body(bytes)
        }
        text[place] = high << 4 | low
      }
      return body(UnsafeRawBufferPointer(text))
    }
  }

  /// The text; nil for one that the kernel does not know.
  func text(isInterpreted: Bool) -> RawBytes? {
    isNull ? nil : withText(isInterpreted: isInterpreted) { RawBytes($0) }
  }
}

/// The fields of a record, one after the other.
struct AuditFields {
  private var cursor: LineCursor
  /// The name of the present field.
  private(set) var name = UnsafeRawBufferPointer(start: nil, count: 0)
  /// Up to eight bytes of the name as a little-endian number; 0 for a longer one.
  private(set) var word: UInt64 = 0
  /// Where the present value starts.
  private(set) var valueStart = 0

  init(_ line: UnsafeRawBufferPointer, from start: Int) {
    cursor = LineCursor(line)
    cursor.position = start
  }

  /// The next value; nil at the end of the record. Words without `=` are passed.
  mutating func next() -> AuditValue? {
    while true {
      // The names that auditd adds are after a group separator.
      while let byte = cursor.next, byte == 0x20 || byte == 0x1d || byte == 0x09 { cursor.position &+= 1 }
      let start = cursor.position
      var word: UInt64 = 0
      var place = start
      while let byte = cursor.byte(at: place), byte != UInt8(ascii: "="), byte != 0x20, byte != 0x1d {
        word = word &>> 8 | UInt64(byte) &<< 56
        place &+= 1
      }
      guard let end = cursor.byte(at: place) else { return nil }
      guard end == UInt8(ascii: "=") else {
        cursor.position = place &+ 1
        continue
      }
      let count = place &- start
      name = cursor.slice(start, place)
      self.word = count > 8 || count == 0 ? 0 : word &>> UInt64(truncatingIfNeeded: (8 &- count) &* 8)
      return value(from: place &+ 1)
    }
  }

  private mutating func value(from start: Int) -> AuditValue {
    valueStart = start
    if let quote = cursor.byte(at: start), quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
      var place = start &+ 1
      while let byte = cursor.byte(at: place), byte != quote { place &+= 1 }
      cursor.position = place &+ 1
      return AuditValue(bytes: cursor.slice(start &+ 1, place), isQuoted: true)
    }
    var place = start
    while let byte = cursor.byte(at: place), byte != 0x20, byte != 0x1d { place &+= 1 }
    cursor.position = place
    return AuditValue(bytes: cursor.slice(start, place), isQuoted: false)
  }

  /// The present value up to a place, for values with spaces of an interpreted log; then goes on there.
  mutating func value(upTo end: Int) -> UnsafeRawBufferPointer {
    cursor.position = max(end, cursor.position)
    return cursor.slice(valueStart, end)
  }

  /// The place of ` aN=` after the present value, or of the end.
  func place(ofArgument number: UInt64) -> Int {
    var place = valueStart
    while let space = cursor.place(of: " ", from: place) {
      var probe = cursor
      probe.position = space &+ 1
      if probe.accept("a"), probe.number(most: .max / 16) == number, probe.accept("=") { return space }
      place = space &+ 1
    }
    return cursor.count
  }
}
