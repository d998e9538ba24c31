import Events
import Tree

/// The tree of all events, to be printed at the end.
struct GatheredTree {
  private(set) var tree: ProcessTree
  /// The pid of the command if only its processes are shown; nil for all.
  let command: Int32?
  /// The identity of the command, after it was seen.
  private(set) var root: ProcessID?
  /// When the newest event happened, nanoseconds since boot.
  private(set) var newest: UInt64 = 0

  init(_ limits: Limits, command: Int32?) {
    tree = ProcessTree(limits: limits)
    self.command = command
  }

  mutating func take(_ event: ProcessEvent) {
    _ = tree.apply(event)
    newest = max(newest, event.time)
    // The first with its pid: later the pid may be another's.
    guard let command, root == nil, let found = tree.runningProcess(pid: command) else { return }
    root = found
    tree.keep([found])
  }
}
