public import Events

/// Why a process failed: the chain of processes from it down to the one whose failure was passed on.
///
/// At each step, a failed child that ended before its parent explains the parent's failure if
/// - both were ended by the same signal;
/// - the parent exited with the child's status, as a shell has it (128 and the signal's number after a signal): of
///   several such children the last one after whose end the parent started nothing more, else the last one, unless the
///   status is 1, which says little: the condition of an `if` ends with it;
/// - the parent runs jobs and has a status of its own for their failure, as make does (`drivers`): the first child
///   that failed and after which no other started, since make starts nothing after an error; with `make -k`, the last
///   child that failed;
/// - the parent started nothing after the child failed, and exited within a second (`reaction`).
///
/// If no child does, the process is the cause itself. An exit whose status was lost explains nothing.
public struct FailureCause: Sendable, Hashable {
  /// How a failure got from a process to its parent.
  public enum Link: String, Sendable, Hashable {
    /// The parent ended with the same status.
    case status
    /// The parent ended with another status, as a consequence.
    case reaction
  }

  /// A process of the chain.
  public struct Step: Sendable, Hashable {
    /// The process.
    public let id: ProcessID
    /// How its failure reached the step before; nil for the first step.
    public let link: Link?
  }

  /// From the process that was asked about to the cause; at least one.
  public let chain: [Step]

  /// The process that was asked about.
  public var root: ProcessID { chain[0].id }
  /// The process where the failure began.
  public var cause: ProcessID { chain[chain.count &- 1].id }

  /// The cause of a process's failure; nil if the process did not fail, or if its status is unknown.
  /// - Complexity: O(children of the chain's processes).
  public init?(of root: ProcessID, in tree: ProcessTree) {
    guard var node = tree[root], node.isNonzero else { return nil }
    var chain = [Step(id: root, link: nil)]
    while let step = Self.step(below: node, in: tree), let next = tree[step.id] {
      chain.append(step)
      node = next
    }
    self.chain = chain
  }

  /// Programs that run jobs, and whose status does not tell that of a failed job: their exit may also be late, because
  /// they wait for other jobs.
  static let drivers: Set<Comm> = [
    "make", "gmake", "bmake", "ninja", "samu", "xargs", "parallel", "cargo", "go", "npm", "bazel",
  ]
  /// How soon after the failure of its child a process exits that reacts to it, in nanoseconds.
  static let reaction: UInt64 = 1_000_000_000

  private struct Child {
    let id: ProcessID
    let end: UInt64
    let status: ExitStatus
  }

  private static func step(below node: ProcessNode, in tree: ProcessTree) -> Step? {
    guard let end = node.end, let status = end.status else { return nil }
    var failed: [Child] = []
    var lastStart: UInt64 = 0
    for id in tree.children(of: node.id) {
      lastStart = max(lastStart, id.startTime)
      guard let child = tree[id]?.end, child.time <= end.time, let status = child.status, !status.isSuccess else {
        continue
      }
      failed.append(Child(id: id, end: child.time, status: status))
    }
    func step(_ child: Child?, _ link: Link) -> Step? { child.map { Step(id: $0.id, link: link) } }
    func last(_ children: [Child]) -> Child? { children.max { ($0.end, $0.id) < ($1.end, $1.id) } }
    if status.signal != 0 { return step(last(failed.filter { $0.status.signal == status.signal }), .status) }

    let final = failed.filter { $0.end >= lastStart }
    if drivers.contains(node.facts.comm) {
      return step(final.min { ($0.end, $0.id) < ($1.end, $1.id) } ?? last(failed), .reaction)
    }
    func passes(_ child: Child) -> Bool { child.status.shellCode == status.code }
    let telling = status.code > 1 ? failed.filter(passes) : []
    if let child = last(final.filter(passes)) ?? last(telling) { return step(child, .status) }
    return step(last(final.filter { end.time &- $0.end <= reaction }), .reaction)
  }
}

extension FailureCause {
  /// The failed processes to explain: those that started in the run under a process that did not, such as the command of
  /// a recording; with a filter, the topmost matching ones that failed. By the time of their exit.
  /// - Complexity: O(processes).
  public static func roots(in tree: ProcessTree, matching isWanted: ((ProcessID) -> Bool)? = nil) -> [ProcessID] {
    var found: [(end: UInt64, id: ProcessID)] = []
    var waiting = tree.topLevelProcesses
    while let id = waiting.popLast() {
      guard let node = tree[id] else { continue }
      if let isWanted {
        if node.isNonzero, isWanted(id) {
          found.append((node.end?.time ?? 0, id))
          continue
        }
      } else if !node.isPlaceholder, !node.marks.contains(.fromProc) || node.execCount > 0 {
        // The command of a recording was started a moment before it, and has executed its program since.
        if node.isNonzero { found.append((node.end?.time ?? 0, id)) }
        continue
      }
      waiting += tree.children(of: id)
    }
    return found.sorted { ($0.end, $0.id) < ($1.end, $1.id) }.map(\.id)
  }
}

extension ProcessNode {
  /// Whether it exited with a status other than 0, or was ended by a signal.
  public var isNonzero: Bool { end?.status.map { !$0.isSuccess } ?? false }
}

extension ExitStatus {
  /// The status as a shell has it in `$?`: the exit code, or 128 and the signal's number.
  public var shellCode: Int32 { signal == 0 ? code : 128 &+ signal }
}
