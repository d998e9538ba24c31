/// What is known to be less than perfect about a record, field by field. Nothing is silently cut, lost or guessed.
public struct Marks: OptionSet, Hashable, Sendable {
  public let rawValue: UInt32
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// Some of argv was left out; `StringVector.trueLength` says how long it was.
  public static let argvCut = Marks(rawValue: 1 << 0)
  /// Argv, or a string of it, could not be read.
  public static let argvUnreadable = Marks(rawValue: 1 << 1)
  /// Some of the environment was left out.
  public static let envCut = Marks(rawValue: 1 << 2)
  public static let envUnreadable = Marks(rawValue: 1 << 3)
  /// The executable's path is deeper or longer than was read; what is kept is its end.
  public static let exeCut = Marks(rawValue: 1 << 4)
  public static let cwdCut = Marks(rawValue: 1 << 5)
  public static let fileCut = Marks(rawValue: 1 << 6)
  public static let fileUnreadable = Marks(rawValue: 1 << 7)
  /// The executable had no name left when it was started (deleted, or a memfd).
  public static let exeDeleted = Marks(rawValue: 1 << 8)
  /// The executable is a memfd.
  public static let exeMemfd = Marks(rawValue: 1 << 9)
  /// The exec changed the effective user or group (setuid, setgid or file capabilities).
  public static let privilegeChanged = Marks(rawValue: 1 << 10)
  /// Read from /proc, where the process itself can rewrite its arguments; not from the kernel at the exec.
  public static let fromProc = Marks(rawValue: 1 << 11)
  /// Known only because others named it as their parent, or because its beginning was lost.
  public static let inferred = Marks(rawValue: 1 << 12)
  /// The working directory had no name any more (deleted).
  public static let cwdDeleted = Marks(rawValue: 1 << 13)
  /// What stands in place of argv is a title: the process wrote a text of its own over its arguments.
  public static let title = Marks(rawValue: 1 << 14)
  /// Something about it was lost: one of its events, or its program, which /proc no longer showed.
  public static let incomplete = Marks(rawValue: 1 << 16)
  /// /proc did not let us see the executable's path, the working directory.
  public static let exeUnreadable = Marks(rawValue: 1 << 17)
  public static let cwdUnreadable = Marks(rawValue: 1 << 18)

  /// What can become true of a program while it runs.
  public static let seenAgain: Marks = [.title, .exeDeleted, .cwdDeleted]

  /// Each mark with the name it has in JSON, in the filter language and on the screen.
  public static let names: [(mark: Marks, name: String)] = [
    (.argvCut, "argv-cut"), (.argvUnreadable, "argv-unreadable"),
    (.envCut, "env-cut"), (.envUnreadable, "env-unreadable"),
    (.exeCut, "exe-cut"), (.cwdCut, "cwd-cut"), (.fileCut, "file-cut"), (.fileUnreadable, "file-unreadable"),
    (.exeDeleted, "exe-deleted"), (.exeMemfd, "exe-memfd"), (.privilegeChanged, "setuid"),
    (.fromProc, "proc"), (.inferred, "inferred"), (.incomplete, "incomplete"), (.exeUnreadable, "exe-unreadable"),
    (.cwdUnreadable, "cwd-unreadable"), (.cwdDeleted, "cwd-deleted"), (.title, "title"),
  ]
}
