internal import Events

/// Sets aside what differs between two runs of the same job: pids, times, temporary names, ports, hashes, and the
/// directory of the job. docs/COMPARING.md has the rules.
struct CommandNormaliser {
  /// The pids of the recording.
  let pids: Set<Int32>
  /// The directory in which the job ran; empty where unknown.
  let directory: [UInt8]

  typealias Text = UnsafeBufferPointer<UInt8>

  /// Appends the text in its normal form. - Complexity: O(bytes).
  func append(_ text: Text, isPort: Bool = false, to result: inout [UInt8]) {
    var index = 0
    while index < text.count {
      let byte = text[index]
      if byte == UInt8(ascii: "/"), let next = path(text, at: index, to: &result) {
        index = next
      } else if Self.isAlphanumeric(byte) {
        index = run(text, from: index, isPort: isPort, to: &result)
      } else {
        result.append(byte)
        index &+= 1
      }
    }
  }

  // MARK: - Paths

  private static let temporary: [StaticString] = ["/tmp/", "/var/tmp/", "/dev/shm/"]

  /// A path that begins at a slash, where it has a part to set aside.
  /// - Returns: the end of that part; nil where there is none.
  private func path(_ text: Text, at start: Int, to result: inout [UInt8]) -> Int? {
    if start > 0, Self.isInPath(text[start &- 1]), !Self.isOptionLetter(text, start &- 1) { return nil }
    if !directory.isEmpty, directory.count <= text.count &- start, directory.count > 1 {
      let end = start &+ directory.count
      if end == text.count || !Self.isInName(text[end]),
        directory.indices.allSatisfy({ text[start &+ $0] == directory[$0] })
      {
        result.append(contentsOf: "<dir>".utf8)
        return end
      }
    }
    for prefix in Self.temporary where Self.isHere(prefix, text, start) {
      prefix.withUTF8Buffer { result.append(contentsOf: $0) }
      return component(text, from: start &+ prefix.utf8CodeUnitCount, to: &result)
    }
    for prefix in ["/proc/", "/dev/pts/", "/dev/fd/"] as [StaticString] where Self.isHere(prefix, text, start) {
      var end = start &+ prefix.utf8CodeUnitCount
      let digits = end
      while end < text.count, Self.isDigit(text[end]) { end &+= 1 }
      guard end > digits else { return nil }
      prefix.withUTF8Buffer { result.append(contentsOf: $0) }
      result.append(contentsOf: "<number>".utf8)
      return end
    }
    return nil
  }

  /// Whether a byte is the letter of an option whose value follows at once: `-I/usr/include`.
  private static func isOptionLetter(_ text: Text, _ index: Int) -> Bool {
    guard index > 0, isAlphanumeric(text[index]), text[index &- 1] == UInt8(ascii: "-") else { return false }
    return index == 1 || text[index &- 2] == UInt8(ascii: " ")
  }

  /// The name below a directory for temporary files: its runs that look random, or that are as long as mktemp makes
  /// them, are set aside.
  private func component(_ text: Text, from start: Int, to result: inout [UInt8]) -> Int {
    var index = start
    var isAfterSeparator = false
    while index < text.count, text[index] != UInt8(ascii: "/"), Self.isInName(text[index]) {
      guard Self.isAlphanumeric(text[index]) else {
        result.append(text[index])
        isAfterSeparator = true
        index &+= 1
        continue
      }
      let end = Self.endOfRun(text, from: index)
      let count = end &- index
      let isCompilers = count == 8 && index == start && Self.isHere("cc", text, index)
      let isTemplate = isAfterSeparator && (count == 6 || count == 8 || count == 10)
      if isCompilers || isTemplate || count >= 6 && Self.isMixed(text, index..<end) {
        result.append(contentsOf: "<tmp>".utf8)
      } else if Self.isDigit(text[index]) {
        // A number of a name for temporary files is a pid, or counts something.
        result.append(contentsOf: "<number>".utf8)
      } else {
        result.append(contentsOf: text[index..<end])
      }
      isAfterSeparator = false
      index = end
    }
    return index
  }

  // MARK: - Runs of letters and digits

  /// - Returns: the end of the run.
  private func run(_ text: Text, from start: Int, isPort: Bool, to result: inout [UInt8]) -> Int {
    if let end = Self.endOfIdentifier(text, from: start) {
      result.append(contentsOf: "<uuid>".utf8)
      return end
    }
    if let end = Self.endOfTime(text, from: start) {
      result.append(contentsOf: "<time>".utf8)
      return end
    }
    let end = Self.endOfRun(text, from: start)
    let count = end &- start
    var digits = 0
    var isHexadecimal = true
    for index in start..<end {
      if Self.isDigit(text[index]) { digits &+= 1 } else if !Self.isHexadecimal(text[index]) { isHexadecimal = false }
    }
    if isHexadecimal, digits > 0, count >= 7 {
      result.append(contentsOf: "<hash>".utf8)
    } else if digits == count, let number = Self.number(text, start..<end),
      isSetAside(number, text, start..<end, isPort)
    {
      result.append(contentsOf: "<number>".utf8)
    } else if count >= 9, Self.isHere("tmp", text, start), Self.isMixed(text, (start &+ 3)..<end) {
      result.append(contentsOf: "<tmp>".utf8)
    } else if count == 3, Self.isHere("tmp.", text, start), Self.endOfRun(text, from: start &+ 4) &- start >= 10 {
      result.append(contentsOf: "<tmp>".utf8)
      return Self.endOfRun(text, from: start &+ 4)
    } else if count > 6, Self.isHere("GMfifo", text, start) {
      result.append(contentsOf: "<tmp>".utf8)
    } else {
      result.append(contentsOf: text[start..<end])
    }
    return end
  }

  /// Whether a number is a pid of the recording or a port.
  private func isSetAside(_ number: Int32, _ text: Text, _ range: Range<Int>, _ isPort: Bool) -> Bool {
    if range.count >= 2, pids.contains(number) { return true }
    guard number >= 1024, number <= 65_535 else { return false }
    if isPort, range == 0..<text.count { return true }
    guard range.lowerBound > 1 else { return false }
    let before = text[range.lowerBound &- 1]
    let previous = text[range.lowerBound &- 2]
    if before == UInt8(ascii: ":") { return Self.isAlphanumeric(previous) || previous == UInt8(ascii: "]") }
    return before == UInt8(ascii: "=") && previous | 0x20 == UInt8(ascii: "t")
      && Self.endsWithPort(text, range.lowerBound &- 1)
  }

  private static func endsWithPort(_ text: Text, _ end: Int) -> Bool {
    guard end >= 4 else { return false }
    return zip(end &- 4..<end, "port".utf8).allSatisfy { text[$0] | 0x20 == $1 }
  }

  /// Whether an argument announces a port: `--port`.
  static func announcesPort(_ text: Text) -> Bool {
    text.first == UInt8(ascii: "-") && endsWithPort(text, text.count)
  }

  private static func number(_ text: Text, _ range: Range<Int>) -> Int32? {
    guard range.count <= 7 else { return nil }
    var value: Int32 = 0
    for index in range { value = value &* 10 &+ Int32(text[index] &- 0x30) }
    return value
  }

  /// 8-4-4-4-12 hexadecimal digits.
  private static func endOfIdentifier(_ text: Text, from start: Int) -> Int? {
    guard text.count &- start >= 36, text[start &+ 8] == UInt8(ascii: "-"), text[start &+ 13] == UInt8(ascii: "-")
    else {
      return nil
    }
    for index in 0..<36 {
      let isDash = index == 8 || index == 13 || index == 18 || index == 23
      let byte = text[start &+ index]
      guard isDash ? byte == UInt8(ascii: "-") : isHexadecimal(byte) else { return nil }
    }
    let end = start &+ 36
    return end < text.count && isAlphanumeric(text[end]) ? nil : end
  }

  /// `2026-11-30`, `2026-11-30T12:34:56.789Z`, `12:34`, `12:34:56`.
  private static func endOfTime(_ text: Text, from start: Int) -> Int? {
    func digits(_ count: Int, at index: Int) -> Bool {
      guard index &+ count <= text.count else { return false }
      for place in index..<index &+ count where !isDigit(text[place]) { return false }
      return index &+ count == text.count || !isDigit(text[index &+ count])
    }
    func has(_ byte: UInt8, at index: Int) -> Bool { index < text.count && text[index] == byte }
    let dash = UInt8(ascii: "-"), colon = UInt8(ascii: ":")
    var end = start
    if digits(4, at: start), has(dash, at: start &+ 4), digits(2, at: start &+ 5), has(dash, at: start &+ 7) {
      // The day may have the time after it at once: `30T12`.
      guard start &+ 10 <= text.count, isDigit(text[start &+ 8]), isDigit(text[start &+ 9]) else { return nil }
      end = start &+ 10
      guard has(UInt8(ascii: "T"), at: end) || has(UInt8(ascii: " "), at: end) || has(UInt8(ascii: "_"), at: end) else {
        return end < text.count && isAlphanumeric(text[end]) ? nil : end
      }
      guard let time = endOfClock(text, from: end &+ 1, digits: digits, has: has) else { return end }
      return time
    }
    guard start == 0 || text[start &- 1] != colon else { return nil }
    return endOfClock(text, from: start, digits: digits, has: has)
  }

  private static func endOfClock(
    _ text: Text, from start: Int, digits: (Int, Int) -> Bool, has: (UInt8, Int) -> Bool
  ) -> Int? {
    let colon = UInt8(ascii: ":")
    guard digits(2, start), has(colon, start &+ 2), digits(2, start &+ 3), text[start] <= UInt8(ascii: "2"),
      text[start &+ 3] <= UInt8(ascii: "5")
    else { return nil }
    var end = start &+ 5
    if has(colon, end), digits(2, end &+ 1) { end &+= 3 }
    if has(UInt8(ascii: "."), end) {
      var fraction = end &+ 1
      while fraction < text.count, isDigit(text[fraction]) { fraction &+= 1 }
      if fraction > end &+ 1 { end = fraction }
    }
    if has(UInt8(ascii: "Z"), end) { end &+= 1 }
    return end < text.count && isAlphanumeric(text[end]) ? nil : end
  }

  // MARK: - Bytes

  private static func endOfRun(_ text: Text, from start: Int) -> Int {
    var end = start
    while end < text.count, isAlphanumeric(text[end]) { end &+= 1 }
    return end
  }

  /// Whether a run has a digit or a capital besides small letters, as random names have and words have not.
  private static func isMixed(_ text: Text, _ range: Range<Int>) -> Bool {
    var small = false
    var other = false
    for index in range {
      if text[index] >= 0x61 { small = true } else { other = true }
    }
    return small && other
  }

  private static func isHere(_ word: StaticString, _ text: Text, _ start: Int) -> Bool {
    guard text.count &- start >= word.utf8CodeUnitCount else { return false }
    return word.withUTF8Buffer { word in
      for index in 0..<word.count where text[start &+ index] != word[index] { return false }
      return true
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    isDigit(byte) || (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a
  }
  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    isDigit(byte) || (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66
  }
  /// Whether a byte before a slash makes the slash a part of a longer path.
  private static func isInPath(_ byte: UInt8) -> Bool {
    isAlphanumeric(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
      || byte == UInt8(ascii: "/")
  }
  private static func isInName(_ byte: UInt8) -> Bool {
    isAlphanumeric(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
      || byte == UInt8(ascii: "+") || byte >= 0x80
  }
}
