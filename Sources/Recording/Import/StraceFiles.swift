internal import Files
internal import Glibc

/// The files that `strace -ff -o PREFIX` wrote: one for each thread, named by its pid. They are one trace.
public struct StraceFiles: Sendable {
  /// One of the files.
  struct Member: Sendable {
    var path: [UInt8]
    var pid: Int32
    /// In bytes.
    var size: Int
    /// The time of its first line; `none` where no line has one.
    var time: StraceLine.Time
  }

  /// What the names have in common, without the dot.
  public let prefix: [UInt8]
  /// The files, by pid.
  let members: [Member]
  /// Files of the name that are of another format, and are left out.
  let others: [[UInt8]]

  /// The most names that are read of a directory.
  private static let mostNames = 4_000_000
  /// Two heads of this many bytes tell what a file is: most tell it in the first one.
  private static let heads = [4 << 10, FormatGuess.headLength]

  /// The prefix and the pid of a name such as `build.strace.7`, also with `.gz` or `.zst`; nil for another name.
  static func split(_ path: [UInt8]) -> (prefix: [UInt8], pid: Int32)? {
    var path = path[...]
    for ending in [".gz", ".zst"] where path.suffix(ending.utf8.count).elementsEqual(ending.utf8) {
      path = path.dropLast(ending.utf8.count)
    }
    guard let dot = path.lastIndex(of: UInt8(ascii: ".")), dot > 0, path[dot &- 1] != UInt8(ascii: "/") else {
      return nil
    }
    let pid: Int32? = path[(dot &+ 1)...].withUnsafeBytes {
      var cursor = LineCursor($0)
      let pid = cursor.pid()
      return cursor.isAtEnd ? pid : nil
    }
    return pid.map { (Array(path[..<dot]), $0) }
  }

  /// The sets among files that a user named, each with the places of its files. Files alone of their prefix are none,
  /// nor are files whose lines are not strace's, or have a pid, as without -ff.
  public static func sets(among paths: [[UInt8]]) -> [(set: StraceFiles, places: [Int])] {
    var order: [[UInt8]] = []
    var places: [[UInt8]: [Int]] = [:]
    for (place, path) in paths.enumerated() {
      guard let (prefix, _) = split(path) else { continue }
      if places[prefix] == nil { order.append(prefix) }
      places[prefix, default: []].append(place)
    }
    return order.compactMap { prefix in
      guard let places = places[prefix], places.count > 1 else { return nil }
      var kept: [(place: Int, member: Member)] = []
      var hasLines = false
      for place in places {
        guard let pid = split(paths[place])?.pid, let found = look(at: paths[place], pid), found.likeness != .other
        else { continue }
        hasLines = hasLines || found.likeness == .strace
        kept.append((place, found.member))
      }
      guard hasLines, kept.count > 1 else { return nil }
      return (StraceFiles(prefix, kept.map(\.member), others: []), kept.map(\.place))
    }
  }

  /// The set of a prefix that a user typed in place of the names of its files (`readdir`); nil where there is none.
  public init?(prefix: [UInt8]) {
    let folder = prefix.lastIndex(of: UInt8(ascii: "/")).map { Array(prefix[...$0]) } ?? []
    guard !prefix.isEmpty, let set = Self.sets(in: folder, of: prefix).first else { return nil }
    self = set
  }

  /// The sets in a directory, by their names.
  static func sets(inDirectory path: [UInt8]) -> [StraceFiles] {
    sets(in: path.last == UInt8(ascii: "/") ? path : path + [UInt8(ascii: "/")], of: nil)
  }

  private static func sets(in folder: [UInt8], of wanted: [UInt8]?) -> [StraceFiles] {
    let name = (folder.isEmpty ? [UInt8(ascii: ".")] : folder).map { CChar(bitPattern: $0) } + [0]
    guard let directory = opendir(name) else { return [] }
    defer { closedir(directory) }
    var files: [[UInt8]: [(path: [UInt8], pid: Int32)]] = [:]
    var count = 0
    while count < mostNames, let entry = readdir(directory) {
      count &+= 1
      let path = withUnsafeBytes(of: &entry.pointee.d_name) { folder + $0.prefix { $0 != 0 } }
      guard let (prefix, pid) = split(path), wanted == nil || prefix == wanted else { continue }
      files[prefix, default: []].append((path, pid))
    }
    return files.sorted { $0.key.lexicographicallyPrecedes($1.key) }.compactMap { prefix, files in
      var members: [Member] = []
      var others: [[UInt8]] = []
      var hasLines = false
      for (path, pid) in files {
        guard let found = look(at: path, pid) else { continue }
        if found.likeness == .other {
          others.append(path)
        } else {
          hasLines = hasLines || found.likeness == .strace
          members.append(found.member)
        }
      }
      return hasLines ? StraceFiles(prefix, members, others: others) : nil
    }
  }

  private init(_ prefix: [UInt8], _ members: [Member], others: [[UInt8]]) {
    self.prefix = prefix
    // A file and its compressed copy have the same pid: one is enough.
    var (seen, kept, others) = (Set<Int32>(), [Member](), others)
    for member in members.sorted(by: { ($0.pid, $0.path.count) < ($1.pid, $1.path.count) }) {
      if seen.insert(member.pid).inserted { kept.append(member) } else { others.append(member.path) }
    }
    self.members = kept
    self.others = others
  }

  private enum Likeness {
    case strace
    /// It is empty, or has text of no format.
    case unknown
    case other
  }

  /// Looks at the first lines of a file; nil where it is no regular file, or cannot be read.
  private static func look(at path: [UInt8], _ pid: Int32) -> (likeness: Likeness, member: Member)? {
    var facts = stat()
    let name = path.map { CChar(bitPattern: $0) } + [0]
    guard stat(name, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else { return nil }
    var member = Member(path: path, pid: pid, size: Int(facts.st_size), time: .none)
    for length in heads {
      guard let head = StraceFile.head(of: path, count: length) else { return nil }
      if head.isEmpty { return (.unknown, member) }
      let lines = head.split(separator: 0x0a)
      for line in lines {
        let (likeness, start) = line.withUnsafeBytes { (StraceImporter.likeness(of: $0), StraceLine($0)) }
        // The end of a line may be missing, and the time stands first.
        if case .none = member.time, start.thread == nil { member.time = start.absolute }
        if likeness >= FormatGuess.sure { return (start.thread == nil ? .strace : .other, member) }
      }
      guard head.count < length || length == heads.last else { continue }
      let likely = lines.map { $0.withUnsafeBytes { StraceImporter.likeness(of: $0) } }.max() ?? 0
      if likely >= FormatGuess.likely { return (.strace, member) }
      let isText = !head.contains(0) && head.first { $0 > 0x20 } != UInt8(ascii: "{")
      if case .own? = FormatGuess(head, isWhole: true), isText { return (.unknown, member) }
      return (.other, member)
    }
    return (.other, member)
  }
}
