import TestSupport

@testable import Events
@testable import Tree

/// The critical path and the concurrency, moment by moment and child by child.
struct NaiveTiming {
  let runs: ContiguousArray<SubtreeRuns.Run>
  let start: UInt64
  let end: UInt64

  /// The process that each moment belongs to, from `start` on.
  private(set) var owners: [Int] = []

  init(_ runs: ContiguousArray<SubtreeRuns.Run>, since: UInt64) {
    self.runs = runs
    start = max(runs[0].start, since)
    end = max(runs[0].end, start)
    owners = Array(repeating: -1, count: Int(end - start))
    walk(0, from: start, until: end)
  }

  /// The process that a run was a child of when it ended, and since when; nil if it outlived it, or if its end is
  /// unknown.
  private func waiter(of child: Int) -> (parent: Int, since: UInt64)? {
    let run = runs[child]
    guard run.endIsKnown else { return nil }
    func waits(_ parent: Int32) -> Bool {
      let above = runs[Int(parent)]
      return above.isRunning || !run.isRunning && run.end <= above.end
    }
    if waits(run.parent) { return (Int(run.parent), run.start) }
    guard run.reaper >= 0, run.reaper < child, run.reaper != run.parent, waits(run.reaper) else { return nil }
    return (Int(run.reaper), max(run.adopted, run.start))
  }

  private mutating func walk(_ number: Int, from first: UInt64, until last: UInt64) {
    var moment = last
    var rest = Set(runs.indices.dropFirst().filter { waiter(of: $0)?.parent == number })
    func since(_ child: Int) -> UInt64 { max(waiter(of: child)?.since ?? 0, runs[number].start, start) }
    func until(_ child: Int) -> UInt64 { min(runs[child].end, runs[number].end, end) }
    while true {
      let able = rest.filter { until($0) <= moment && until($0) >= first && since($0) <= until($0) }
      let next = able.min { (until($1), since($0), $0) < (until($0), since($1), $1) }
      let from = next.map(until) ?? first
      if from < moment {
        for time in from..<moment { owners[Int(time - start)] = number }
      }
      guard let next else { return }
      rest.remove(next)
      moment = max(since(next), first)
      walk(next, from: moment, until: from)
    }
  }

  /// The processes that run at a moment and have no running child, as the tree or the reapers have it.
  func leaves(at time: UInt64) -> Set<Int> {
    let alive = runs.indices.filter { runs[$0].start <= time && time < runs[$0].end }
    return Set(alive.filter { number in !alive.contains { isChild($0, of: number, at: time) } })
  }

  private func isChild(_ child: Int, of parent: Int, at time: UInt64) -> Bool {
    guard child > 0 else { return false }
    let run = runs[child]
    if run.parent == parent { return true }
    let above = runs[Int(run.parent)]
    let isOutlived = !above.isRunning && (run.isRunning || run.end > above.end)
    return isOutlived && run.endIsKnown && run.reaper == parent && run.reaper < child && time >= run.adopted
  }

  /// Random runs with everything that a trace may show: outliving children, lost exits, equal times, adoption.
  static func randomRuns(using dice: inout SeededGenerator) -> ContiguousArray<SubtreeRuns.Run> {
    let count = Int.random(in: 1...14, using: &dice)
    var runs: ContiguousArray<SubtreeRuns.Run> = []
    let now: UInt64 = 40
    for number in 0..<count {
      let parent = number == 0 ? -1 : Int32.random(in: 0..<Int32(number), using: &dice)
      let above = parent < 0 ? 0 : runs[Int(parent)].start
      let start = number == 0 ? 2 : UInt64.random(in: above...min(above + 12, now), using: &dice)
      let isRunning = dice.once(in: 6)
      let end = isRunning ? now : UInt64.random(in: start...now, using: &dice)
      var run = SubtreeRuns.Run(
        id: ProcessID(pid: Int32(number + 1), startTime: start), parent: parent, start: start, end: end,
        isRunning: isRunning, endIsKnown: !dice.once(in: 8),
        cpu: dice.once(in: 3) ? nil : .random(in: 0...50, using: &dice))
      if dice.once(in: 3), number > 0 {
        run.reaper = Int32.random(in: -1..<Int32(number), using: &dice)
        run.adopted = UInt64.random(in: start...end, using: &dice)
      }
      runs.append(run)
    }
    return runs
  }
}
