/// What a filter can look at. The table of names is also what errors and help list.
enum FilterField: Sendable, Hashable, CaseIterable {
  case pid, ppid, comm, exe, file, cwd, argv, arg, env, user, uid, cgroup, container, unit

  /// Each name with its field; the first name of a field is the one to show.
  static let names: [(name: String, field: FilterField)] = [
    ("pid", .pid), ("ppid", .ppid), ("comm", .comm), ("exe", .exe), ("file", .file), ("cwd", .cwd),
    ("argv", .argv), ("args", .argv), ("arg", .arg), ("env", .env), ("user", .user), ("uid", .uid),
    ("cgroup", .cgroup), ("container", .container), ("unit", .unit),
  ]

  init?(name: String) {
    let name = name.lowercased()
    guard let entry = Self.names.first(where: { $0.name == name }) else { return nil }
    self = entry.field
  }

  /// Holds a number: `:` and `=` then both mean equality, since `uid:0` asks for root and not for every uid with a 0.
  var isNumeric: Bool {
    switch self {
    case .pid, .ppid, .uid: true
    case .comm, .exe, .file, .cwd, .argv, .arg, .env, .user, .cgroup, .container, .unit: false
    }
  }
}

extension Filter {
  /// The names of the fields that a filter knows, in the order in which to list them.
  public static let fieldNames: [String] = FilterField.names.map(\.name)
}
