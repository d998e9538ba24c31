public import Events

/// A short name for a command, by which two runs of it are the same: the comm, and the argument that says what it does,
/// as in `git status`.
///
/// That argument is the first one if it is no option; else the first later one that is neither an option nor a path
/// (`git -C /src status`), or else the first that is no option. Of a path only the last part counts. Numbers of three
/// and more digits become `*`, since pids and ports differ from run to run. An argument in /tmp is left out.
public struct CommandLabel: Sendable, Hashable {
  /// The comm as the exec set it.
  public let comm: Comm
  /// The argument; nil for none. These bytes are hostile.
  public let argument: RawBytes?

  /// The longest argument, in bytes.
  static let longest = 64
  /// How many arguments are looked at.
  private static let looks = 16

  /// A label of its parts.
  public init(comm: Comm, argument: RawBytes? = nil) {
    self.comm = comm
    self.argument = argument
  }

  /// The label of a program. - Complexity: O(bytes of the first arguments).
  init(_ image: ProcessImage) {
    comm = image.comm
    guard !image.marks.contains(.title) else {
      argument = nil
      return
    }
    argument = image.withArgv { Self.argument(in: $0).flatMap { Self.normalised($0) } }
  }

  /// The label of a process: that of its program, or else its comm.
  init(_ record: ProcessRecord) {
    self = record.image.map { CommandLabel($0) } ?? CommandLabel(comm: record.profile.comm)
  }

  private static func argument(in argv: UnsafeBufferPointer<UInt8>) -> Slice<UnsafeBufferPointer<UInt8>>? {
    // The first word is the name of the program.
    let rest = argv[(argv.firstIndex(of: 0).map { $0 &+ 1 } ?? argv.count)...]
    let words = rest.split(separator: 0, maxSplits: looks, omittingEmptySubsequences: true).prefix(looks)
    func isOption(_ word: Slice<UnsafeBufferPointer<UInt8>>) -> Bool { word.first == UInt8(ascii: "-") }
    guard let first = words.first else { return nil }
    if !isOption(first) { return first }
    let others = words.filter { !isOption($0) }
    return others.first { !$0.contains(UInt8(ascii: "/")) && !$0.contains(UInt8(ascii: "=")) } ?? others.first
  }

  private static func normalised(_ word: Slice<UnsafeBufferPointer<UInt8>>) -> RawBytes? {
    if word.starts(with: "/tmp/".utf8) { return nil }
    let isScript = word.contains(UInt8(ascii: " "))
    let start = isScript ? nil : word.lastIndex(of: UInt8(ascii: "/")).map { $0 &+ 1 }
    var result: [UInt8] = []
    var digits = 0
    for byte in word[(start ?? word.startIndex)...].prefix(longest) {
      digits = 0x30...0x39 ~= byte ? digits &+ 1 : 0
      switch digits {
      case 0...2: result.append(byte)
      case 3:
        result.removeLast(2)
        result.append(UInt8(ascii: "*"))
      default: break
      }
    }
    return result.isEmpty ? nil : RawBytes(result)
  }
}
