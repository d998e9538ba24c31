internal import CLinux
internal import Glibc

/// A process that the user names by its pid, held so that another one that gets the number is not taken for it.
public final class HeldProcess {
  /// Why there is nothing to trace under a pid.
  public enum Fault: Error, Equatable, CustomStringConvertible {
    case doesNotExist
    /// It has ended, and its parent has not asked for its status yet.
    case hasEnded
    /// The number of a thread that is not its process's first.
    case isThread(of: Int32?)
    /// The kernel does not say.
    case unknown(errno: Int32)

    public var description: String {
      switch self {
      case .doesNotExist: "there is no such process"
      case .hasEnded: "the process has ended"
      case .isThread(.some(let pid)): "this is a thread of process \(pid); give that"
      case .isThread(nil): "this is a thread; give the pid of its process"
      case .unknown(let errno): "cannot look at the process: \(String(cString: strerror(errno)))"
      }
    }
  }

  public let pid: Int32
  private let descriptor: Int32

  /// - Parameter pid: as it is in the PID namespace of this program.
  public init(pid: Int32) throws(Fault) {
    guard pid > 0 else { throw .doesNotExist }
    let descriptor = lnx_open_process(pid)
    guard descriptor >= 0 else {
      // The error for a thread became another one with Linux 6.9.
      switch 0 &- descriptor {
      case ESRCH: throw .doesNotExist
      case EINVAL, ENOENT: throw .isThread(of: Self.process(ofThread: pid))
      default: throw .unknown(errno: 0 &- descriptor)
      }
    }
    self.pid = pid
    self.descriptor = descriptor
    if hasEnded { throw .hasEnded }
  }

  deinit { close(descriptor) }

  /// Whether all of its threads have ended.
  public var hasEnded: Bool {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&entry, 1, 0) > 0
  }

  private static func process(ofThread thread: Int32) -> Int32? {
    ProcFiles(pid: thread)?.number("Tgid:").flatMap(Int32.init(exactly:))
  }
}
