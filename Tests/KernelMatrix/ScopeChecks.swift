import Events
import Tree

/// One process and what it starts, in a storm of others.
enum ScopeChecks {
  static func command(_ evidence: Evidence) throws -> String {
    try evidence.expectStatus(0, of: "command")
    let trace = try evidence.trace("command")
    try trace.expectWholeFamily()
    try expectInside(trace, trace.command)
    return "ok"
  }

  /// A scope of the options: the process ran already, in a cgroup and as a user of its own.
  static func option(_ name: String, _ evidence: Evidence) throws -> String {
    // SIGTERM ended it.
    try evidence.expectStatus(143, of: name)
    let trace = try evidence.trace(name)
    let pid = try evidence.line("\(name).pid")
    guard let root = trace.existing.map(\.process.id).first(where: { "\($0.pid)" == pid }) else {
      throw Evidence.Fault("pid \(pid), which ran already, was not seen")
    }
    try expect(trace.lost == LossCounts(), "lost: \(trace.lost)")
    try expect(trace.execs.count, is: 1, "the number of execs")
    try expect(Set(trace.exits.map(\.process.id)).count, is: 3, "the number of ends")
    try expectInside(trace, root)
    return "ok"
  }

  /// A child with a program of its own, and its child.
  private static func expectInside(_ trace: Trace, _ root: ProcessID) throws {
    try expect(trace.forks.count, is: 2, "the number of forks")
    let child = try trace.onlyChild(of: root)
    try expect(child.image?.argv.texts, is: ["inside", "fork", "exit", "4"], "argv of the child")
    let grandchild = try trace.onlyChild(of: child.id)
    try expect(grandchild.end?.status, is: ExitStatus(code: 4), "the end of the grandchild")
  }
}
