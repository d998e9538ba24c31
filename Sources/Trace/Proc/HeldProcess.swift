internal import CLinux
internal import Glibc

/// A process that the user gave by pid. It is held open (`pidfd_open`), so that another process with a reused pid is
/// not mistaken for it.
public final class HeldProcess {
  /// Why a pid cannot be traced.
  public enum Fault: Error, Equatable, CustomStringConvertible {
    /// No process has the pid.
    case doesNotExist
    /// The process has exited, and its parent has not read its status yet.
    case hasEnded
    /// The pid is the id of a thread that is not the first of its process; with the pid of the process, if known.
    case isThread(of: Int32?)
    /// The kernel refuses with this errno.
    case unknown(errno: Int32)

    /// One line: what is wrong, and what to do.
    public var description: String {
      switch self {
      case .doesNotExist: "there is no such process"
      case .hasEnded: "the process has exited"
      case .isThread(.some(let pid)): "this is a thread of process \(pid): give that pid"
      case .isThread(nil): "this is a thread: give the pid of its process"
      case .unknown(let errno): "cannot open the process: \(String(cString: strerror(errno)))"
      }
    }
  }

  /// The pid in the PID namespace of this program.
  public let pid: Int32
  private let descriptor: Int32

  /// Opens a process.
  /// - Parameter pid: in the PID namespace of this program.
  /// - Throws: `Fault` where the pid is not that of a running process.
  public init(pid: Int32) throws(Fault) {
    guard pid > 0 else { throw .doesNotExist }
    let descriptor = lnx_open_process(pid)
    guard descriptor >= 0 else {
      // The errno for a thread changed with Linux 6.9.
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

  /// Whether all of its threads have exited.
  public var hasEnded: Bool {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&entry, 1, 0) > 0
  }

  private static func process(ofThread thread: Int32) -> Int32? {
    ProcFiles(pid: thread)?.statusNumber("Tgid:").flatMap(Int32.init(exactly:))
  }
}
