/// The part of a filter that the kernel side can apply. Events in this scope are a superset of the matches, so the
/// filter still has to be evaluated.
public struct FilterScope: Sendable, Hashable {
  /// Only these processes and their descendants; empty for all.
  public var pids: [Int32] = []
  /// Only processes of this real user.
  public var uid: UInt32?
  /// Only processes of the real user with this name.
  public var user: String?
}

extension Filter {
  /// The part of the filter that the kernel side can apply without changing the result; nil for none.
  ///
  /// Events out of scope never reach the tree. So there is no scope with conditions on other processes: depth,
  /// ancestors, siblings. For a user there is none with conditions on earlier events of a process either, which may
  /// have had another user, or on events other than execs, which inherit from these. A cgroup is no scope for a filter:
  /// the kernel side knows its id, and a new cgroup with the same path has another id.
  ///
  /// A pid means the process that has it when tracing starts; a later process with this pid is not noticed.
  ///
  /// - Parameter execs: whether only execs and failed execs are evaluated.
  /// - Complexity: O(size of the expression).
  public func kernelScope(ofExecsOnly execs: Bool) -> FilterScope? {
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
        // With only the first in scope, the ancestors that the second tests would be missing.
        if isByLineage { return nil }
        (scope.pids, isByLineage) = (pids, true)
      default: rest.formUnion(part.needs)
      }
    }
    if rest.contains(.others) { return nil }
    // Ancestors may have other users.
    if isByLineage || !execs || rest.contains(.history) { (scope.uid, scope.user) = (nil, nil) }
    return scope == FilterScope() ? nil : scope
  }
}

extension Filter {
  /// Whether it tests environments. If not, the caller need not read them.
  /// - Complexity: O(size of the expression).
  public var needsEnvironment: Bool { node.needs.contains(.environment) }
}

/// The data that conditions need besides the event for which they are evaluated.
private struct FilterNeeds: OptionSet {
  let rawValue: UInt8

  /// Earlier or later events of the process: its children, its programs; its cgroup, whose path another event may have
  /// had.
  static let history = FilterNeeds(rawValue: 1 << 0)
  /// Other processes of the tree.
  static let others = FilterNeeds(rawValue: 1 << 1)
  /// Environments.
  static let environment = FilterNeeds(rawValue: 1 << 2)
}

extension FilterNode {
  fileprivate var needs: FilterNeeds {
    switch form {
    case .test(let test): test.needs
    case .all(let parts), .any(let parts): parts.reduce(into: []) { $0.formUnion($1.needs) }
    case .not(let part): part.needs
    case .relation(_, let inner): inner.needs.union(.others)
    }
  }
}

extension FilterTest {
  fileprivate var needs: FilterNeeds {
    switch field {
    case .kids, .execs, .fails, .cgroup, .container, .unit: .history
    case .depth, .mark: .others
    case .env: .environment
    case nil, .comm, .exe, .file, .interp, .arg, .argv, .cwd: []
    case .pid, .ppid, .user, .uid, .euid, .gid, .auid, .tty, .sid, .host: []
    case .ev, .state, .exit, .sig, .killer, .ret, .errno, .dur, .age, .start, .cpu, .mem: []
    }
  }

  /// The matching numbers, where they are a list.
  private var list: [Int64]? {
    guard !isNegated, case .number(let ranges) = condition, !ranges.isEmpty,
      ranges.allSatisfy({ $0.lowerBound == $0.upperBound })
    else { return nil }
    return ranges.map(\.lowerBound)
  }

  /// The pids of the condition, if it is on pids.
  fileprivate var pids: [Int32]? {
    guard field == .pid, let list else { return nil }
    let pids = list.compactMap { Int32(exactly: $0) }.filter { $0 > 0 }
    return pids.count == list.count ? pids : nil
  }

  /// The user of the condition, if it is on one user.
  fileprivate var user: (uid: UInt32?, name: String?) {
    if field == .uid, let list, list.count == 1 { return (UInt32(exactly: list[0]), nil) }
    guard field == .user, !isNegated, case .equals(let names, let numbers) = condition, names.count == 1 else {
      return (nil, nil)
    }
    // A name may consist of digits.
    guard numbers.isEmpty, let name = String(validating: names[0], as: UTF8.self) else { return (nil, nil) }
    return (nil, name)
  }
}
