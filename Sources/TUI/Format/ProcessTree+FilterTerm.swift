internal import ProcessTree

extension ProcessTree {
  /// An expression of the filter that these processes match, and no other of those that are remembered: by their pids, and
  /// where another one had the same pid by when they began, too.
  ///
  /// - Parameter ids: at least one.
  /// - Returns: the expression, and whether the pids suffice.
  /// - Complexity: O(processes)
  func filterTerm(for ids: Set<ProcessID>) -> (text: String, isByPID: Bool) {
    let pids = Set(ids.map(\.pid))
    let isByPID = allIDs.count { pids.contains($0.pid) } == ids.count
    let text = "pid=" + pids.sorted().map { "\($0)" }.joined(separator: ",")
    if isByPID { return (text, true) }
    let starts = Set(ids.map(\.startTime)).sorted().map { "\($0)" }.joined(separator: ",")
    return ("\(text) start=\(starts)", false)
  }
}
