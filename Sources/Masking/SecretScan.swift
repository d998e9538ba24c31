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
          scan.scan(text: text, start..<end, as: .title, isCut: isCut && isLast)
          scan.scanWords(of: text, start..<end, isWhole: true, hasVariables: false)
          start = end &+ 1
          continue
        }
        let role = words.next(text, start..<end, isLast: isLast, into: &scan.found)
        if role != .secret {
          scan.scan(text: text, start..<end, as: role.place, isCut: isCut && isLast)
          if role != .prose, Self.hasBlank(text, start..<end) {
            scan.scanWords(of: text, start..<end, isWhole: role == .script, hasVariables: true)
          }
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
        scan.scan(text: text, start..<end, as: .argument, isCut: isCut && end &+ 1 >= text.count)
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

  /// How deep a script is looked for within another one.
  private static let deepest = 4

  /// The words of a command line within one text: a script, or a title.
  /// - Parameters:
  ///   - isWhole: whether the text is a command line, and not only one in which some may stand.
  ///   - hasVariables: whether a shell will read it.
  private mutating func scanWords(
    of text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, isWhole: Bool, hasVariables: Bool, depth: Int = 0
  ) {
    func command() -> CommandWords {
      CommandWords(isNested: true, mayHaveClients: isWhole, hasVariables: hasVariables)
    }
    var words = command()
    var shell = ShellWords(text, range, isScript: isWhole)
    while let part = shell.next() {
      guard case .word(let word, let isQuoted) = part else {
        words = command()
        continue
      }
      let role = words.next(text, word, isLast: false, into: &found)
      guard isWhole, isQuoted, role != .secret, depth < Self.deepest, Self.hasBlank(text, word) else { continue }
      if role == .script || ShellWords.hasCommand(text, word) {
        scanWords(of: text, word, isWhole: true, hasVariables: hasVariables, depth: depth &+ 1)
      }
    }
  }

  /// What looks like a secret wherever it is in a text: names with values, URLs, headers, and known tokens.
  private mutating func scan(
    text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, as role: SecretPlaces.Role, isCut: Bool
  ) {
    let end = range.upperBound
    var places = SecretPlaces(text, range, as: role)
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
