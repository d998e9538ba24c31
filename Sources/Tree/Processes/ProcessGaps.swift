internal import Events

/// What is missing of a process because it was lost or forgotten.
public struct ProcessGaps: OptionSet, Hashable, Sendable {
  public let rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// The fork was lost: the first facts are taken from the parent.
  public static let fork = ProcessGaps(rawValue: 1 << 0)
  /// At least one exec was lost: programs may be missing.
  public static let exec = ProcessGaps(rawValue: 1 << 1)
  /// At least one failed exec was lost.
  public static let failedExec = ProcessGaps(rawValue: 1 << 2)
  /// The exit was lost: its time and status are not known.
  public static let exit = ProcessGaps(rawValue: 1 << 3)
  /// The program could not be read when the process was found running.
  public static let program = ProcessGaps(rawValue: 1 << 4)

  /// Exited ancestors were forgotten, since a chain of them took all memory for processes; or the first of many parents
  /// that adopted it one after the other.
  public static let parents = ProcessGaps(rawValue: 1 << 5)

  init(_ kind: LostRecord.Kind) {
    switch kind {
    case .fork: self = .fork
    case .exec: self = .exec
    case .failedExec: self = .failedExec
    case .exit: self = .exit
    }
  }
}
