import Events

extension JSONLineEncoder {
  /// Appends `since` if it differs from the event's time, the counts, `unnamed` if it is not 0, and the lost records
  /// with their processes.
  mutating func loss(_ event: LostEvent) {
    if event.since != event.time { field("since", event.since) }
    counts(event.counts)
    if event.unnamed > 0 { field("unnamed", event.unnamed) }
    guard !event.records.isEmpty else { return }
    writer.key("records")
    records(event.records)
  }

  /// The array of lost records.
  mutating func records(_ records: [LostRecord]) {
    writer.raw("[")
    for (index, record) in records.enumerated() {
      writer.raw(index == 0 ? "{\"ev\":\"" : ",{\"ev\":\"")
      writer.raw(record.kind.name)
      writer.raw("\"")
      field("boot", record.time)
      field("pid", record.id.pid)
      field("start", record.id.startTime)
      field("ppid", record.parent?.pid ?? 0)
      if let parent = record.parent { field("pstart", parent.startTime) }
      text("comm", "comm_b64", record.comm.bytes)
      field("uid", record.uid)
      writer.raw("}")
    }
    writer.raw("]")
  }

  private mutating func counts(_ counts: LossCounts) {
    writer.key("lost")
    // The names of the event kinds, and of losses of unknown kind.
    writer.raw("{\"fork\":")
    writer.number(counts.forks)
    field("exec", counts.execs)
    field("fail", counts.failedExecs)
    field("exit", counts.exits)
    field("missed", counts.missedRuns)
    field("proc", counts.procRaces)
    field("budget", counts.overBudget)
    if counts.outputs > 0 { field("output", counts.outputs) }
    writer.raw("}")
  }

  /// Appends `alive`, lists of pid, start, parent's pid and parent's start (0 and 0 for none); and `unsure`, a list of
  /// pids.
  mutating func census(_ event: CensusEvent) {
    writer.key("alive")
    alive(event.alive)
    guard !event.unsure.isEmpty else { return }
    writer.key("unsure")
    pids(event.unsure)
  }

  /// The array of running processes.
  mutating func alive(_ alive: [CensusEvent.Living]) {
    writer.raw("[")
    for (index, living) in alive.enumerated() {
      writer.raw(index == 0 ? "[" : ",[")
      writer.number(living.id.pid)
      writer.raw(",")
      writer.number(living.id.startTime)
      writer.raw(",")
      writer.number(living.parent?.pid ?? 0)
      writer.raw(",")
      writer.number(living.parent?.startTime ?? 0)
      writer.raw("]")
    }
    writer.raw("]")
  }

  mutating func pids(_ pids: [Int32]) {
    writer.raw("[")
    for (index, pid) in pids.enumerated() {
      if index > 0 { writer.raw(",") }
      writer.number(pid)
    }
    writer.raw("]")
  }
}

extension LostRecord.Kind {
  /// The name of the lost event's kind (`ev`).
  var name: StaticString {
    switch self {
    case .fork: "fork"
    case .exec: "exec"
    case .failedExec: "fail"
    case .exit: "exit"
    }
  }
}
