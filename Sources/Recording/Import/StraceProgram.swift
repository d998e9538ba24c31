internal import Events

/// The arguments of an execve or execveat as strace writes them.
struct StraceProgram {
  var file: [UInt8] = []
  var comm = Comm([])
  var cwd: [UInt8] = []
  var argv: [UInt8] = []
  var environment: [UInt8]?
  var marks: Marks = []

  /// How many bytes it holds.
  var size: Int { file.count &+ argv.count &+ (environment?.count ?? 0) &+ 128 }

  /// Reads the arguments, from after the opening parenthesis to after the closing one.
  /// - Returns: nil where they do not end in this line.
  init?(_ cursor: inout LineCursor, isAt: Bool) {
    var directory: [UInt8] = []
    var hasDirectory = false
    if isAt {
      hasDirectory = !cursor.accept(word: "AT_FDCWD")
      if hasDirectory {
        let start = cursor.position
        guard cursor.number() != nil else { return nil }
        directory = Array(cursor.slice(start, cursor.position))
      }
      if cursor.accept("<"), let end = cursor.place(of: ">", from: cursor.position) {
        if !hasDirectory { cwd = Array(cursor.slice(cursor.position, end)) }
        cursor.position = end &+ 1
      }
      guard cursor.accept(word: ", ") else { return nil }
    }
    if let isCut = Self.string(&cursor, into: &file) {
      if isCut { marks.insert(.fileCut) }
      comm = Comm(ofFile: file)
    } else {
      marks.insert(.fileUnreadable)
      Self.skipNumber(&cursor)
    }
    if hasDirectory, file.first != UInt8(ascii: "/") {
      // As the kernel makes it.
      file = Array("/dev/fd/".utf8) + directory + (file.isEmpty ? [] : [UInt8(ascii: "/")] + file)
    }
    guard cursor.accept(word: ", ") else { return nil }
    if let (isCut, isUnreadable) = Self.list(&cursor, into: &argv) {
      if isCut { marks.insert(.argvCut) }
      if isUnreadable { marks.insert(.argvUnreadable) }
    } else {
      // NULL is an empty list.
      if !cursor.isAt("NULL") { marks.insert(.argvUnreadable) }
      Self.skipNumber(&cursor)
    }
    guard cursor.accept(word: ", ") else { return nil }
    var variables: [UInt8] = []
    if let (isCut, isUnreadable) = Self.list(&cursor, into: &variables) {
      environment = variables
      if isCut { marks.insert(.envCut) }
      if isUnreadable { marks.insert(.envUnreadable) }
    } else {
      Self.skipNumber(&cursor)
    }
    if isAt, cursor.accept(word: ", ") {
      while let byte = cursor.next, byte != UInt8(ascii: ")"), byte != 0x20 { cursor.position &+= 1 }
    }
    // The end is in the line of the return where the call is unfinished.
    _ = cursor.accept(")")
  }

  /// Passes what is no string and no list: an address, NULL, and a comment after it.
  private static func skipNumber(_ cursor: inout LineCursor) {
    while let byte = cursor.next, byte != UInt8(ascii: ","), byte != UInt8(ascii: ")"), byte != 0x20 {
      cursor.position &+= 1
    }
    guard cursor.isAt(" /* ") else { return }
    var place = cursor.position
    while let star = cursor.place(of: "*", from: place &+ 4) {
      if cursor.byte(at: star &+ 1) == UInt8(ascii: "/") {
        cursor.position = star &+ 2
        return
      }
      place = star &- 3
    }
  }

  /// Reads a list of strings, each closed by NUL.
  /// - Returns: whether strings were left out, and whether some could not be read; nil, at the same place, where no list
  ///   comes.
  private static func list(
    _ cursor: inout LineCursor, into block: inout [UInt8]
  ) -> (isCut: Bool, isUnreadable: Bool)? {
    guard cursor.accept("[") else { return nil }
    var (isCut, isUnreadable) = (false, false)
    while let next = cursor.next {
      if next == UInt8(ascii: "]") {
        cursor.position &+= 1
        return (isCut, isUnreadable)
      }
      if let isShort = string(&cursor, into: &block) {
        block.append(0)
        isCut = isCut || isShort
      } else if cursor.accept(word: "...") {
        isCut = true
      } else {
        isUnreadable = true
        let place = cursor.position
        while let byte = cursor.next, byte != UInt8(ascii: ","), byte != UInt8(ascii: "]") { cursor.position &+= 1 }
        if cursor.position == place { break }
      }
      _ = cursor.accept(word: ", ")
    }
    return (true, isUnreadable)
  }

  /// Reads a string with the escapes of C.
  /// - Returns: whether it is cut; nil, at the same place, where no string comes.
  private static func string(_ cursor: inout LineCursor, into bytes: inout [UInt8]) -> Bool? {
    guard cursor.accept("\"") else { return nil }
    while true {
      let start = cursor.position
      while let byte = cursor.next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") { cursor.position &+= 1 }
      bytes.append(contentsOf: cursor.slice(start, cursor.position))
      guard let byte = cursor.next else { return true }
      cursor.position &+= 1
      if byte == UInt8(ascii: "\"") { return cursor.accept(word: "...") }
      // A NUL would end the string.
      if let escaped = escape(&cursor), escaped != 0 { bytes.append(escaped) }
    }
  }

  private static func escape(_ cursor: inout LineCursor) -> UInt8? {
    guard let letter = cursor.next else { return nil }
    switch letter {
    case UInt8(ascii: "0")...UInt8(ascii: "7"):
      var value: UInt8 = 0
      for _ in 0..<3 {
        guard let digit = cursor.next, 0x30...0x37 ~= digit else { break }
        value = value &<< 3 | (digit &- 0x30)
        cursor.position &+= 1
      }
      return value
    case UInt8(ascii: "x"):
      cursor.position &+= 1
      var value: UInt8 = 0
      for _ in 0..<2 {
        guard let digit = cursor.next, let number = hexadecimal(digit) else { break }
        value = value &<< 4 | number
        cursor.position &+= 1
      }
      return value
    default: break
    }
    cursor.position &+= 1
    switch letter {
    case UInt8(ascii: "n"): return 0x0a
    case UInt8(ascii: "t"): return 0x09
    case UInt8(ascii: "r"): return 0x0d
    case UInt8(ascii: "f"): return 0x0c
    case UInt8(ascii: "v"): return 0x0b
    case UInt8(ascii: "a"): return 0x07
    case UInt8(ascii: "b"): return 0x08
    case UInt8(ascii: "e"): return 0x1b
    default: return letter
    }
  }

  private static func hexadecimal(_ digit: UInt8) -> UInt8? {
    switch digit {
    case 0x30...0x39: digit &- 0x30
    case 0x61...0x66: digit &- 0x57
    case 0x41...0x46: digit &- 0x37
    default: nil
    }
  }
}
