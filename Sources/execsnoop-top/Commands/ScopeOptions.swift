import ArgumentParser
import Filtering
import Glibc
import Trace

/// The options that select the processes to trace: the kernel side leaves the others out.
struct ScopeOptions: ParsableArguments {
  @Option(
    name: [.customShort("p"), .customLong("pid")],
    help: ArgumentHelp(
      "Trace only this process and its descendants; may be given several times, and take pids with commas between them.",
      valueName: "pid"))
  private var pidLists: [PIDList] = []

  /// The pids of all `--pid`.
  var pids: [Int32] { pidLists.flatMap(\.pids) }

  @Option(
    name: [.customShort("u"), .customLong("uid"), .customLong("user")],
    help: ArgumentHelp("Trace only processes of this user, by name or number.", valueName: "user"))
  var user: String?

  @Option(
    name: [.customShort("c"), .customLong("cgroup")],
    help: ArgumentHelp("Trace only processes in this cgroup (version 2) and below it.", valueName: "path"))
  var cgroup: String?

  mutating func validate() throws {
    if let wrong = pidLists.first(where: { $0.pids.isEmpty }) {
      throw ValidationError(
        "--pid \(wrong.text.orQuotes): expected a pid: pidof finds it by name, and --name TEXT selects by name")
    }
    _ = try scope()
  }

  /// The scope of these options.
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

  /// The processes of `--pid`, held open.
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

  /// The id of a user, given as a number or a name (`getpwnam`); nil if there is no such user.
  static func uid(of user: String) -> UInt32? {
    if let number = UInt32(user) { return number }
    return getpwnam(user).map { $0.pointee.pw_uid }
  }
}

/// A scope that a constant filter allows: the kernel side may leave out events that the filter leaves out anyway.
struct NarrowedScope {
  /// Only these processes and their descendants; empty for all.
  var pids: [Int32] = []
  /// Only processes of this user.
  var uid: UInt32?

  /// All processes.
  init() {}

  /// - Parameters:
  ///   - scope: the processes that can match the filter; nil for all.
  ///   - options: the scope that the user asked for. It is not changed, because the kernel side knows only one
  ///     condition of each kind.
  init(_ scope: FilterScope?, beside options: TraceOptions) {
    guard let scope else { return }
    uid = scope.uid ?? scope.user.flatMap { ScopeOptions.uid(of: $0) }
    // All pids must be those of running processes: the kernel side would miss a later process with one of them.
    if options.scope.pids.isEmpty, options.command.isEmpty,
      scope.pids.allSatisfy({ (try? HeldProcess(pid: $0)) != nil })
    {
      pids = scope.pids
    }
  }
}

/// The value of `--pid`.
struct PIDList: ExpressibleByArgument {
  /// As typed.
  let text: String
  /// Empty for a text that is no list of pids, which `validate` refuses.
  let pids: [Int32]

  init(argument: String) {
    text = argument
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false).map { Int32($0) }
    pids = parts.contains(nil) ? [] : parts.compactMap(\.self)
  }
}
