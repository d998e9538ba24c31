import Events
import TUI
import Tree

/// The source of a view's events and times: a trace or a recording.
protocol EventFeed: AnyObject {
  /// The descriptor that is readable if there are new events; nil if no more events will come.
  var descriptor: Int32? { get }
  /// Removes and returns the new events, after the descriptor became readable: in batches that are not empty, oldest
  /// first.
  func nextBatches() -> [[ProcessEvent]]
  /// The present time of the view, for ages, in nanoseconds since boot.
  var now: UInt64 { get }
  /// The offset of wall time and the time zone, read again.
  var clock: WallClock { get }
  /// Other changes for the view, each returned once. Called after each wait.
  func news(for state: AppState) -> [Action]

  /// The descriptor that is readable if there is new output of the traced command; nil without one.
  var outputDescriptor: Int32? { get }
  /// The next output of the traced command, and whether there is more.
  func nextOutput() -> (output: [OutputNews], isMore: Bool)
  /// Copies the output into a file; nil without a traced command.
  var outputCopy: OutputCopy? { get }

  /// The wall clock less the boot clock, by nanoseconds since boot; nil if unknown.
  var wallOffsets: Steps<UInt64, Int64>? { get }
  /// The traced command; empty for none.
  var command: [[UInt8]] { get }
  /// Makes a file for a recording, which gets all events from now on.
  /// - Returns: the events until now, which the view has to apply first.
  /// - Throws: `Failure`.
  func openRecording(at path: String) throws -> [[ProcessEvent]]
  /// Starts to write the recording.
  /// - Parameter tree: the tree of all events until `openRecording`.
  /// - Throws: `Failure`.
  func startRecording(knowing tree: ProcessTree) throws
  /// Completes the recording; `news` says when that is done.
  func stopRecording()
}

// A feed without a traced command.
extension EventFeed {
  var outputDescriptor: Int32? { nil }
  func nextOutput() -> (output: [OutputNews], isMore: Bool) { ([], false) }
  var outputCopy: OutputCopy? { nil }
}

/// Events that the view has not processed yet. They are returned in slices: between two slices the loop reads the keys.
/// A slice consists of steps, and between two steps the loop yields the CPU.
struct EventBacklog {
  /// The number of events in a slice: they take about a millisecond.
  private static let slice = 800
  /// The number of events in a step.
  private static let step = 40

  private var batches: [[ProcessEvent]]
  /// The index of the present batch, and of the next event in it.
  private var batch = 0
  private var next = 0
  private var leftOfSlice = 0

  /// - Parameter batches: oldest first; none of them is empty.
  init(_ batches: [[ProcessEvent]] = []) { self.batches = batches }

  /// Whether there are no more events.
  var isEmpty: Bool { batch == batches.count }

  /// Removes and returns the next step. Call it only while there are events.
  /// - Returns: the events, oldest first, and whether more events of the same slice follow.
  mutating func nextStep() -> (events: ArraySlice<ProcessEvent>, others: Bool) {
    if leftOfSlice == 0 { leftOfSlice = Self.slice }
    let events = batches[batch]
    let step = events[next..<min(next + min(Self.step, leftOfSlice), events.count)]
    leftOfSlice -= step.count
    next = step.endIndex
    if next == events.count {
      // Frees the batch before the next ones.
      batches[batch] = []
      (batch, next) = (batch + 1, 0)
    }
    let others = leftOfSlice > 0 && !isEmpty
    if isEmpty { self = EventBacklog() }
    return (step, others)
  }
}
