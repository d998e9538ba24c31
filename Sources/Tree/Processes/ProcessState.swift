public import Events

/// Whether a process runs, and if not, how it exited.
public enum ProcessState: Sendable, Hashable {
  /// It has not exited, as far as is known.
  case running
  /// It has exited in this way.
  case exited(ProcessEnd)
}

/// How a process exited.
public struct ProcessEnd: Sendable, Hashable {
  /// When, in nanoseconds since boot. If the exit was lost, this is the latest possible time: when another process got
  /// its pid, or when a census did not list it.
  public var time: UInt64
  /// Its exit status; nil where the exit was lost.
  public var status: ExitStatus?
  /// Its resource usage; nil where it is unknown, as where the exit was lost.
  public var usage: ResourceUsage?
  /// What sent the signal that ended it; nil without a signal, and where unknown.
  public var killer: Killer?

  /// An exit; leave both status and usage nil where it was lost.
  public init(time: UInt64, status: ExitStatus?, usage: ResourceUsage?, killer: Killer? = nil) {
    self.time = time
    self.status = status
    self.usage = usage
    self.killer = killer
  }
}

/// An execve that returned an error.
public struct ExecFailure: Sendable, Hashable {
  /// When, in nanoseconds since boot.
  public var time: UInt64 { image.time }
  /// The errno, positive: `ENOENT` is 2.
  public var errno: Int32
  /// The program of the exec; its `exe` and `interpreter` are not known.
  public var image: ProcessImage

  /// A failure; `image` is the program of the exec.
  public init(errno: Int32, image: ProcessImage) {
    self.errno = errno
    self.image = image
  }
}

/// Data of a process that is missing, because events were lost or processes forgotten.
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

  /// Exited ancestors were forgotten, because a chain of them took all memory for processes; or the first of many
  /// parents that adopted it.
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
