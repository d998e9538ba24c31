internal import ProcessTree

/// What was lost, in words: `12 execs, 3 exits lost (the buffer was full)`.
enum LossText {
  static func line(_ lost: LossCounts) -> DisplayText {
    var parts: [DisplayText] = []
    func add(_ count: UInt64, _ one: DisplayText, _ many: DisplayText) {
      if count > 0 { parts.append("\(number: count, grouped: true) \(count == 1 ? one : many)") }
    }
    add(lost.forks, "fork", "forks")
    add(lost.execs, "exec", "execs")
    add(lost.failedExecs, "failed exec", "failed execs")
    add(lost.exits, "exit", "exits")
    add(lost.missedRuns, "event the kernel skipped", "events the kernel skipped")
    add(lost.overBudget, "event beyond the memory limit", "events beyond the memory limit")
    return parts.isEmpty ? "nothing lost" : "\(parts.joined(separator: ", ")) lost"
  }
}
