/// The names of one program. A build runs the same compiler a thousand times from the same directory; its names are
/// stored once.
public final class ProgramNames: Hashable, Sendable {
  /// The file as the caller of the exec wrote it (`bprm->filename`); empty where unknown.
  public let file: RawBytes
  /// The path of the executed program, through mounts; for a script that of its interpreter. Empty where unknown.
  public let exe: RawBytes
  /// The interpreter that a script names (`bprm->interp` where that differs from `file`); nil for other programs.
  public let interpreter: RawBytes?
  /// The working directory; empty where unknown.
  public let cwd: RawBytes

  /// Names; empty where unknown.
  public init(file: RawBytes = "", exe: RawBytes = "", interpreter: RawBytes? = nil, cwd: RawBytes = "") {
    self.file = file
    self.exe = exe
    self.interpreter = interpreter
    self.cwd = cwd
  }

  public static func == (a: ProgramNames, b: ProgramNames) -> Bool {
    a === b || (a.file == b.file && a.exe == b.exe && a.interpreter == b.interpreter && a.cwd == b.cwd)
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(file)
    hasher.combine(exe)
    hasher.combine(cwd)
  }
}
