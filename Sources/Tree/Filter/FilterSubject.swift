internal import Events
public import Filtering

// How the filter language reads the storage of processes and log entries.

extension ProcessTree: FilterSource, FilterTree {
  public typealias Item = Int32
  public typealias Tree = ProcessTree

  public func number(_ number: FilterNumber, of slot: Int32, now: UInt64?) -> Int64? {
    switch number {
    case .pid: Int64(arena[slot].id.pid)
    case .originalParentPID: parent(of: slot).flatMap { arena[record: $0].isHost ? nil : Int64(arena[$0].id.pid) }
    case .presentParentPID: arena.presentParent(of: slot).map { Int64($0.pid) }
    case .uid: fact(of: slot) { ProcessFacts.known($0.uid).map(Int64.init) }
    case .euid: fact(of: slot) { ProcessFacts.known($0.euid).map(Int64.init) }
    case .gid: fact(of: slot) { ProcessFacts.known($0.gid).map(Int64.init) }
    case .auditUID: fact(of: slot) { $0.auditUID.map(Int64.init) }
    case .session: isKnown(slot) ? ProcessFacts.known(session: arena[record: slot].session).map(Int64.init) : nil
    case .exitCode: arena[record: slot].endStatus.flatMap { $0.signal == 0 ? Int64($0.code) : nil }
    case .signal: arena[record: slot].endStatus.flatMap { $0.signal == 0 ? nil : Int64($0.signal) }
    case .errno: arena[record: slot].lastFailure.map { Int64($0.errno) }
    case .success: arena[record: slot].execCount > 0 ? 0 : nil
    case .execs: Int64(arena[record: slot].execCount)
    case .execFailures: Int64(arena[record: slot].execFailures)
    case .duration:
      !arena[record: slot].isTimed
        ? nil
        : (arena[record: slot].endTime ?? now).map { Self.nanoseconds(from: arena[slot].id.startTime, to: $0) }
    case .start: Int64(clamping: arena[slot].id.startTime)
    case .age: !arena[record: slot].isTimed ? nil : now.map { Self.nanoseconds(from: arena[slot].id.startTime, to: $0) }
    case .cpuTime: arena[record: slot].usage.map { Int64(clamping: $0.cpuTime) }
    case .peakMemory: arena[record: slot].usage.map { Int64(clamping: $0.peakMemory) }
    case .depth: Int64(arena.depth(of: slot))
    case .children: Int64(arena[slot].childCount)
    case .events: Int64(events(of: slot).rawValue)
    case .state:
      arena[record: slot].endIsUnknown
        ? nil : Int64(arena[record: slot].isRunning ? FilterState.running : FilterState.exited)
    case .marks: Int64(marks(of: slot).rawValue)
    }
  }

  public func withBytes<Result>(
    _ text: FilterBytes, of slot: Int32, _ body: (UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result? {
    switch text {
    case .comm:
      isKnown(slot) && !(arena[record: slot].session < 0 && arena[record: slot].profile.comm.isEmpty)
        ? arena[record: slot].profile.comm.withBytes(body) : nil
    case .user: arena[record: slot].profile.user?.bytes.withUnsafeBufferPointer(body)
    case .tty: arena[record: slot].profile.tty?.bytes.withUnsafeBufferPointer(body)
    case .host: hostName(of: arena[slot].id)?.bytes.withUnsafeBufferPointer(body)
    case .cgroup: arena[record: slot].profile.cgroup?.bytes.withUnsafeBufferPointer(body)
    case .container, .unit: withOwner(text, of: slot, body)
    case .killer: arena[record: slot].killer.flatMap { $0.withBytes(body) }
    default: arena[record: slot].image?.withBytes(text, body)
    }
  }

  public func withNode<Result>(of slot: Int32, _ body: (ProcessTree, Int32) -> Result) -> Result? { body(self, slot) }

  public func parent(of slot: Int32) -> Int32? {
    let parent = arena[slot].parent
    return parent == NodeArena.root || parent == NodeArena.none ? nil : parent
  }

  public func firstChild(of slot: Int32) -> Int32? {
    let child = arena[slot].firstChild
    return child == NodeArena.none ? nil : child
  }

  public func nextSibling(of slot: Int32) -> Int32? {
    let next = arena[slot].next
    return next == NodeArena.none ? nil : next
  }

  /// False for a placeholder, which has only an identity.
  @inline(__always) private func isKnown(_ slot: Int32) -> Bool { arena[record: slot].knowledge != .placeholder }

  private func fact(of slot: Int32, _ fact: (Profile) -> Int64?) -> Int64? {
    isKnown(slot) ? fact(arena[record: slot].profile) : nil
  }

  private func events(of slot: Int32) -> FilterEvents {
    var events: FilterEvents = []
    if arena[record: slot].knowledge == .fork { events.insert(.fork) }
    if arena[record: slot].execCount > 0 { events.insert(.exec) }
    if arena[record: slot].failedExecCount > 0 { events.insert(.fail) }
    if !arena[record: slot].isRunning { events.insert(.exit) }
    return events
  }

  private func marks(of slot: Int32) -> Marks {
    var marks = arena[record: slot].marks
    if !arena[record: slot].gaps.isEmpty { marks.insert(.incomplete) }
    if let image = arena[record: slot].image { marks.formUnion(image.marks) }
    if let look = arena[record: slot].look { marks.formUnion(look.marks.intersection(.seenAgain)) }
    return marks
  }

  /// The time between the two; 0 if `end` is before `start`, as clocks may differ.
  static func nanoseconds(from start: UInt64, to end: UInt64) -> Int64 {
    end > start ? Int64(clamping: end &- start) : 0
  }
}

/// Log entries, with the tree for facts that they do not store.
struct FilterLog: FilterSource {
  let tree: ProcessTree

  public func number(_ number: FilterNumber, of entry: LogEntry, now: UInt64?) -> Int64? {
    switch number {
    case .pid: entry.id.map { Int64($0.pid) }
    case .presentParentPID: entry.parentPID.map(Int64.init)
    case .originalParentPID: nil
    case .uid: ProcessFacts.known(entry.uid).map(Int64.init)
    case .exitCode: entry.status.flatMap { $0.signal == 0 ? Int64($0.code) : nil }
    case .signal: entry.status.flatMap { $0.signal == 0 ? nil : Int64($0.signal) }
    case .errno: entry.errno.map(Int64.init)
    case .success: entry.kind == .exec ? 0 : nil
    case .execFailures: entry.kind == .failedExec ? entry.isFailure ? 1 : 0 : nil
    case .duration: entry.runTime.map { Int64(clamping: $0) }
    case .start: entry.id.map { Int64(clamping: $0.startTime) }
    case .age:
      withNode(of: entry) { tree, node in !tree.arena[record: node].isTimed } == true
        ? nil : entry.id.map { ProcessTree.nanoseconds(from: $0.startTime, to: entry.time) }
    case .events: Int64(entry.event.rawValue)
    case .state:
      entry.kind == .exit
        ? Int64(FilterState.exited)
        : withNode(of: entry) { tree, node in tree.arena[record: node].endIsUnknown } == true
          ? nil : Int64(FilterState.running)
    case .cpuTime, .peakMemory: entry.kind == .exit ? fromTree(number, of: entry) : nil
    case .marks:
      (fromTree(.marks, of: entry) ?? 0) | Int64(entry.image?.marks.rawValue ?? 0)
    case .euid, .gid, .auditUID, .session, .execs, .depth, .children: fromTree(number, of: entry)
    }
  }

  public func withBytes<Result>(
    _ text: FilterBytes, of entry: LogEntry, _ body: (UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result? {
    switch text {
    case .comm: entry.comm.withBytes(body)
    case .user: entry.user?.bytes.withUnsafeBufferPointer(body)
    case .host: entry.id.flatMap { tree.hostName(of: $0) }?.bytes.withUnsafeBufferPointer(body)
    case .cgroup: entry.cgroup?.bytes.withUnsafeBufferPointer(body)
    case .container, .unit: withOwner(text, of: entry, body)
    case .tty: withNode(of: entry) { tree, node in tree.withBytes(.tty, of: node, body) } ?? nil
    case .killer where entry.kind == .exit:
      withNode(of: entry) { tree, node in tree.withBytes(.killer, of: node, body) } ?? nil
    case .killer: nil
    default: entry.image?.withBytes(text, body)
    }
  }

  public func withNode<Result>(of entry: LogEntry, _ body: (ProcessTree, Int32) -> Result) -> Result? {
    entry.id.flatMap { tree.slot(of: $0) }.map { body(tree, $0) }
  }

  private func fromTree(_ number: FilterNumber, of entry: LogEntry) -> Int64? {
    withNode(of: entry) { tree, node in tree.number(number, of: node, now: nil) } ?? nil
  }
}

extension LogEntry {
  fileprivate var event: FilterEvents {
    switch payload {
    case .fork: .fork
    case .exec: .exec
    case .failedExec: .fail
    case .exit: .exit
    case .lost: []
    }
  }
}

extension Killer {
  /// Lends the comm of a process, or the word of another killer; nil where it is unknown.
  fileprivate func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result? {
    if case .process(let sender) = self { return sender.comm.withBytes(body) }
    return word.map { $0.withUTF8Buffer(body) }
  }
}

extension ProcessImage {
  fileprivate func withBytes<Result>(
    _ text: FilterBytes, _ body: (UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result? {
    switch text {
    case .exe: known(names.exe, body)
    case .file: known(names.file, body)
    case .interpreter: names.interpreter?.bytes.withUnsafeBufferPointer(body)
    case .cwd: known(names.cwd, body)
    case .argv: withKnownArgv(body)
    case .env: env?.bytes.withUnsafeBufferPointer(body)
    case .comm, .user, .tty, .host, .cgroup, .container, .unit, .killer: nil
    }
  }

  /// Lends a name; nil if it is empty, which means that it is unknown.
  private func known<Result>(_ name: RawBytes, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result? {
    name.isEmpty ? nil : name.bytes.withUnsafeBufferPointer(body)
  }
}
