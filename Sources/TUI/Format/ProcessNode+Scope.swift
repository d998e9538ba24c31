internal import ProcessTree

extension ProcessNode {
  /// Whether it is outside of what is traced, and known only as the parent of somebody who is not: whoever began before
  /// a scope did and is in it was read then.
  ///
  /// - Parameter scopeStart: when the tracing of a part of the machine began, nanoseconds since boot; nil where all of
  ///   it is traced, or where that is not known, as of a recording.
  func isOutside(ofScopeSince scopeStart: UInt64?) -> Bool {
    isPlaceholder && (scopeStart.map { startTime < $0 } ?? false)
  }
}
