internal import Events

/// The columns of execsnoop and exitsnoop, of libbpf-tools and of bcc, as their header names them.
struct SnoopColumns {
  /// A column before the name of the process.
  enum Lead: Equatable {
    /// `TIME`, and of exitsnoop `TIME(s)` and `TIME-UTC`: the time of day.
    case ofDay
    /// `TIME(s)` of execsnoop: seconds since the tool started, with three digits.
    case seconds
    /// `UID`.
    case user
    /// `LABEL` of exitsnoop.
    case label
  }

  /// The columns before the name.
  private(set) var leads: [Lead] = []

  /// Reads a header; nil for another line.
  /// - Parameter rest: the names of the columns after `PCOMM`.
  init?(_ line: UnsafeRawBufferPointer, rest: [StaticString], secondsAreOfDay: Bool) {
    var cursor = LineCursor(line)
    while true {
      let start = cursor.position
      let word = cursor.word()
      if word.elementsEqual("PCOMM".utf8) { break }
      if word.elementsEqual("TIME".utf8) {
        leads.append(.ofDay)
      } else if word.elementsEqual("TIME(s)".utf8) {
        leads.append(secondsAreOfDay ? .ofDay : .seconds)
      } else if secondsAreOfDay, word.starts(with: "TIME-".utf8) {
        leads.append(.ofDay)
      } else if word.elementsEqual("UID".utf8) {
        leads.append(.user)
      } else if word.elementsEqual("LABEL".utf8) {
        leads.append(.label)
      } else if start == 0, word.elementsEqual("TIME(s)PCOMM".utf8) {
        // Of a version that leaves no space.
        leads.append(secondsAreOfDay ? .ofDay : .seconds)
        break
      } else {
        return nil
      }
      cursor.skipSpaces()
    }
    for name in rest {
      cursor.skipSpaces()
      guard cursor.accept(word: name) else { return nil }
    }
    cursor.skipSpaces()
    guard cursor.isAtEnd else { return nil }
  }

  /// What the columns up to the name have.
  struct Values {
    var ofDay: UInt64?
    /// In nanoseconds.
    var elapsed: UInt64?
    var uid: UInt32?
    var comm = Comm([])
  }

  /// Reads the columns up to the name, of a fixed width, so that it may have spaces.
  func values(_ cursor: inout LineCursor) -> Values? {
    var values = Values()
    for lead in leads {
      switch lead {
      case .ofDay:
        guard let time = cursor.timeOfDay() else { return nil }
        values.ofDay = time
      case .seconds:
        guard let time = Self.seconds(&cursor) else { return nil }
        values.elapsed = time
      case .user:
        guard let uid = cursor.number(most: UInt64(UInt32.max)) else { return nil }
        values.uid = UInt32(truncatingIfNeeded: uid)
      case .label:
        guard !cursor.word().isEmpty else { return nil }
      }
      cursor.skipSpaces()
    }
    let width = 16
    guard cursor.byte(at: cursor.position &+ width) == 0x20 else { return nil }
    var name = cursor.slice(cursor.position, cursor.position &+ width)
    while name.last == 0x20 { name = UnsafeRawBufferPointer(rebasing: name.dropLast()) }
    values.comm = Comm(name)
    cursor.position = cursor.position &+ width &+ 1
    return values
  }

  /// Seconds with three digits after the point: the next column may follow at once.
  private static func seconds(_ cursor: inout LineCursor) -> UInt64? {
    guard let whole = cursor.number(most: 1 << 32), cursor.accept(".") else { return nil }
    var value = whole
    for _ in 0..<3 {
      guard let digit = cursor.next, 0x30...0x39 ~= digit else { return nil }
      value = value &* 10 &+ UInt64(digit &- 0x30)
      cursor.position &+= 1
    }
    return value &* 1_000_000
  }
}
