internal import Events
internal import Tree

/// What the bars and the critical path show of a process and all its descendants. It is computed when it is asked for,
/// and again after changes: at most once a second, and less often for very many processes.
struct SubtreeTiming: Sendable {
  let axis: RunTimeAxis
  let concurrency: Concurrency
  /// Nil while no critical path is shown.
  let path: CriticalPath?
  /// The moment of the tree that it was computed for, nanoseconds since boot.
  let time: UInt64
  /// Grows with each computation: equal numbers mean equal values.
  let stamp: UInt64
  /// How many processes were visited.
  private let count: Int
  private let pulse: Pulse

  /// What changes if any process of the subtree does.
  private struct Pulse: Hashable {
    let end: ProcessEnd?
    let below: SubtreeCounts

    init(_ node: ProcessNode) { (end, below) = (node.end, node.below) }

    var isOver: Bool { end != nil && below.running == 0 }
  }

  /// Nil if the process is unknown. - Complexity: O(n log n) for n processes in the subtree.
  fileprivate init?(
    _ axis: RunTimeAxis, of node: ProcessNode, in tree: ProcessTree, now: UInt64, since: UInt64, withPath: Bool,
    stamp: UInt64
  ) {
    guard let runs = SubtreeRuns(of: node.id, in: tree, now: now, since: since) else { return nil }
    self.axis = axis
    concurrency = Concurrency(of: runs)
    path = withPath ? CriticalPath(of: runs, beside: concurrency) : nil
    time = now
    count = runs.count
    pulse = Pulse(node)
    self.stamp = stamp
  }

  fileprivate func isUpToDate(_ node: ProcessNode, now: UInt64) -> Bool {
    let pulse = Pulse(node)
    return pulse == self.pulse && (pulse.isOver || now == time)
  }

  /// Whether enough time has passed to compute it again while time goes on by itself.
  fileprivate func isDue(at now: UInt64) -> Bool {
    let pause = Self.interval * UInt64(max(count / Self.manyProcesses, 1))
    return now < time || now - time >= pause
  }

  private static let interval: UInt64 = 1_000_000_000
  private static let manyProcesses = 20_000
}

extension AppState {
  /// Computes what the bars and the critical path show, if it is needed and has changed.
  mutating func reconcileTiming() {
    let choice = tree.path?.axis ?? tree.runTimes
    guard let axis = choice, let node = axis.top.flatMap({ shown.tree[$0] }) else {
      timing = nil
      return
    }
    let withPath = tree.path != nil
    if let timing, timing.axis == axis, (timing.path != nil) == withPath {
      if timing.isUpToDate(node, now: shownTime) || isReading { return }
      if !isFrozen || isPlaying, !timing.isDue(at: shownTime) { return }
    }
    let logStart = shown.tree.log[shown.tree.log.firstSequence]?.time ?? 0
    // What ran before the tracing is unknown.
    let isOld = node.marks.contains(.fromProc) || node.isPlaceholder
    timing = SubtreeTiming(
      axis, of: node, in: shown.tree, now: shownTime, since: isOld ? max(logStart, axis.start) : axis.start,
      withPath: withPath, stamp: lastTimingStamp &+ 1)
    lastTimingStamp &+= 1
  }
}
