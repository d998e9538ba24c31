/// What a filter leaves of a trace for certain, in terms that the kernel side knows. All of it is a superset of the
/// matches: the filter still has to be asked.
public struct FilterScope: Sendable, Hashable {
  /// Only these processes, and all below them; empty for all.
  public var pids: [Int32] = []
  /// Only processes of this real user.
  public var uid: UInt32?
  /// The same by name.
  public var user: String?
}

extension Filter {
  /// The part of the filter that the kernel side can apply, where the filter then still finds the same; nil for none.
  ///
  /// What is left out never reaches the tree, so conditions that look at others than the process itself stand in the
  /// way: how deep it is, who is above or next to it. For a user, so does what happened to the process before, perhaps as
  /// someone else, and how events other than execs inherit from that. A cgroup is no scope for a filter, since the
  /// kernel side knows it by its number, and one that is made anew has the same path and another number.
  ///
  /// A pid counts for the process that has it when tracing begins; another that is given it later is not noticed.
  ///
  /// - Parameter execs: whether nothing but execs and failed execs is going to be asked about.
  /// - Complexity: O(size of the expression).
  public func kernelScope(ofExecsAlone execs: Bool) -> FilterScope? {
    let parts: [FilterNode] = if case .all(let parts) = node.form { parts } else { [node] }
    var scope = FilterScope()
    var isByLineage = false
    var rest: FilterNeeds = []
    for part in parts {
      switch part.form {
      case .test(let test):
        if scope.pids.isEmpty, let pids = test.pids { scope.pids = pids }
        if scope.uid == nil, scope.user == nil { (scope.uid, scope.user) = test.user }
        rest.formUnion(test.needs)
      case .relation(.under, let inner):
        guard case .test(let test) = inner.form, let pids = test.pids else { return nil }
        // Those above the second would be missed, if only the first were in scope.
        if isByLineage { return nil }
        (scope.pids, isByLineage) = (pids, true)
      default: rest.formUnion(part.needs)
      }
    }
    if rest.contains(.others) { return nil }
    // Those above may be other users'.
    if isByLineage || !execs || rest.contains(.history) { (scope.uid, scope.user) = (nil, nil) }
    return scope == FilterScope() ? nil : scope
  }
}

/// What conditions have to know beside the event that they are asked about.
private struct FilterNeeds: OptionSet {
  let rawValue: UInt8

  /// What happened to the process before, or since: its children, its programs; its cgroup, whose path may have been
  /// told by another event.
  static let history = FilterNeeds(rawValue: 1 << 0)
  /// Others in the tree.
  static let others = FilterNeeds(rawValue: 1 << 1)
}

extension FilterNode {
  fileprivate var needs: FilterNeeds {
    switch form {
    case .test(let test): test.needs
    case .all(let parts), .any(let parts): parts.reduce(into: []) { $0.formUnion($1.needs) }
    case .not(let part): part.needs
    case .relation: .others
    }
  }
}

extension FilterTest {
  fileprivate var needs: FilterNeeds {
    switch field {
    case .kids, .execs, .cgroup, .container, .unit: .history
    case .depth, .mark: .others
    case nil, .comm, .exe, .file, .interp, .arg, .argv, .cwd, .env: []
    case .pid, .ppid, .user, .uid, .euid, .gid, .auid, .tty, .sid: []
    case .ev, .state, .exit, .sig, .ret, .errno, .dur, .age, .start, .cpu, .mem: []
    }
  }

  /// The numbers that it lets through, if they are a list.
  private var list: [Int64]? {
    guard !isNegated, case .number(let ranges) = condition, !ranges.isEmpty,
      ranges.allSatisfy({ $0.lowerBound == $0.upperBound })
    else { return nil }
    return ranges.map(\.lowerBound)
  }

  /// The pids that it asks for, if it asks for such.
  fileprivate var pids: [Int32]? {
    guard field == .pid, let list else { return nil }
    let pids = list.compactMap { Int32(exactly: $0) }.filter { $0 > 0 }
    return pids.count == list.count ? pids : nil
  }

  /// The one user that it asks for, if it does.
  fileprivate var user: (uid: UInt32?, name: String?) {
    if field == .uid, let list, list.count == 1 { return (UInt32(exactly: list[0]), nil) }
    guard field == .user, !isNegated, case .equals(let names, let numbers) = condition, names.count == 1 else {
      return (nil, nil)
    }
    // A name may be made of digits.
    guard numbers.isEmpty, let name = String(validating: names[0], as: UTF8.self) else { return (nil, nil) }
    return (nil, name)
  }
}
