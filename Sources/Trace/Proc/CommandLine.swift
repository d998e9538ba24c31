internal import Events

/// The contents of /proc/PID/cmdline: the arguments of a process, or the title that it wrote over them.
///
/// The file shows memory of the process, and programs write titles there: followed by zeros up to the end of the old
/// arguments (nginx, PostgreSQL, setproctitle), continued into the environment (OpenSSH), or in other memory
/// (`PR_SET_MM`, systemd). The file alone cannot tell zeros from empty arguments; `init(_:at:exe:comm:)` decides with
/// more facts.
struct CommandLine: Equatable {
  /// The arguments; a title is the only one.
  let argv: StringVector
  /// Whether the process wrote a title.
  let isTitle: Bool
  /// Whether the title continues into the environment's memory.
  let coversEnvironment: Bool

  /// The addresses of the arguments and the environment of a process (/proc/PID/stat).
  struct Place: Equatable {
    let stack: UInt64
    let arguments: Range<UInt64>
    let environment: UInt64

    /// Nil if the kernel hides the addresses from this reader: the numbers are 0 then.
    init?(stack: UInt64, start: UInt64, end: UInt64, environment: UInt64) {
      guard start > 0, start < end else { return nil }
      self.stack = stack
      arguments = start..<end
      self.environment = environment
    }

    /// Whether they were moved. An exec puts arguments above the stack, and the environment right after them; prctl(2)
    /// puts them elsewhere.
    var isMoved: Bool { arguments.upperBound != environment || (stack > 0 && arguments.lowerBound < stack) }
  }

  /// More empty arguments at the end than this are zeros after a title: no real command line has that number of them.
  static let mostEmptyArguments = 8

  /// Decides whether the bytes are arguments or a title.
  /// - Parameters:
  ///   - bytes: the contents of /proc/PID/cmdline.
  ///   - exe: the path of the program; empty where unknown.
  init(_ bytes: [UInt8], at place: Place?, exe: [UInt8], comm: Comm) {
    let isOther = place.map { $0.isMoved || Self.isOfTitle(bytes, in: $0.arguments) } ?? false
    let isTitle = isOther || Self.looksLikeTitle(bytes, exe: exe, comm: comm)
    self.isTitle = isTitle
    coversEnvironment = isTitle && place.map { !$0.isMoved && bytes.count > $0.arguments.count } ?? false
    argv = isTitle ? Self.title(bytes) : StringVector(bytes: bytes)
  }

  /// Whether the kernel showed a title by its own rule (`get_mm_cmdline` in fs/proc/base.c): where the last byte of the
  /// arguments is not NUL, it shows the text from their start to the first NUL, even beyond their end.
  private static func isOfTitle(_ bytes: [UInt8], in arguments: Range<UInt64>) -> Bool {
    guard let last = bytes.last else { return false }
    if last != 0 { return true }
    // Fewer bytes with more than one NUL are arguments that could not all be read.
    return bytes.count != arguments.count && bytes.firstIndex(of: 0) == bytes.count &- 1
  }

  /// Whether the bytes alone look like a title.
  private static func looksLikeTitle(_ bytes: [UInt8], exe: [UInt8], comm: Comm) -> Bool {
    guard let last = bytes.last else { return false }
    // Every argument ends with NUL.
    if last != 0 { return true }
    let text = bytes[..<(bytes.lastIndex { $0 != 0 }.map { $0 &+ 1 } ?? 0)]
    let empty = bytes.count &- text.count &- 1
    if text.isEmpty { return empty > 0 }
    if empty > mostEmptyArguments { return true }
    guard !text.contains(0) else { return false }
    if isName(text, of: exe, comm) { return false }
    return empty > 0 || text.contains(UInt8(ascii: " "))
  }

  /// Whether a text is the name of a program: the last part of its path, or its comm, with a dash before it for a login
  /// shell.
  private static func isName(_ text: ArraySlice<UInt8>, of exe: [UInt8], _ comm: Comm) -> Bool {
    func last(_ path: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
      path.lastIndex(of: UInt8(ascii: "/")).map { path[($0 &+ 1)...] } ?? path
    }
    var name = last(text)
    if name.first == UInt8(ascii: "-") { name.removeFirst() }
    return name.elementsEqual(last(exe[...])) || name.prefix(15).elementsEqual(comm.bytes)
  }

  /// The text without the zeros after it; zeros within it become blanks, as in ps.
  private static func title(_ bytes: [UInt8]) -> StringVector {
    guard let end = bytes.lastIndex(where: { $0 != 0 }) else { return .empty }
    return StringVector(bytes: bytes[...end].map { $0 == 0 ? UInt8(ascii: " ") : $0 } + [0])
  }
}
