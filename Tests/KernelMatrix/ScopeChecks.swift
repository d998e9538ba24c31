import Events
import Tree

/// A process and its descendants in scope, during a storm of others.
enum ScopeChecks {
  static func command(_ evidence: Evidence) throws -> String {
    try evidence.expectStatus(0, of: "command")
    let trace = try evidence.trace("command")
    try trace.expectWholeFamily()
    try expectInside(trace, trace.command, forks: try trace.forksByCommand.count)
    return "ok"
  }

  /// A scope by an option: the process ran before the trace, in its own cgroup and as its own user.
  static func option(_ name: String, _ evidence: Evidence) throws -> String {
    // The suite ended the program by SIGTERM.
    try evidence.expectStatus(143, of: name)
    let trace = try evidence.trace(name)
    let pid = try evidence.line("\(name).pid")
    guard let root = trace.existing.map(\.process.id).first(where: { "\($0.pid)" == pid }) else {
      throw Evidence.Fault("pid \(pid), which ran before the trace, was not seen")
    }
    try expect(trace.lost == LossCounts(), "lost: \(trace.lost)")
    try expect(trace.execs.count, is: 1, "the number of execs")
    try expect(Set(trace.exits.map(\.process.id)).count, is: 3, "the number of exits")
    try expectInside(trace, root, forks: trace.forks.count)
    return "ok"
  }

  /// A child with a program of its own, and its child.
  private static func expectInside(_ trace: Trace, _ root: ProcessID, forks: Int) throws {
    try expect(forks, is: 2, "the number of forks")
    let child = try trace.onlyChild(of: root)
    try expect(child.image?.argv.texts, is: ["inside", "fork", "exit", "4"], "argv of the child")
    let grandchild = try trace.onlyChild(of: child.id)
    try expect(grandchild.end?.status, is: ExitStatus(code: 4), "the exit of the grandchild")
  }
}
