import Glibc

/// Why a recording or a stream of events cannot be read.
public enum RecordingError: Error, Hashable, Sendable {
  /// A system call failed.
  case system(operation: String, path: String, errno: Int32)
  /// A line of the file is not an event.
  case line(path: String, JSONLineError)
  /// The file is not a recording.
  case foreign(path: String, ForeignFormat)
  /// A database cannot be read or written: what is wrong with it, and what to do. The text follows the name of the file.
  case database(path: String, String)
  /// Compressed lines cannot be decompressed: what is wrong with them, and where. The text follows the name of the file.
  case compressed(path: String, String)
}

extension RecordingError: CustomStringConvertible {
  /// One line: what is wrong, and what to do. It contains the path as the user typed it; escape it before display.
  public var description: String {
    switch self {
    case .system(_, let path, EISDIR):
      "\(Self.name(of: path)) is a directory: name the file in it that `execsnoop-top record` wrote"
    case .system(let operation, let path, EMFILE):
      "cannot \(operation) \(Self.name(of: path)): too many files are open: name fewer, or raise the limit (ulimit -n)"
    case .system(let operation, let path, let errno):
      "cannot \(operation) \(Self.name(of: path)): \(String(cString: strerror(errno)))"
    case .line(let path, let error): "\(Self.name(of: path)), \(error)"
    case .database(let path, let text), .compressed(let path, let text): "\(Self.name(of: path))\(text)"
    case .foreign(let path, let format): "\(Self.name(of: path)) \(format.what): \(format.advice)"
    }
  }

  /// What is said of a name that is not free.
  static let exists = " exists: remove it, or name another file"

  /// Whether the name of a new file is not free.
  var isOfExistingFile: Bool {
    if case .database(_, Self.exists) = self { true } else { false }
  }

  /// The path, in quotes if it is empty or blank.
  static func name(of path: String) -> String {
    path == "-" ? "standard input" : path.allSatisfy(\.isWhitespace) ? "'\(path)'" : path
  }
}

/// The format of a file that is not a recording, found from its first bytes, and how to get a recording from it.
public struct ForeignFormat: Hashable, Sendable {
  /// The format, as the rest of a sentence that starts with the name of the file, such as `is compressed by gzip`.
  public let what: String
  /// How to get a recording, such as a command.
  public let advice: String

  /// How many bytes at the start of a file are examined.
  static let headLength = 1024

  /// Finds the format; nil if the bytes look like a recording with a fault.
  /// - Parameter fault: the reader's error for the file.
  init?(of head: [UInt8], fault: JSONLineError) {
    guard
      let (what, advice) = Self.packed(head) ?? Self.wide(head) ?? Self.binary(head) ?? Self.json(head, fault)
        ?? Self.text(head)
    else { return nil }
    self.what = what
    self.advice = advice
  }

  init(_ what: String, advice: String) { (self.what, self.advice) = (what, advice) }

  /// A file that was read as a format, and has no line of it.
  init(notOf format: TraceFormat) {
    what = "has no line of \(format.title)"
    advice = "leave out --from, or name another format"
  }

  private typealias Finding = (what: String, advice: String)

  private static let record = "make a recording with `execsnoop-top record`"
  private static let formats = TraceFormat.allCases.map(\.rawValue).joined(separator: ", ")
  private static func pipe(_ command: String) -> String { "\(command) FILE | execsnoop-top tree -" }

  /// Compressed files and archives, by their signatures.
  private static func packed(_ head: [UInt8]) -> Finding? {
    let table: [(signature: [UInt8], name: String, command: String)] = [
      ([0x1f, 0x8b], "gzip", "zcat"), ([0x28, 0xb5, 0x2f, 0xfd], "zstd", "zstdcat"),
      ([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], "xz", "xzcat"), (Array("BZh".utf8), "bzip2", "bzcat"),
      ([0x04, 0x22, 0x4d, 0x18], "lz4", "lz4cat"), (Array("LZIP".utf8), "lzip", "lzip -dc"),
      ([0x1f, 0x9d], "compress", "zcat"), ([0x5d, 0x00, 0x00], "lzma", "xzcat --format=lzma"),
      ([0x50, 0x4b, 0x03, 0x04], "zip", "unzip -p"),
      ([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], "7-Zip", "7z x -so"),
    ]
    if let found = table.first(where: { head.starts(with: $0.signature) }) {
      return ("is compressed by \(found.name)", pipe(found.command))
    }
    if head.dropFirst(257).starts(with: "ustar".utf8) { return ("is a tar archive", pipe("tar -xOf")) }
    return nil
  }

  /// UTF-16 and UTF-32, by a byte order mark or by the NULs beside the first character.
  private static func wide(_ head: [UInt8]) -> Finding? {
    let marks: [(bytes: [UInt8], name: String)] = [
      ([0xff, 0xfe, 0x00, 0x00], "UTF-32"), ([0x00, 0x00, 0xfe, 0xff], "UTF-32"), ([0xff, 0xfe], "UTF-16"),
      ([0xfe, 0xff], "UTF-16"),
    ]
    var name = marks.first { head.starts(with: $0.bytes) }?.name
    if name == nil, head.count >= 4 {
      switch (head[0] == 0, head[1] == 0, head[2] == 0, head[3] == 0) {
      case (false, true, true, true): name = "UTF-32LE"
      case (true, true, true, false): name = "UTF-32BE"
      case (false, true, false, true): name = "UTF-16LE"
      case (true, false, true, false): name = "UTF-16BE"
      default: break
      }
    }
    return name.map { ("is text in \($0)", pipe("iconv -f \($0) -t UTF-8")) }
  }

  private static func binary(_ head: [UInt8]) -> Finding? {
    if head.starts(with: DatabaseReader.signature) {
      return ("is a database that comes through a pipe", "name its file instead")
    }
    let table: [(signature: String, name: String)] = [
      ("\u{7f}ELF", "an ELF program"), ("PERFILE2", "a file of `perf record`"),
      ("%PDF", "a PDF"), ("LPKSHHRH", "a systemd journal"), ("\0asm", "a WebAssembly program"),
    ]
    if let found = table.first(where: { head.starts(with: $0.signature.utf8) }) {
      return ("is \(found.name)", record)
    }
    if !head.isEmpty, head.allSatisfy({ $0 == 0 }) { return ("contains only NUL bytes", record) }
    // Control characters that text does not have.
    let isBinary = head.contains { $0 < 0x20 && ![0x09, 0x0a, 0x0c, 0x0d, 0x1b, 0x1e].contains($0) }
    return isBinary ? ("is a binary file", record) : nil
  }

  /// JSON with another layout than one object a line, or with other objects.
  private static func json(_ head: [UInt8], _ fault: JSONLineError) -> Finding? {
    var text = head[...]
    if text.starts(with: [0xef, 0xbb, 0xbf]) { text = text.dropFirst(3) }
    text = text.drop { [0x1e, 0x20, 0x09, 0x0a, 0x0d].contains($0) }
    switch text.first {
    case UInt8(ascii: "["): return ("is a JSON array, not one object a line", pipe("jq -c '.[]'"))
    case UInt8(ascii: "{"): break
    default: return nil
    }
    if text.starts(with: #"{"state":"#.utf8) || text.starts(with: #"{"processes":"#.utf8) {
      return ("is output of `execsnoop-top tree --json`, which has no events", record)
    }
    let line = text.prefix { $0 != UInt8(ascii: "\n") }
    let isOpen = line.dropFirst().allSatisfy { [0x20, 0x09, 0x0d].contains($0) } && line.count < text.count
    let isJoined = fault.message == JSONScanner.endOfLineExpected
    return isOpen || isJoined ? ("is JSON, but not one object a line", pipe("jq -c .")) : nil
  }

  private static func text(_ head: [UInt8]) -> Finding? {
    let line = head.prefix { $0 != UInt8(ascii: "\n") }
    guard line.first(where: { $0 != 0x20 && $0 != 0x09 }) != UInt8(ascii: "{") else { return nil }
    let words = line.split(separator: UInt8(ascii: " "))
    func starts(with names: String...) -> Bool {
      words.count >= names.count && zip(words, names).allSatisfy { $0.elementsEqual($1.utf8) }
    }
    if starts(with: "COMM", "PID", "PPID", "RET", "ARGS") {
      return ("is text output of `execsnoop-top log`, which has no times", record)
    }
    return ("is text of no format that is read", "\(record), or name its format with --from (\(formats))")
  }
}
