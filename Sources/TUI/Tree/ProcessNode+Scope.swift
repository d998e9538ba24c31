internal import Tree

extension ProcessNode {
  /// Whether the process is outside the trace scope and seen only as a parent. A process in the scope that started
  /// before the tracing was read from /proc, so it is not a placeholder.
  ///
  /// - Parameter scopeStart: when tracing with a scope started, nanoseconds since boot; nil without a scope, or if
  ///   that is unknown, as in a recording.
  func isOutside(ofScopeSince scopeStart: UInt64?) -> Bool {
    isPlaceholder && (scopeStart.map { startTime < $0 } ?? false)
  }
}
