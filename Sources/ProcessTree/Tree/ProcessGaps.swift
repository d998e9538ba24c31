/// What is missing of a process because it was lost, or forgotten.
public struct ProcessGaps: OptionSet, Hashable, Sendable {
  public let rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Its fork: what it was at its beginning is taken from its parent.
  public static let fork = ProcessGaps(rawValue: 1 << 0)
  /// An exec or more: programs may be missing among those it ran.
  public static let exec = ProcessGaps(rawValue: 1 << 1)
  /// An exec that failed, or more.
  public static let failedExec = ProcessGaps(rawValue: 1 << 2)
  /// Its exit: when and how it ended.
  public static let exit = ProcessGaps(rawValue: 1 << 3)
  /// The program it ran when it was found running.
  public static let program = ProcessGaps(rawValue: 1 << 4)

  /// Parents of it that had ended: processes above it that were forgotten, since a chain of such took all the memory
  /// that there is for processes; or the first of a great many that took it over one after the other.
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
