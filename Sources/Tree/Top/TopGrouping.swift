public import Events
public import Filtering

/// What the processes of a `TopTable` are grouped by.
public enum TopGrouping: String, Sendable, Hashable, CaseIterable {
  /// The kernel's name of the process, `comm`.
  case comm
  /// The path of the executed program; for a script that of its interpreter.
  case exe
  /// The real user, by number.
  case user
  /// The path of the cgroup.
  case cgroup
  /// The container, derived from the path of the cgroup.
  case container
}

/// Identifies a row of a `TopTable`: the same in all tables with one grouping, so that a selection can stay on it.
public enum TopKey: Hashable, Sendable {
  case comm(Comm)
  case exe(RawBytes)
  case user(UInt32)
  case cgroup(RawBytes)
  case container(RawBytes)
  /// Processes with an unknown group, or without one.
  case none(TopGrouping)
  /// All processes over the limit of groups (`TopTable.groupLimit`).
  case others

  /// The bytes to sort by and to show: a name or a path, chosen by processes. Empty for users and where there is none.
  public var bytes: [UInt8] {
    switch self {
    case .comm(let comm): comm.bytes
    case .exe(let path), .cgroup(let path), .container(let path): path.bytes
    case .user, .none, .others: []
    }
  }

  /// The filter expression that matches exactly the processes of this group; nil for `others`.
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
