import Events
import Tree

/// Storms of processes, compared with the truth about each process.
enum StormChecks {
  /// All rounds of the large storm.
  static func storm(_ evidence: Evidence) throws -> String {
    var rounds = 0
    while evidence.text("storm-\(rounds + 1).status") != nil {
      rounds += 1
      let name = "storm-\(rounds)"
      _ = try counts(name, evidence, failing: 2)
      let trace = try evidence.trace(name)
      try trace.expectWholeFamily()
      _ = try Birth.all("\(name).truth", in: evidence).processes(in: trace)
      try expect(Set(trace.execs.map(\.process.id)).count, is: trace.execs.count, "the processes that exec'd")
      try expect(Set(trace.failures.map(\.process.id)).count, is: trace.failures.count, "those with a failed exec")
    }
    try expect(rounds > 0, "no storm was run")
    return rounds == 1 ? "0" : "0 in \(rounds)"
  }

  static func smallRing(_ evidence: Evidence) throws -> String {
    let seen = try counts("small", evidence, failing: 1)
    try expect(try evidence.trace("small").lost.total > 0, "no event was lost, so this tests nothing")
    return seen
  }

  /// Checks that the seen and the lost events of each kind add up to the truth. One in `failing` processes had a failed
  /// exec.
  private static func counts(_ name: String, _ evidence: Evidence, failing: UInt64) throws -> String {
    try evidence.expectStatus(0, of: name)
    let truth = UInt64(try Birth.all("\(name).truth", in: evidence).count)
    let trace = try evidence.trace(name)
    let lost = trace.lost
    // The fixture itself has one more fork, one more exec and one more exit.
    let kinds = [
      ("forks", trace.forks.count, lost.forks, truth + 1), ("execs", trace.execs.count, lost.execs, truth + 1),
      ("failed execs", trace.failures.count, lost.failedExecs, truth / failing),
      ("exits", trace.exits.count, lost.exits, truth + 1),
    ]
    let wrong = kinds.filter { UInt64($1) + $2 != $3 }.map { "\($1) \($0) seen and \($2) lost of \($3)" }
    try expect(wrong.isEmpty, wrong.joined(separator: ", ") + "; skipped runs: \(lost.missedRuns)")
    try expect(lost.missedRuns, is: 0, "skipped runs")
    return "\(lost.forks) of \(truth + 1)"
  }

  /// A storm in which every pid is used again and again.
  static func reuse(_ evidence: Evidence) throws -> String {
    try evidence.expectStatus(0, of: "reuse")
    let trace = try evidence.trace("reuse")
    try trace.expectWholeFamily()
    let births = try Birth.all("reuse.truth", in: evidence)
    let root = try trace.command
    let processes = try births.processes(in: trace)
    for birth in births {
      guard let id = processes[birth.serial]?.id else { throw Evidence.Fault("number \(birth.serial) is missing") }
      let node = try trace.node(id)
      try expect(node.parent, is: root, "the parent of number \(birth.serial)")
      try expect(node.images.map(\.argv.texts), is: [["storm-child", "serial", "\(birth.serial)"]], "its programs")
      try expect(node.failedExecCount, is: 1, "its number of failed execs")
      try expect(node.end?.status, is: ExitStatus(code: 0), "its exit")
    }
    try expect(births.wraps >= 3, "the pids started again only \(births.wraps) times")
    return "\(births.wraps) rounds"
  }

  /// Generations with reused pids: each process has its own parent, which exits at once.
  static func lineage(_ evidence: Evidence) throws -> String {
    try evidence.expectStatus(0, of: "lineage")
    let trace = try evidence.trace("lineage")
    try trace.expectWholeFamily()
    let births = try Birth.all("lineage.truth", in: evidence)
    let processes = try births.processes(in: trace)
    var parent = try trace.command
    for birth in births {
      guard let id = processes[birth.serial]?.id else { throw Evidence.Fault("number \(birth.serial) is missing") }
      let node = try trace.node(id)
      try expect(node.parent, is: parent, "the parent of generation \(birth.serial)")
      try expect(node.end?.status, is: ExitStatus(code: 0), "the exit of generation \(birth.serial)")
      parent = id
    }
    try expect(births.wraps >= 3, "the pids started again only \(births.wraps) times")
    return "\(births.wraps) rounds"
  }
}
