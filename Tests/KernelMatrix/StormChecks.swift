import ProcessTree

/// Many processes, against the truth about each.
enum StormChecks {
  static func storm(_ evidence: Evidence) throws -> String {
    let seen = try counts("storm", evidence)
    let trace = try evidence.trace("storm")
    try trace.expectWholeFamily()
    _ = try Birth.all("storm.truth", in: evidence).processes(in: trace)
    return seen
  }

  static func smallRing(_ evidence: Evidence) throws -> String {
    let seen = try counts("small", evidence)
    try expect(try evidence.trace("small").lost.total > 0, "nothing was lost, so nothing was tried")
    return seen
  }

  /// What was seen and what was lost make up the truth, of each kind.
  private static func counts(_ name: String, _ evidence: Evidence) throws -> String {
    try evidence.expectStatus(0, of: name)
    let truth = UInt64(try Birth.all("\(name).truth", in: evidence).count)
    let trace = try evidence.trace(name)
    let lost = trace.lost
    // One exec and one end more are the fixture's own.
    try expect(UInt64(trace.forks.count) + lost.forks, is: truth, "forks seen and lost")
    try expect(UInt64(trace.execs.count) + lost.execs, is: truth + 1, "execs seen and lost")
    try expect(UInt64(trace.failures.count) + lost.failedExecs, is: truth, "failed execs seen and lost")
    try expect(UInt64(trace.exits.count) + lost.exits, is: truth + 1, "ends seen and lost")
    try expect(lost.missedRuns, is: 0, "skipped runs")
    return "\(lost.forks) of \(truth)"
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
      try expect(node.end?.status, is: ExitStatus(code: 0), "its end")
    }
    try expect(births.wraps >= 3, "the pids began anew only \(births.wraps) times")
    return "\(births.wraps) rounds"
  }

  /// Generations, each with a parent of its own that is gone at once: under pids used again.
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
      try expect(node.end?.status, is: ExitStatus(code: 0), "the end of generation \(birth.serial)")
      parent = id
    }
    try expect(births.wraps >= 3, "the pids began anew only \(births.wraps) times")
    return "\(births.wraps) rounds"
  }
}
