package import Events

/// What was lost, in words.
package enum LossText {
  /// `12 execs, 3 exits lost`.
  static func line(_ lost: LossCounts) -> DisplayText {
    lost.total == 0 ? "nothing lost" : "\(list(lost)) lost"
  }

  /// `12 execs, 3 exits`: each kind with a count above zero.
  package static func list(_ lost: LossCounts) -> DisplayText {
    var parts: [DisplayText] = []
    func add(_ count: UInt64, _ one: DisplayText, _ many: DisplayText) {
      if count > 0 { parts.append("\(number: count, grouped: true) \(count == 1 ? one : many)") }
    }
    add(lost.forks, "fork", "forks")
    add(lost.execs, "exec", "execs")
    add(lost.failedExecs, "failed exec", "failed execs")
    add(lost.exits, "exit", "exits")
    add(lost.missedRuns, "event the kernel skipped", "events the kernel skipped")
    add(lost.procRaces, "program gone before /proc was read", "programs gone before /proc was read")
    let list = parts.joined(separator: ", ")
    guard lost.overBudget > 0 else { return list }
    return "\(list) (\(number: lost.overBudget, grouped: true) beyond the memory limit)"
  }
}
