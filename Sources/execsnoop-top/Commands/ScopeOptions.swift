import ArgumentParser
import Glibc
import Trace

/// Which processes to trace: the kernel side leaves the others out.
struct ScopeOptions: ParsableArguments {
  @Option(
    name: .customLong("pid"),
    help: ArgumentHelp("Trace only this process and all below it; may be given several times.", valueName: "pid"))
  var pids: [Int32] = []

  @Option(name: .customLong("uid"), help: ArgumentHelp("Trace only processes of this user.", valueName: "user"))
  var user: String?

  @Option(
    name: .customLong("cgroup"),
    help: ArgumentHelp("Trace only processes in this cgroup (version 2) and below it.", valueName: "path"))
  var cgroup: String?

  mutating func validate() throws { _ = try scope() }

  /// What they come to.
  /// - Throws: `ValidationError` for what does not exist.
  func scope() throws -> TraceScope {
    var scope = TraceScope()
    for pid in pids {
      guard pid > 0, kill(pid, 0) == 0 || errno == EPERM else {
        throw ValidationError("--pid \(pid): there is no such process")
      }
    }
    scope.isOfProcesses = !pids.isEmpty
    if let user {
      guard let uid = Self.uid(of: user) else { throw ValidationError("--uid \(user.orQuotes): there is no such user") }
      scope.uid = uid
    }
    if let cgroup {
      guard let found = CgroupLocation(path: cgroup) else {
        throw ValidationError(
          "--cgroup \(cgroup.orQuotes): there is no such cgroup; /proc/PID/cgroup has a process's, in the line that begins 0::"
        )
      }
      scope.cgroup = found
    }
    return scope
  }

  /// A user's number, by number or by name (`getpwnam`).
  static func uid(of user: String) -> UInt32? {
    if let number = UInt32(user) { return number }
    return getpwnam(user).map { $0.pointee.pw_uid }
  }
}
