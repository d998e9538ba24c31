import Filtering
import Trace

/// The events that the kernel side may leave out because the constant filter leaves them out anyway.
struct NarrowedScope {
  /// Only these processes and their descendants; empty for all.
  var pids: [Int32] = []
  /// Only processes of this user.
  var uid: UInt32?

  /// Leaves out nothing.
  init() {}

  /// - Parameters:
  ///   - scope: what the filter needs.
  ///   - options: what was asked for anyway; it stays as it is, since the kernel side knows one of a kind alone.
  init(_ scope: FilterScope?, beside options: TraceOptions) {
    guard let scope else { return }
    uid = scope.uid ?? scope.user.flatMap { ScopeOptions.uid(of: $0) }
    // A process that is still to come would not be noticed by its pid; a thread's number is nobody's yet.
    if options.scope.pids.isEmpty, options.command.isEmpty,
      scope.pids.allSatisfy({ (try? HeldProcess(pid: $0)) != nil })
    {
      pids = scope.pids
    }
  }
}
