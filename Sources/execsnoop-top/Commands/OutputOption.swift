import ArgumentParser
import Files
import Glibc
import TUI
import Terminal

/// Where a command prints its lines: a file in place of standard output, which a traced command shares.
struct OutputOption: ParsableArguments {
  @Option(
    name: [.customShort("o"), .customLong("output-file")],
    help: ArgumentHelp("Print to this new file instead of standard output.", valueName: "new-file"))
  var path: String?

  mutating func validate() throws {
    if path?.isEmpty == true { throw ValidationError("-o is empty: name a file, or remove it to print") }
  }

  /// Whether the lines and the output of a traced command are one stream.
  var isShared: Bool { path == nil }

  /// What the end of its reader ends the program: standard output, or nothing.
  var watched: Int32 { isShared ? STDOUT_FILENO : -1 }

  /// Opens the file, as the present user: call it once privileges are dropped. Without one, checks standard output.
  ///
  /// A regular file must be new: a trace cannot be made again, so none is lost by a name that was used before. A FIFO or
  /// a character device, such as /dev/null, is written to. No link is followed.
  /// - Throws: `Failure`.
  func open() throws {
    guard let path else { return try Output.check() }
    let name = Arguments.bytes(of: path) ?? Array(path.utf8)
    let file = Self.open(name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY)
    if file >= 0 { return Output.redirect(to: file, named: path) }
    guard errno == EEXIST else { throw Self.failure(path, errno) }
    try openExisting(path, name)
  }

  private func openExisting(_ path: String, _ name: [UInt8]) throws {
    var facts = stat()
    let isThere = Self.cString(name).withUnsafeBufferPointer { lstat($0.baseAddress!, &facts) } == 0
    guard isThere else { throw Self.failure(path, errno) }
    switch facts.st_mode & S_IFMT {
    case S_IFLNK:
      throw Failure("\(DisplayText(typed: path)) is a symbolic link: name the file itself")
    case S_IFDIR: throw Self.failure(path, EISDIR)
    case S_IFIFO, S_IFCHR: break
    default: throw Failure("\(DisplayText(typed: path)) exists: remove it, or name another file")
    }
    // Waits for the reader of a FIFO.
    let file = SignalWait.endable { Self.open(name, O_WRONLY | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY) }
    guard file >= 0 else { throw Self.failure(path, errno) }
    var opened = stat()
    guard fstat(file, &opened) == 0, opened.st_dev == facts.st_dev, opened.st_ino == facts.st_ino else {
      close(file)
      throw Failure("\(DisplayText(typed: path)) was replaced while it was opened")
    }
    Output.redirect(to: file, named: path)
  }

  private static func open(_ name: [UInt8], _ flags: Int32) -> Int32 {
    cString(name).withUnsafeBufferPointer { Glibc.open($0.baseAddress!, flags, 0o600) }
  }

  private static func cString(_ bytes: [UInt8]) -> [CChar] { bytes.map { CChar(bitPattern: $0) } + [0] }

  private static func failure(_ path: String, _ error: Int32) -> Failure {
    Failure("cannot create \(DisplayText(typed: path)): \(DisplayText(errno: error))")
  }
}

/// Whether lines are coloured, as `ls --color` has it.
struct ColorOption: ParsableArguments {
  enum Choice: String, CaseIterable, ExpressibleByArgument {
    case auto, always, never
  }

  @Option(
    name: [.customLong("color"), .customLong("colour")],
    help: ArgumentHelp("Colours: auto (on a terminal, unless NO_COLOR is set), always or never.", valueName: "when"))
  var color: Choice = .auto

  /// Whether output to a descriptor is coloured.
  func isColored(_ descriptor: Int32) -> Bool {
    switch color {
    case .always: true
    case .never: false
    case .auto: isatty(descriptor) == 1 && !OutputSettings.colorIsRefused
    }
  }

  /// What the view is told; nil lets NO_COLOR decide.
  var wanted: Bool? { color == .auto ? nil : color == .always }
}
