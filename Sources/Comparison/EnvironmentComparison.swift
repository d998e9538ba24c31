internal import Events

/// The variables in which two environments differ.
public struct VariableChanges: Sendable, Hashable {
  /// Variables that only the first one has, as `NAME=value`.
  public internal(set) var removed: [[UInt8]] = []
  /// Variables that only the second one has.
  public internal(set) var added: [[UInt8]] = []
  /// Variables with another value: that of the first one and that of the second one.
  public internal(set) var changed: [Change] = []

  /// A variable with two values.
  public struct Change: Sendable, Hashable {
    /// As `NAME=value` in the first one.
    public let before: [UInt8]
    /// As `NAME=value` in the second one.
    public let after: [UInt8]
  }

  /// Whether both have the same variables.
  public var isEmpty: Bool { removed.isEmpty && added.isEmpty && changed.isEmpty }
}

/// Compares environments, and remembers what it found: all processes of a job have nearly the same.
struct EnvironmentComparison {
  private struct Pair: Hashable {
    let a: StringVector
    let b: StringVector
  }

  private var known: [Pair: VariableChanges] = [:]
  private static let mostKnown = 512

  /// What shells and other programs set for each process.
  private static let volatile: [[UInt8]] = [
    "_", "PWD", "OLDPWD", "SHLVL", "RANDOM", "SECONDS", "INVOCATION_ID", "JOURNAL_STREAM", "SYSTEMD_EXEC_PID",
    "SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY", "SSH_AUTH_SOCK", "XDG_SESSION_ID", "TMUX", "TMUX_PANE", "WINDOWID",
    "MAKE_TERMOUT", "MAKE_TERMERR", "COLUMNS", "LINES", "MFLAGS", "MAKEFLAGS",
  ].map { Array($0.utf8) }

  /// - Complexity: O(bytes of both), once for each pair of environments.
  mutating func changes(
    _ a: StringVector, _ b: StringVector, _ first: CommandNormaliser, _ second: CommandNormaliser
  ) -> VariableChanges {
    if a == b { return VariableChanges() }
    let pair = Pair(a: a, b: b)
    if let found = known[pair] { return found }
    let found = Self.compare(a, b, first, second)
    if known.count >= Self.mostKnown { known.removeAll() }
    known[pair] = found
    return found
  }

  private static func compare(
    _ a: StringVector, _ b: StringVector, _ first: CommandNormaliser, _ second: CommandNormaliser
  ) -> VariableChanges {
    var before: [ArraySlice<UInt8>: ArraySlice<UInt8>] = [:]
    for variable in a { before[name(of: variable)] = variable }
    var changes = VariableChanges()
    for variable in b {
      let name = name(of: variable)
      let old = before.removeValue(forKey: name)
      if volatile.contains(Array(name)) { continue }
      guard let old else {
        changes.added.append(Array(variable))
        continue
      }
      if old != variable, normal(old, first) != normal(variable, second) {
        changes.changed.append(VariableChanges.Change(before: Array(old), after: Array(variable)))
      }
    }
    for variable in a where before[name(of: variable)] != nil && !volatile.contains(Array(name(of: variable))) {
      changes.removed.append(Array(variable))
    }
    return changes
  }

  private static func name(of variable: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    variable.prefix { $0 != UInt8(ascii: "=") }
  }

  private static func normal(_ variable: ArraySlice<UInt8>, _ normaliser: CommandNormaliser) -> [UInt8] {
    var result: [UInt8] = []
    // The value by itself, so that a path may begin it.
    let value = variable.dropFirst(name(of: variable).count &+ 1)
    value.withUnsafeBufferPointer { normaliser.append($0, to: &result) }
    return result
  }
}
