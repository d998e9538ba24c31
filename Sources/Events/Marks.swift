/// Flags of a record, such as setuid, deleted, cut or incomplete. Nothing is silently cut, lost or guessed.
public struct Marks: OptionSet, Hashable, Sendable {
  public let rawValue: UInt32
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// A part of argv was left out; `StringVector.trueLength` has its full length.
  public static let argvCut = Marks(rawValue: 1 << 0)
  /// Argv, or a string of it, could not be read.
  public static let argvUnreadable = Marks(rawValue: 1 << 1)
  /// A part of the environment was left out.
  public static let envCut = Marks(rawValue: 1 << 2)
  /// The environment could not be read.
  public static let envUnreadable = Marks(rawValue: 1 << 3)
  /// The executable's path was too deep or too long to read; its end is kept.
  public static let exeCut = Marks(rawValue: 1 << 4)
  /// The working directory's path was too deep or too long to read; its end is kept.
  public static let cwdCut = Marks(rawValue: 1 << 5)
  /// The file that exec was called with was too long; its start is kept.
  public static let fileCut = Marks(rawValue: 1 << 6)
  /// The file that exec was called with could not be read.
  public static let fileUnreadable = Marks(rawValue: 1 << 7)
  /// The executable had no name at the exec (deleted, or a memfd).
  public static let exeDeleted = Marks(rawValue: 1 << 8)
  /// The executable is a memfd.
  public static let exeMemfd = Marks(rawValue: 1 << 9)
  /// The exec changed the effective user or group (setuid, setgid or file capabilities).
  public static let privilegeChanged = Marks(rawValue: 1 << 10)
  /// Arguments from /proc (the process can change them), not from the kernel at the exec.
  public static let fromProc = Marks(rawValue: 1 << 11)
  /// Known only as a parent, or its start was lost.
  public static let inferred = Marks(rawValue: 1 << 12)
  /// The working directory has no name any more (deleted).
  public static let cwdDeleted = Marks(rawValue: 1 << 13)
  /// Argv has a title: the process wrote its own text over its arguments.
  public static let title = Marks(rawValue: 1 << 14)
  /// An event of the process was lost, or its program was gone from /proc.
  public static let incomplete = Marks(rawValue: 1 << 16)
  /// /proc refused to show the executable's path.
  public static let exeUnreadable = Marks(rawValue: 1 << 17)
  /// /proc refused to show the working directory.
  public static let cwdUnreadable = Marks(rawValue: 1 << 18)

  /// Values that look like secrets were replaced in argv, in a title or in the environment.
  public static let masked = Marks(rawValue: 1 << 19)

  /// Argv is one string of another program's trace, split again: an argument with a space may be several.
  public static let reconstructed = Marks(rawValue: 1 << 20)
  /// The trace had no times: only the order of its events is known.
  public static let untimed = Marks(rawValue: 1 << 21)
  /// The format of the trace has no exits: whether the process ended is unknown.
  public static let endless = Marks(rawValue: 1 << 22)

  /// Marks that a running program can get later.
  public static let seenAgain: Marks = [.title, .exeDeleted, .cwdDeleted]

  /// The name of each mark in JSON, in the filter language and on the screen.
  public static let names: [(mark: Marks, name: String)] = [
    (.argvCut, "argv-cut"), (.argvUnreadable, "argv-unreadable"),
    (.envCut, "env-cut"), (.envUnreadable, "env-unreadable"),
    (.exeCut, "exe-cut"), (.cwdCut, "cwd-cut"), (.fileCut, "file-cut"), (.fileUnreadable, "file-unreadable"),
    (.exeDeleted, "exe-deleted"), (.exeMemfd, "exe-memfd"), (.privilegeChanged, "setuid"),
    (.fromProc, "proc"), (.inferred, "inferred"), (.incomplete, "incomplete"), (.exeUnreadable, "exe-unreadable"),
    (.cwdUnreadable, "cwd-unreadable"), (.cwdDeleted, "cwd-deleted"), (.title, "title"),
    (.masked, "masked"), (.reconstructed, "reconstructed"), (.untimed, "no-times"), (.endless, "no-exits"),
  ]
}
