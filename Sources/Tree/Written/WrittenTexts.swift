internal import DequeModule
public import Events

/// What the processes of a tree wrote, within a limit of memory: the output of processes that exited first is forgotten
/// first, then that of processes that began to write first.
struct WrittenTexts: Sendable {
  /// The most bytes to remember.
  let limit: Int
  /// The memory of all texts in bytes; an estimate.
  private(set) var size = 0
  private var texts: [ProcessID: WrittenText] = [:]
  /// Processes with text that have exited, in the order of their exit; some were forgotten meanwhile.
  private var ended: Deque<ProcessID> = []
  /// Processes that wrote while they ran, in the order of their first write; some were forgotten meanwhile.
  private var started: Deque<ProcessID> = []

  init(limit: Int) { self.limit = max(limit, 0) }

  /// Nil for a process that wrote nothing.
  subscript(id: ProcessID) -> WrittenText? { texts[id] }

  /// How many processes have an entry.
  var count: Int { texts.count }

  var isEmpty: Bool { texts.isEmpty }

  /// Adds a write. - Complexity: O(bytes), amortised.
  mutating func add(_ event: OutputEvent, isRunning: Bool) {
    let old = texts[event.process]?.size ?? 0
    if texts[event.process]?.bytes.isEmpty ?? true, !event.bytes.isEmpty {
      if isRunning { started.append(event.process) } else { ended.append(event.process) }
    }
    texts[event.process, default: WrittenText()].add(event)
    size &+= (texts[event.process]?.size ?? 0) &- old
    if size > limit { makeRoom() }
  }

  /// A process has exited. - Complexity: O(1), amortised.
  mutating func end(_ id: ProcessID) {
    if !texts.isEmpty, texts[id] != nil { ended.append(id) }
  }

  /// The tree forgets a process. - Complexity: O(1), amortised.
  mutating func remove(_ id: ProcessID) {
    guard !texts.isEmpty, let text = texts.removeValue(forKey: id) else { return }
    size &-= text.size
    // Names of forgotten processes stay in the queues until these are full of them.
    if started.count &+ ended.count > 64, started.count &+ ended.count > texts.count &* 4 { tidy() }
  }

  private mutating func makeRoom() {
    while size > limit, let next = ended.popFirst() ?? started.popFirst() {
      guard let text = texts[next], !text.bytes.isEmpty else { continue }
      texts[next]?.forget()
      size &-= text.size &- (texts[next]?.size ?? 0)
    }
  }

  private mutating func tidy() {
    started = Deque(started.filter { texts[$0] != nil })
    ended = Deque(ended.filter { texts[$0] != nil })
  }
}

// MARK: - The tree

extension ProcessTree {
  /// What a process wrote to its standard output and error; nil where nothing was captured.
  public func writtenText(of id: ProcessID) -> WrittenText? { written[id] }

  /// Whether anything was captured of any process.
  public var hasWrittenText: Bool { !written.isEmpty }

  /// Keeps what a process wrote. Output of a process that the tree does not know is counted as lost.
  /// No row and no filter shows it, so this is no change of the process.
  mutating func apply(_ event: OutputEvent) {
    guard let slot = slot(of: event.process) else {
      if !event.bytes.isEmpty { seen.lost += LossCounts(outputs: 1) }
      return
    }
    written.add(event, isRunning: arena[record: slot].isRunning)
  }
}
