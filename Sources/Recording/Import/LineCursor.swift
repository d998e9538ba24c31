internal import Events

/// Reads a line of text byte by byte, and never past its end.
struct LineCursor {
  private let bytes: UnsafeRawBufferPointer
  /// The place of the next byte.
  var position = 0

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  /// The length of the line.
  var count: Int { bytes.count }
  var isAtEnd: Bool { position >= bytes.count }
  /// The next byte; nil at the end.
  @inline(__always)
  var next: UInt8? { byte(at: position) }

  /// The byte at a place; nil outside of the line.
  @inline(__always)
  func byte(at place: Int) -> UInt8? {
    UInt(bitPattern: place) < UInt(bitPattern: bytes.count) ? bytes[place] : nil
  }

  /// The bytes of a range, as far as they are within the line.
  func slice(_ start: Int, _ end: Int) -> UnsafeRawBufferPointer {
    let end = min(max(end, 0), bytes.count)
    let start = min(max(start, 0), end)
    return UnsafeRawBufferPointer(rebasing: bytes[start..<end])
  }

  /// The bytes from here to the end.
  var tail: UnsafeRawBufferPointer { slice(position, bytes.count) }

  /// Passes a byte if it comes next.
  @inline(__always)
  mutating func accept(_ character: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: character) else { return false }
    position &+= 1
    return true
  }

  /// Passes a word if it comes next.
  @inline(__always)
  mutating func accept(word: StaticString) -> Bool {
    guard isAt(word) else { return false }
    position &+= word.utf8CodeUnitCount
    return true
  }

  /// Whether a word comes next.
  @inline(__always)
  func isAt(_ word: StaticString) -> Bool { isAt(word, position) }

  /// Whether a word is at a place.
  @inline(__always)
  func isAt(_ word: StaticString, _ place: Int) -> Bool {
    let length = word.utf8CodeUnitCount
    guard place >= 0, bytes.count &- place >= length else { return false }
    for index in 0..<length where bytes[place &+ index] != word.utf8Start[index] { return false }
    return true
  }

  /// Passes spaces and tabs.
  mutating func skipSpaces() { while let byte = next, byte == 0x20 || byte == 0x09 { position &+= 1 } }

  /// Passes what is not a space or a tab.
  /// - Returns: the bytes passed, possibly none.
  mutating func word() -> UnsafeRawBufferPointer {
    let start = position
    while let byte = next, byte != 0x20, byte != 0x09 { position &+= 1 }
    return slice(start, position)
  }

  /// A number of digits.
  /// - Returns: nil, at the same place, without digits and where it is greater than `most`.
  mutating func number(most: UInt64 = .max / 16) -> UInt64? {
    var value: UInt64 = 0
    var place = position
    while let byte = byte(at: place), 0x30...0x39 ~= byte {
      let (product, overflows) = value.multipliedReportingOverflow(by: 10)
      value = product &+ UInt64(byte &- 0x30)
      guard !overflows, value <= most else { return nil }
      place &+= 1
    }
    guard place > position else { return nil }
    position = place
    return value
  }

  /// A pid that Linux may give; nil, at the same place, for another number.
  mutating func pid() -> Int32? {
    guard let value = number(most: UInt64(ImportedProcesses.pids.upperBound)), value > 0 else { return nil }
    return Int32(truncatingIfNeeded: value)
  }

  /// A number with an optional fraction, in units of 10⁻ᵈ, where d is `digits`; later digits are dropped.
  /// - Returns: nil, at the same place, without digits and on overflow.
  mutating func decimal(digits: Int = 9, mustHaveFraction: Bool = false) -> UInt64? {
    let start = position
    var scale: UInt64 = 1
    for _ in 0..<digits { scale &*= 10 }
    guard let whole = number() else { return nil }
    let (product, overflows) = whole.multipliedReportingOverflow(by: scale)
    guard !overflows, product <= UInt64.max / 2 else {
      position = start
      return nil
    }
    var value = product
    guard next == UInt8(ascii: "."), let first = byte(at: position &+ 1), 0x30...0x39 ~= first else {
      if mustHaveFraction {
        position = start
        return nil
      }
      return value
    }
    position &+= 1
    while let byte = next, 0x30...0x39 ~= byte {
      scale /= 10
      value = value &+ UInt64(byte &- 0x30) &* scale
      position &+= 1
    }
    return value
  }

  /// A time of day, `HH:MM:SS` with an optional fraction, in nanoseconds; nil, at the same place, for other text.
  mutating func timeOfDay() -> UInt64? {
    let start = position
    func digits(_ place: Int) -> UInt64? {
      guard let tens = byte(at: place), let ones = byte(at: place &+ 1), 0x30...0x39 ~= tens, 0x30...0x39 ~= ones
      else { return nil }
      return UInt64(tens &- 0x30) &* 10 &+ UInt64(ones &- 0x30)
    }
    guard byte(at: start &+ 2) == UInt8(ascii: ":"), byte(at: start &+ 5) == UInt8(ascii: ":"),
      let hour = digits(start), hour < 24, let minute = digits(start &+ 3), minute < 60, digits(start &+ 6) != nil
    else { return nil }
    position = start &+ 6
    guard let second = decimal(), second < 61_000_000_000 else {
      position = start
      return nil
    }
    return (hour &* 3600 &+ minute &* 60) &* 1_000_000_000 &+ second
  }

  /// The place of a byte from here on; nil without one.
  func place(of character: Unicode.Scalar, from start: Int) -> Int? {
    var place = start
    let wanted = UInt8(ascii: character)
    while let byte = byte(at: place) {
      if byte == wanted { return place }
      place &+= 1
    }
    return nil
  }
}
