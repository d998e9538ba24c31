import ArgumentParser
import Glibc
import Trace

/// Which processes to trace: the kernel side leaves the others out.
struct ScopeOptions: ParsableArguments {
  @Option(
    name: .customLong("pid"),
    help: ArgumentHelp("Trace only this process and its descendants; may be given several times.", valueName: "pid"))
  var pids: [Int32] = []

  @Option(name: .customLong("uid"), help: ArgumentHelp("Trace only processes of this user.", valueName: "user"))
  var user: String?

  @Option(
    name: .customLong("cgroup"),
    help: ArgumentHelp("Trace only processes in this cgroup (version 2) and below it.", valueName: "path"))
  var cgroup: String?

  mutating func validate() throws { _ = try scope() }

  /// The scope that they define.
  /// - Throws: `ValidationError` for a process, user or cgroup that does not exist.
  func scope() throws -> TraceScope {
    var scope = TraceScope()
    _ = try heldProcesses()
    scope.isOfProcesses = !pids.isEmpty
    if let user {
      guard let uid = Self.uid(of: user) else { throw ValidationError("--uid \(user.orQuotes): no such user") }
      scope.uid = uid
    }
    if let cgroup {
      do throws(CgroupLocation.Fault) { scope.cgroup = try CgroupLocation(cgroup) } catch {
        throw ValidationError(
          cgroup.isEmpty ? "--cgroup is empty: use / for all cgroups" : "--cgroup \(cgroup.orQuotes): \(error)")
      }
    }
    return scope
  }

  /// The processes of `--pid`, each as the pid that it has where this program runs.
  /// - Throws: `ValidationError` for one that cannot be traced.
  func heldProcesses() throws -> [HeldProcess] {
    var held: [HeldProcess] = []
    for pid in pids {
      do throws(HeldProcess.Fault) { held.append(try HeldProcess(pid: pid)) } catch {
        throw ValidationError("--pid \(pid): \(error)")
      }
    }
    return held
  }

  /// A user's number, by number or by name (`getpwnam`).
  static func uid(of user: String) -> UInt32? {
    if let number = UInt32(user) { return number }
    return getpwnam(user).map { $0.pointee.pw_uid }
  }
}
