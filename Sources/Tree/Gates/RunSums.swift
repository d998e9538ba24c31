public import Events

/// The sums of a whole run: of one process with its descendants, or of everything that a trace or a recording has.
///
///     let sums = RunSums(of: tree, below: command, span: first...now)
///     let excess = try Budget("dur<30s").exceeded(by: sums)
public struct RunSums: Sendable, Hashable {
  /// From the start of the process to its exit, or to now; without a process, the time that the events span. In
  /// nanoseconds.
  public var duration: UInt64 = 0
  /// Processes that started in the run, and the process whose run it is. Other processes that were running before it do
  /// not count.
  public var processes = 0
  /// Execs that succeeded.
  public var execs = 0
  /// Execs that failed: a search for a program as one, or as none (`ProcessNode.execFailures`).
  public var failedExecs = 0
  /// Processes that exited with a status other than 0, or were ended by a signal.
  public var nonzero = 0
  /// Processes that were ended by a signal.
  public var killed = 0
  /// User and system time of exited processes that started in the run, in nanoseconds; the greatest number where it
  /// overflows.
  public var cpuTime: UInt64 = 0
  /// Whether all run times are measured: some traces of other programs have no times.
  public var isTimed = true
  /// Whether the CPU time and the memory of each exited process are known.
  public var hasUsage = true
  /// The highest peak memory of one exited process that started in the run, in bytes; 0 where unknown.
  public var peakMemory: UInt64 = 0

  /// All zero.
  public init() {}

  /// Sums up a tree.
  /// - Parameters:
  ///   - root: sums up this process and its descendants; nil sums up all.
  ///   - span: from the first to the last event, in nanoseconds since boot.
  /// - Complexity: O(processes).
  public init(of tree: ProcessTree, below root: ProcessID? = nil, span: ClosedRange<UInt64>) {
    let top = root.flatMap { tree.slot(of: $0) }
    duration = span.upperBound &- span.lowerBound
    if let root, let node = tree[root] { duration = node.runTime(now: span.upperBound) }
    if let top { add(tree.arena[record: top], isRoot: true) }
    var slot = top ?? NodeArena.root
    while let next = tree.arena.successor(of: slot, within: top ?? NodeArena.root) {
      add(tree.arena[record: next])
      slot = next
    }
  }

  private mutating func add(_ record: ProcessRecord, isRoot: Bool = false) {
    guard record.knowledge != .placeholder, !record.isHost else { return }
    if !record.isTimed { isTimed = false }
    if !record.isRunning, record.usage == nil { hasUsage = false }
    execs &+= Int(record.execCount)
    failedExecs &+= Int(record.execFailures)
    if let status = record.endStatus, !status.isSuccess {
      nonzero &+= 1
      if status.signal != 0 { killed &+= 1 }
    }
    if record.marks.contains(.fromProc), !isRoot { return }
    processes &+= 1
    let (sum, overflow) = cpuTime.addingReportingOverflow(record.cpuTime)
    cpuTime = overflow ? .max : sum
    peakMemory = max(peakMemory, record.peakMemory)
  }
}
