public import Events

/// A command that starts again and again at regular times: `git status`, every 1.0 s, 14 times, by one process.
public struct Recurrence: Sendable, Hashable {
  /// What starts a command.
  public enum Starter: Sendable, Hashable {
    /// One process: the parent, or the nearest ancestor that all starts have in common.
    case process(ProcessID, CommandLabel)
    /// Processes without such an ancestor.
    case several
  }

  /// The command.
  public let command: CommandLabel
  /// The median of the times from one start to the next, in nanoseconds.
  public let period: UInt64
  /// The median absolute deviation of these times from the period, in nanoseconds.
  public let spread: UInt64
  /// How many starts this is of.
  public let times: Int
  /// Whether older starts were not looked at (`StartSample.most`).
  public let isPartial: Bool
  /// What starts it.
  public let starter: Starter
  /// The CPU time and the run time of an hour at this rate, in nanoseconds, by the mean of its exited processes; nil if
  /// none has exited.
  public let cpuPerHour, timePerHour: UInt64?

  /// The fewest starts.
  static let fewest = 4
  /// The most recurring commands of a group.
  static let most = 3
  /// The shortest period, in nanoseconds: what starts faster is a loop.
  static let shortest: UInt64 = 10_000_000
  /// How many levels above a command its starter is looked for.
  static let levels = 3
}

/// Finds what recurs in the newest starts of a group.
struct RecurrenceFinder {
  private struct Start {
    let id: ProcessID
    let slot: Int32
    /// Nanoseconds; nil while it runs.
    let runTime: UInt64?
    let cpuTime: UInt64
  }

  let tree: ProcessTree

  /// The commands that recur, those with the most starts first; at most `Recurrence.most`.
  /// - Complexity: O(n log n) for the at most `StartSample.most` starts.
  func recurrences(of sample: StartSample) -> [Recurrence] {
    guard sample.count >= Recurrence.fewest else { return [] }
    var commands: [CommandLabel: [Start]] = [:]
    for id in sample.sorted {
      guard let slot = tree.slot(of: id) else { continue }
      let record = tree.arena[record: slot]
      let end = record.endTime
      let start = Start(
        id: id, slot: slot, runTime: end.map { $0 > id.startTime ? $0 &- id.startTime : 0 }, cpuTime: record.cpuTime)
      commands[CommandLabel(record), default: []].append(start)
    }
    var found: [Recurrence] = []
    for (command, starts) in commands where starts.count >= Recurrence.fewest {
      found += recurrences(of: command, starts, isPartial: sample.leavesOut)
    }
    found.sort(by: Self.areInOrder)
    return Array(found.prefix(Recurrence.most))
  }

  private static func areInOrder(_ a: Recurrence, _ b: Recurrence) -> Bool {
    if a.times != b.times { return a.times > b.times }
    if a.period != b.period { return a.period < b.period }
    let (left, right) = (a.command.bytes, b.command.bytes)
    if left != right { return left.lexicographicallyPrecedes(right) }
    guard case .process(let left, _) = a.starter, case .process(let right, _) = b.starter else { return false }
    return left < right
  }

  /// A command may have several starters, each with a rhythm of its own: then together they have none. A starter may be
  /// an ancestor, as of a script that a daemon runs again each time.
  private func recurrences(of command: CommandLabel, _ starts: [Start], isPartial: Bool) -> [Recurrence] {
    for level in 0..<Recurrence.levels {
      var starters: [Int32: [Start]] = [:]
      for start in starts {
        if let starter = ancestor(of: start.slot, level) { starters[starter, default: []].append(start) }
      }
      let found = starters.compactMap { slot, starts in
        let starter = Recurrence.Starter.process(tree.arena[slot].id, CommandLabel(tree.arena[record: slot]))
        return recurrence(of: command, starts, by: starter, isPartial: isPartial)
      }
      if !found.isEmpty { return found }
      // All starts together have no rhythm, and no ancestor changes that.
      if starters.count == 1, starters.first?.value.count == starts.count { return [] }
    }
    return recurrence(of: command, starts, by: .several, isPartial: isPartial).map { [$0] } ?? []
  }

  /// The parent for level 0, its parent for level 1, and so on; nil where there is none. Process 1 is above everything,
  /// so it counts only as a parent.
  private func ancestor(of slot: Int32, _ level: Int) -> Int32? {
    var slot = slot
    for _ in 0...level {
      slot = tree.arena[slot].parent
      if slot == NodeArena.root || slot == NodeArena.none { return nil }
    }
    return level > 0 && tree.arena[slot].id.pid == 1 ? nil : slot
  }

  /// Nil without a rhythm: at least three of four times between two starts are within a quarter of their median. A
  /// command that runs for more than half of the period is a loop.
  private func recurrence(
    of command: CommandLabel, _ starts: [Start], by starter: Recurrence.Starter, isPartial: Bool
  ) -> Recurrence? {
    guard starts.count >= Recurrence.fewest else { return nil }
    let times = zip(starts, starts.dropFirst()).map { $1.id.startTime &- $0.id.startTime }
    guard let period = times.median, period >= Recurrence.shortest else { return nil }
    let deviations = times.map { $0 > period ? $0 &- period : period &- $0 }
    let close = deviations.count { $0 <= period / 4 }
    guard let spread = deviations.median, close &* 4 >= times.count &* 3 else { return nil }
    let ended = starts.filter { $0.runTime != nil }
    if let runTime = ended.compactMap(\.runTime).median, runTime > period / 2 { return nil }
    return Recurrence(
      command: command, period: period, spread: spread, times: starts.count, isPartial: isPartial, starter: starter,
      cpuPerHour: Self.perHour(ended.map(\.cpuTime), period),
      timePerHour: Self.perHour(ended.compactMap(\.runTime), period))
  }

  private static func perHour(_ values: [UInt64], _ period: UInt64) -> UInt64? {
    guard !values.isEmpty else { return nil }
    let sum = values.reduce(0.0) { $0 + Double($1) }
    let value = sum / Double(values.count) * (3_600_000_000_000 / Double(period))
    return value < 18_000_000_000_000_000_000 ? UInt64(exactly: value.rounded(.down)) ?? 0 : .max
  }
}

extension CommandLabel {
  /// For an order.
  fileprivate var bytes: [UInt8] { comm.bytes + [0] + (argument?.bytes ?? []) }
}

extension [UInt64] {
  /// The middle value, of two the lower one; nil for none.
  fileprivate var median: UInt64? { isEmpty ? nil : sorted()[(count &- 1) / 2] }
}
