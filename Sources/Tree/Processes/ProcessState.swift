public import Events

/// Whether a process runs, and if not, how it exited.
public enum ProcessState: Sendable, Hashable {
  /// It has not exited, as far as is known.
  case running
  /// It has exited; with how.
  case exited(ProcessEnd)
}

/// How a process exited.
public struct ProcessEnd: Sendable, Hashable {
  /// When, in nanoseconds since boot. Where the exit was lost, the latest possible time: when its pid belonged to
  /// another process, or when the process was not among the running ones.
  public var time: UInt64
  /// Nil where the exit was lost.
  public var status: ExitStatus?
  /// Its resource usage; nil where the exit was lost.
  public var usage: ResourceUsage?

  /// An exit; leave both status and usage nil where it was lost.
  public init(time: UInt64, status: ExitStatus?, usage: ResourceUsage?) {
    self.time = time
    self.status = status
    self.usage = usage
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
