/// The names of one program: a build runs the same compiler a thousand times from the same directory, and its names are
/// kept once.
public final class ProgramNames: Hashable, Sendable {
  /// The file that was asked for, as the caller wrote it (`bprm->filename`); empty where not known.
  public let file: RawBytes
  /// The path of the program really run, through mounts; for a script its interpreter. Empty where not known.
  public let exe: RawBytes
  /// For a script, the interpreter named in it (`bprm->interp` where that differs from `file`); else nil.
  public let interpreter: RawBytes?
  /// The working directory; empty where not known.
  public let cwd: RawBytes

  /// Names; empty where not known.
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
