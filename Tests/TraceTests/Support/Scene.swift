import Events
import Testing
import Tree

/// A process and all that it started, in the order of its events.
struct Family {
  let pid: Int32
  /// When it had not begun yet, nanoseconds since boot: a process that had the pid before is another.
  let since: UInt64
  private(set) var root: ProcessID?
  private(set) var members: Set<ProcessID> = []
  private(set) var events: [ProcessEvent] = []
  private var alive = 0

  init(pid: Int32, since: UInt64) {
    self.pid = pid
    self.since = since
  }

  var hasEnded: Bool { root != nil && alive <= 0 }

  mutating func add(_ event: ProcessEvent) {
    guard let process = event.process else { return }
    switch event {
    case .fork, .existing:
      if root == nil, process.id.pid == pid, process.id.startTime >= since {
        root = process.id
      } else if !(process.parent.map(members.contains) ?? false) || members.contains(process.id) {
        return
      }
      members.insert(process.id)
      alive += 1
      events.append(event)
    default:
      guard members.contains(process.id) else { return }
      events.append(event)
      if case .exit = event { alive -= 1 }
    }
  }
}

/// The result of a fixture: its events, the tree, and its output.
struct Scene {
  let family: Family
  let tree: ProcessTree
  /// The fixture's own wait status.
  let status: Int32
  /// The output of the fixture.
  let lines: [String]

  var events: [ProcessEvent] { family.events }

  /// The fixture's own process, as the tree has it.
  var root: ProcessNode {
    get throws { try #require(family.root.flatMap { tree[$0] }) }
  }

  /// The member that last had a pid.
  func node(_ pid: Int64) throws -> ProcessNode {
    let id = try #require(family.members.filter { Int64($0.pid) == pid }.max(), "no member has the pid \(pid)")
    return try #require(tree[id])
  }

  /// The only child of a member.
  func onlyChild(of node: ProcessNode) throws -> ProcessNode {
    let children = tree.children(of: node.id)
    #expect(children.count == 1)
    return try #require(children.first.flatMap { tree[$0] })
  }

  func numbers(_ word: String) -> [[Int64]] { Fixture.numbers(word, in: lines) }

  var forks: [ForkEvent] { events.compactMap { if case .fork(let event) = $0 { event } else { nil } } }
  var execs: [ExecEvent] { events.compactMap { if case .exec(let event) = $0 { event } else { nil } } }
  var failures: [FailedExecEvent] { events.compactMap { if case .failedExec(let event) = $0 { event } else { nil } } }
  var exits: [ExitEvent] { events.compactMap { if case .exit(let event) = $0 { event } else { nil } } }
}

extension ProcessEvent {
  var process: ProcessFacts? {
    switch self {
    case .fork(let event): event.process
    case .exec(let event): event.process
    case .failedExec(let event): event.process
    case .exit(let event): event.process
    case .existing(let event): event.process
    case .lost, .census, .output, .host: nil
    }
  }
}

extension StringVector {
  var texts: [String] { map { String(decoding: $0, as: UTF8.self) } }
}

extension RawBytes {
  var text: String { String(decoding: bytes, as: UTF8.self) }
}
