/// Finds secrets in a block of arguments or variables. The buffers stay for the next block.
struct SecretScan: Sendable {
  /// The ranges of the block that are secrets: in order, none overlaps another.
  private(set) var found: [Range<Int>] = []

  /// The arguments of a program, each closed by NUL.
  /// - Parameters:
  ///   - isTitle: whether the block is a text that the process wrote over its arguments.
  ///   - isCut: whether the last argument is not whole.
  mutating func scan(arguments: some Collection<UInt8>, isTitle: Bool, isCut: Bool) {
    scan(arguments) { text, scan in
      var words = CommandWords()
      var start = 0
      while start < text.count {
        let end = Self.end(of: text, from: start)
        let isLast = end &+ 1 >= text.count
        if isTitle {
          scan.scan(text: text, start..<end, isScript: true, afterHeader: false, isCut: isCut && isLast)
          scan.scanWords(of: text, start..<end, isWhole: true)
          start = end &+ 1
          continue
        }
        let role = words.next(text, start..<end, isLast: isLast, into: &scan.found)
        if role != .secret {
          let isScript = role == .script
          scan.scan(
            text: text, start..<end, isScript: isScript, afterHeader: role == .header, isCut: isCut && isLast)
          if Self.hasBlank(text, start..<end) { scan.scanWords(of: text, start..<end, isWhole: isScript) }
        }
        start = end &+ 1
      }
    }
  }

  /// The variables of an environment, each closed by NUL.
  mutating func scan(environment: some Collection<UInt8>, isCut: Bool) {
    scan(environment) { text, scan in
      var start = 0
      while start < text.count {
        let end = Self.end(of: text, from: start)
        scan.scan(
          text: text, start..<end, isScript: false, afterHeader: false, isCut: isCut && end &+ 1 >= text.count)
        start = end &+ 1
      }
    }
  }

  private mutating func scan(
    _ block: some Collection<UInt8>, _ body: (UnsafeBufferPointer<UInt8>, inout SecretScan) -> Void
  ) {
    found.removeAll(keepingCapacity: true)
    let done: Void? = block.withContiguousStorageIfAvailable { body($0, &self) }
    if done == nil { Array(block).withUnsafeBufferPointer { body($0, &self) } }
    if found.count > 1 { join() }
  }

  /// Sorts the ranges, and joins those that overlap.
  private mutating func join() {
    found.sort { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }
    var joined: [Range<Int>] = [found[0]]
    for range in found.dropFirst() {
      let last = joined[joined.count &- 1]
      if range.lowerBound < last.upperBound {
        joined[joined.count &- 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
      } else {
        joined.append(range)
      }
    }
    found = joined
  }

  private static func end(of text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    var end = start
    while end < text.count, text[end] != 0 { end &+= 1 }
    return end
  }

  static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0 }

  private static func hasBlank(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Bool {
    for index in range where isBlank(text[index]) { return true }
    return false
  }

  /// The words of a command line within one text: a script, or a title.
  /// - Parameter isWhole: whether the text is a command line, and not only one in which some may stand.
  private mutating func scanWords(of text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, isWhole: Bool) {
    var words = CommandWords(isNested: true, mayHaveClients: isWhole)
    var position = range.lowerBound
    while position < range.upperBound {
      while position < range.upperBound, Self.isBlank(text[position]) { position &+= 1 }
      guard position < range.upperBound else { return }
      let start = position
      let quote = text[start]
      if quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") {
        position &+= 1
        while position < range.upperBound, text[position] != quote { position &+= 1 }
        _ = words.next(text, (start &+ 1)..<position, isLast: false, into: &found)
        position &+= 1
        continue
      }
      var opened: UInt8 = 0
      while position < range.upperBound, opened != 0 || !Self.isBlank(text[position]) {
        let byte = text[position]
        if opened != 0 {
          if byte == opened { opened = 0 }
        } else if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
          opened = byte
        } else if byte == UInt8(ascii: ";") || byte == UInt8(ascii: "|") || byte == UInt8(ascii: "&")
          || byte == UInt8(ascii: "(") || byte == UInt8(ascii: ")")
        {
          break
        }
        position &+= 1
      }
      if position > start { _ = words.next(text, start..<min(position, range.upperBound), isLast: false, into: &found) }
      if position < range.upperBound, !Self.isBlank(text[position]) {
        words = CommandWords(isNested: true, mayHaveClients: isWhole)
        position &+= 1
      }
    }
  }

  /// What looks like a secret wherever it is in a text: names with values, URLs, headers, and known tokens.
  private mutating func scan(
    text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, isScript: Bool, afterHeader: Bool, isCut: Bool
  ) {
    let end = range.upperBound
    var places = SecretPlaces(text, range, isScript: isScript, afterHeader: afterHeader)
    var index = range.lowerBound
    var isInWord = false
    while index < end {
      let byte = text[index]
      var next = index &+ 1
      if byte == UInt8(ascii: "=") {
        if let value = places.assigned(at: index) {
          found.append(value)
          next = value.upperBound
        }
        isInWord = false
      } else if byte == UInt8(ascii: ":") {
        if let value = places.behindColon(at: index) {
          found.append(value)
          next = value.upperBound
        }
        isInWord = false
      } else if !isInWord, SecretToken.mayBegin(with: byte),
        let secret = SecretToken.secret(text, at: index, end: end, isCut: isCut)
      {
        found.append(secret)
        next = secret.upperBound
        isInWord = false
      } else {
        isInWord = SecretName.isAlphanumeric(byte)
      }
      index = next
    }
  }
}
