/// Whether a process runs, and if not, how it ended.
public enum ProcessState: Sendable, Hashable {
  case running
  case exited(ProcessEnd)
}

/// The end of a process.
public struct ProcessEnd: Sendable, Hashable {
  /// Nanoseconds since boot. Where the exit itself was lost: when its pid was given to another process, or when it was
  /// missing among those that run, at the latest.
  public var time: UInt64
  /// Nil where the exit was lost: the end is known, its manner is not.
  public var status: ExitStatus?
  /// What it used in all; nil where the exit was lost.
  public var usage: ResourceUsage?

  /// An end; leave status and usage nil together, where the exit was lost.
  public init(time: UInt64, status: ExitStatus?, usage: ResourceUsage?) {
    self.time = time
    self.status = status
    self.usage = usage
  }
}

/// An execve that came back with an error.
public struct ExecFailure: Sendable, Hashable {
  /// When, in nanoseconds since boot.
  public var time: UInt64 { image.time }
  /// Positive: `ENOENT` is 2.
  public var errno: Int32
  /// What was asked for; its `exe` and `interpreter` are not known.
  public var image: ProcessImage

  /// A failure; `image` is what was asked for.
  public init(errno: Int32, image: ProcessImage) {
    self.errno = errno
    self.image = image
  }
}
