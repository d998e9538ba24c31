package import Events
package import Recording
package import Tree

/// The events of an export, in the order of the recording: all of them come in by `add`.
///
/// Its memory is that of the tree, which forgets processes beyond its limits, and of at most `failureLimit` failed execs.
package struct ExportInput {
  /// The processes.
  package private(set) var tree: ProcessTree
  /// The offset from nanoseconds since boot to nanoseconds since 1970 UTC, by nanoseconds since boot; nil if unknown.
  package var offsets: Steps<UInt64, Int64>? { known ?? clock.offsets }
  private var clock = RecordedClock()
  private var known: Steps<UInt64, Int64>?
  /// The time of the first and of the newest event, in nanoseconds since boot; nil before the first.
  package private(set) var times: ClosedRange<UInt64>?
  /// The recording machine, where it is known.
  package var host: RecordedHost?
  /// How many failed execs were left out because there were too many.
  package private(set) var leftOutFailures = 0

  /// The most failed execs to remember.
  package static let failureLimit = 500_000

  private let keepsFailures: Bool
  private var failures: [FailedExec] = []
  private var areSorted = true
  /// Most failed execs of a search along PATH have files that others have too.
  private var names = ProgramPool()

  /// Without events.
  /// - Parameter keepsFailures: whether to remember each failed exec.
  package init(limits: Limits, keepsFailures: Bool) {
    tree = ProcessTree(limits: limits)
    self.keepsFailures = keepsFailures
  }

  /// A tree that was gathered elsewhere. - Parameters:
  ///   - offsets: the wall clock less the boot clock, by nanoseconds since boot; nil if unknown.
  ///   - now: the moment that the tree shows, in nanoseconds since boot.
  package init(_ tree: ProcessTree, offsets: Steps<UInt64, Int64>?, now: UInt64) {
    self.tree = tree
    known = offsets
    keepsFailures = false
    times = min(tree.log.entries.first?.time ?? now, now)...now
  }

  /// Adds the next event.
  package mutating func add(_ recorded: RecordedEvent) {
    let event = recorded.event
    // What is known about a machine did not happen then.
    if case .host = event {
      _ = tree.apply(event)
      return
    }
    clock.observe(recorded)
    let time = event.time
    times = min(times?.lowerBound ?? time, time)...max(times?.upperBound ?? time, time)
    _ = tree.apply(event)
    guard keepsFailures, case .failedExec(let failed) = event else { return }
    guard failures.count < Self.failureLimit else {
      leftOutFailures &+= 1
      return
    }
    let file = names.names(file: failed.image.file, exe: "", interpreter: nil, cwd: "").file
    failures.append(FailedExec(process: failed.process.id, time: failed.time, errno: failed.errno, file: file))
    areSorted = false
  }

  /// Orders what was gathered, before `failures(of:)`.
  mutating func finish() {
    tree.updateSums()
    if !areSorted { failures.sort { ($0.process, $0.time) < ($1.process, $1.time) } }
    areSorted = true
  }

  /// The failed execs of a process, in the order of time. - Complexity: O(log(failed execs)).
  func failures(of id: ProcessID) -> ArraySlice<FailedExec> {
    let start = failures.partition { $0.process < id }
    let end = failures.partition { $0.process <= id }
    return failures[start..<end]
  }
}

/// A failed exec of an export.
struct FailedExec {
  let process: ProcessID
  /// Nanoseconds since boot.
  let time: UInt64
  let errno: Int32
  /// As the caller wrote it.
  let file: RawBytes
}

extension Array {
  /// How many elements at the start meet a condition that none after them meets.
  fileprivate func partition(_ isBefore: (Element) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = low &+ (high &- low) / 2
      if isBefore(self[middle]) { low = middle &+ 1 } else { high = middle }
    }
    return low
  }
}
