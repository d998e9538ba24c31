internal import Events
internal import Tree

extension ProcessTree {
  /// A filter expression that matches exactly these of the remembered processes: by pid, and also by start time if
  /// another process had the same pid.
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
