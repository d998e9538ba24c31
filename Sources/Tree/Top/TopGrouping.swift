public import Events
internal import Filtering

/// The property by which a `TopTable` groups processes.
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
  /// Processes with this comm.
  case comm(Comm)
  /// Processes with this executable.
  case exe(RawBytes)
  /// Processes of this real user.
  case user(UInt32)
  /// Processes in this cgroup.
  case cgroup(RawBytes)
  /// Processes in this container.
  case container(RawBytes)
  /// Processes with an unknown group, or without one.
  case none(TopGrouping)
  /// All processes over the limit of groups (`TopTable.groupLimit`).
  case others

  /// The bytes to sort by and to show: a name or a path, chosen by processes. Empty for all other groups.
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
    // A process that is known only as a parent, of which no user is known and no event, is in no table.
    case .none(let grouping): "!has:\(grouping.rawValue) (has:uid or ev=fork,exec,fail,exit)"
    case .others: nil
    }
  }
}

/// Finds the group of a process: usually by the address of an object that it shares with others, else by its contents.
struct TopGroups {
  private let grouping: TopGrouping
  private let limit: Int
  /// The rows, in the order in which their groups were found.
  private(set) var rows: ContiguousArray<TopTally> = []
  private var places: [TopKey: Int32] = [:]
  private var others: Int32?
  /// A hash table without chains: on a collision the group is looked up by its key, which is slower but never wrong.
  private var known = Self.unknown
  private static let slots = 4096
  private static let unknown = [(object: UInt, place: Int32)](repeating: (0, 0), count: slots)

  init(_ grouping: TopGrouping, limit: Int) {
    self.grouping = grouping
    self.limit = limit
  }

  /// Forgets the addresses of objects: another object may have the same address by now.
  mutating func forgetObjects() { known = Self.unknown }

  /// Finds what recurs in each group, after the last process.
  mutating func findRecurrences(in tree: ProcessTree) {
    let finder = RecurrenceFinder(tree: tree)
    for index in rows.indices { rows[index].findRecurrences(finder) }
  }

  /// Adds a process. - Complexity: O(1), without an allocation if its shared object is in the table of addresses.
  @inline(__always)
  mutating func add(_ record: UnsafePointer<ProcessRecord>, _ id: ProcessID, _ window: ClosedRange<UInt64>) {
    rows[Int(rowIndex(of: record))].add(record, id, window)
  }

  @inline(__always)
  private mutating func rowIndex(of record: UnsafePointer<ProcessRecord>) -> Int32 {
    guard let object = object(of: record) else { return rowIndex(.none(grouping), record) }
    let slot = Int(truncatingIfNeeded: (UInt64(truncatingIfNeeded: object) &* 0x9e37_79b9_7f4a_7c15) &>> 52)
    if known[slot].object == object { return known[slot].place }
    let place = rowIndex(key(of: record), record)
    known[slot] = (object, place)
    return place
  }

  /// The address of the object that determines the group.
  @inline(__always)
  private func object(of record: UnsafePointer<ProcessRecord>) -> UInt? {
    switch grouping {
    case .exe: record.pointee.image.map { UInt(bitPattern: ObjectIdentifier($0.names)) }
    // The user of a placeholder is unknown.
    case .user where record.pointee.knowledge == .placeholder: nil
    case .comm, .user, .cgroup, .container: UInt(bitPattern: ObjectIdentifier(record.pointee.profile))
    }
  }

  private mutating func rowIndex(_ key: TopKey, _ record: UnsafePointer<ProcessRecord>) -> Int32 {
    if let place = places[key] { return place }
    if places.count >= limit {
      let place = others ?? append(.others)
      others = place
      return place
    }
    let place = append(key)
    places[key] = place
    return place
  }

  private mutating func append(_ key: TopKey) -> Int32 {
    rows.append(TopTally(key))
    return Int32(truncatingIfNeeded: rows.count &- 1)
  }

  private func key(of record: UnsafePointer<ProcessRecord>) -> TopKey {
    let profile = record.pointee.profile
    switch grouping {
    case .comm: return profile.comm.isEmpty ? .none(.comm) : .comm(profile.comm)
    case .exe:
      guard let exe = record.pointee.image?.exe, !exe.isEmpty else { return .none(.exe) }
      return .exe(exe)
    case .user: return .user(profile.uid)
    case .cgroup:
      guard let path = profile.cgroup, !path.isEmpty else { return .none(.cgroup) }
      return .cgroup(path)
    case .container:
      guard let path = profile.cgroup, let name = CgroupOwner(of: path).container else { return .none(.container) }
      return .container(RawBytes(name))
    }
  }
}
