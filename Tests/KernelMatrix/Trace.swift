import Events
import Tree

/// The events of one trace, by kind, and their tree.
struct Trace {
  private(set) var tree = ProcessTree(limits: Limits(processes: 1_000_000, logLines: 16))
  private(set) var existing: [ExistingProcess] = []
  private(set) var forks: [ForkEvent] = []
  private(set) var execs: [ExecEvent] = []
  private(set) var failures: [FailedExecEvent] = []
  private(set) var exits: [ExitEvent] = []
  private(set) var lost = LossCounts()

  mutating func add(_ event: ProcessEvent) {
    _ = tree.apply(event)
    switch event {
    case .existing(let event): existing.append(event)
    case .fork(let event): forks.append(event)
    case .exec(let event): execs.append(event)
    case .failedExec(let event): failures.append(event)
    case .exit(let event): exits.append(event)
    case .lost(let event): lost += event.counts
    case .census, .output, .host: break
    }
  }

  /// The process of the traced command: this program forked it, and it had the first exec.
  var command: ProcessID {
    get throws {
      guard let first = execs.first?.process.id else { throw Evidence.Fault("no exec was seen") }
      guard let fork = forks.first(where: { $0.process.id == first }) else {
        throw Evidence.Fault("the fork of the command was not seen")
      }
      // It may be seen once more, since its user changes.
      try expect(
        Set(existing.map { $0.process.id }), is: Set([fork.process.parent].compactMap(\.self)), "what ran before")
      return first
    }
  }

  /// The forks by the traced command and its descendants.
  var forksByCommand: [ForkEvent] {
    get throws {
      let command = try command
      return forks.filter { $0.process.id != command }
    }
  }

  func node(_ id: ProcessID) throws -> ProcessNode {
    guard let node = tree[id] else { throw Evidence.Fault("pid \(id.pid) is not in the tree") }
    return node
  }

  func onlyChild(of id: ProcessID) throws -> ProcessNode {
    let children = tree.children(of: id)
    try expect(children.count, is: 1, "the number of children of pid \(id.pid)")
    return try node(children[0])
  }

  /// Checks that no event was lost, and that all events are of the command, its descendants and the program itself.
  func expectWholeFamily() throws {
    try expect(lost == LossCounts(), "lost: \(lost)")
    var family: Set = [try command]
    for fork in try forksByCommand {
      guard let parent = fork.process.parent, family.contains(parent) else {
        throw Evidence.Fault("pid \(fork.process.id.pid) was not forked by a process in scope")
      }
      try expect(family.insert(fork.process.id).inserted, "pid \(fork.process.id.pid) was forked twice")
    }
    let subjects = execs.map(\.process) + failures.map(\.process) + exits.map(\.process)
    let others = subjects.filter { !family.contains($0.id) }
    try expect(others.isEmpty, "an event of pid \(others.first?.id.pid ?? 0), which is not in scope")
    try expect(exits.count, is: family.count, "the number of exits")
    try expect(Set(exits.map(\.process.id)).count, is: family.count, "the number of exited processes")
  }
}

extension StringVector {
  /// Each string as text.
  var texts: [String] { map { String(decoding: $0, as: UTF8.self) } }
}

extension RawBytes {
  var text: String { String(decoding: bytes, as: UTF8.self) }
}
