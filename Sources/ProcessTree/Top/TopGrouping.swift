/// What the processes of a `TopTable` are put together by.
public enum TopGrouping: String, Sendable, Hashable, CaseIterable {
  /// The name that the kernel keeps, `comm`.
  case comm
  /// The path of the program really run; for a script that of its interpreter.
  case exe
  /// The real user, by number.
  case user
  /// The cgroup's path.
  case cgroup
  /// The container that the cgroup's path tells of.
  case container
}

/// Which row of a `TopTable` it is: the same in every table of the same grouping, so that a selection can stay on it.
public enum TopKey: Hashable, Sendable {
  case comm(Comm)
  case exe(RawBytes)
  case user(UInt32)
  case cgroup(RawBytes)
  case container(RawBytes)
  /// Of whom it is not known, or who are in none.
  case none(TopGrouping)
  /// All for whom the table had no group left (`TopTable.groupLimit`).
  case others

  /// Hostile bytes to sort and to show it by: a name or a path. Empty for users and where there is none.
  public var bytes: [UInt8] {
    switch self {
    case .comm(let comm): comm.bytes
    case .exe(let path), .cgroup(let path), .container(let path): path.bytes
    case .user, .none, .others: []
    }
  }

  /// The expression of the filter language that finds exactly the processes of this group; nil of the others, for whom
  /// there is none.
  public var filterText: String? {
    switch self {
    case .comm(let comm): "comm=" + FilterText.quoted(comm.bytes)
    case .exe(let path): "exe=" + FilterText.quoted(path.bytes)
    case .user(let uid): "uid=\(uid)"
    case .cgroup(let path): "cgroup=" + FilterText.quoted(path.bytes)
    case .container(let name): "container=" + FilterText.quoted(name.bytes)
    case .none(.user): "!has:uid"
    case .none(let grouping): "!has:\(grouping.rawValue)"
    case .others: nil
    }
  }
}
