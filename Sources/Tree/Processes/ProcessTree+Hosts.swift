public import Events

/// A machine of a tree.
public struct KnownHost: Sendable, Hashable {
  /// Its name; empty where unknown.
  public var name: RawBytes
  /// The id of its boot; empty where unknown.
  public var boot: RawBytes
  /// The name, and what distinguishes it from another machine of that name.
  public var label: RawBytes
  /// Why no more of its events come, as the rest of a sentence; nil while they do.
  public var failure: RawBytes?
}

// A tree of several machines: each has a row, above all its processes.

extension ProcessTree {
  /// Whether each machine has a row. - Complexity: O(1).
  public var hasHostRows: Bool { !hostRows.isEmpty }

  /// The machine of a process; nil where nothing is known about it. - Complexity: O(1).
  public func host(of id: ProcessID) -> KnownHost? { hosts[id.host] }

  /// The name of a process's machine; nil where it is unknown. - Complexity: O(1).
  public func hostName(of id: ProcessID) -> RawBytes? {
    hosts[id.host].flatMap { $0.name.isEmpty ? nil : $0.name }
  }

  /// Learns about a machine. If it is one of several, it gets a row, and its top-level processes move below it.
  /// - Complexity: O(top-level processes) for a new row, else O(1).
  mutating func apply(_ event: HostEvent, _ change: inout TreeChange) {
    hosts[event.number] = KnownHost(
      name: event.name, boot: event.boot, label: event.label, failure: event.failure)
    guard event.isOneOfSeveral else { return }
    let known = hostRows[event.number]
    let id = ProcessID(rowOf: event.number)
    let row = known ?? insert(id, under: NodeArena.root, &change)
    hostRows[event.number] = row
    if known == nil {
      arena[record: row].knowledge = .later
      arena[record: row].marks = []
      for slot in arena.children(of: NodeArena.root) where slot != row && arena[slot].id.host == event.number {
        place(slot, under: row, &change)
      }
    }
    // Its text is shown as it is, like a title.
    var text = event.label.bytes
    if let failure = event.failure { text += Array(" (".utf8) + failure.bytes + Array(")".utf8) }
    let comm = Comm(Array(event.name.bytes.prefix { $0 != 0 }.prefix(15)))
    let facts = ProcessFacts(
      id: id, parent: nil, comm: comm, uid: ProcessFacts.unknownID, gid: ProcessFacts.unknownID)
    arena[record: row].update(facts, at: max(event.time, 1), &profiles)
    let image = ProcessImage(
      time: 0, comm: comm, argv: StringVector(bytes: text.map { $0 == 0 ? UInt8(ascii: "?") : $0 } + [0]),
      marks: event.failure == nil ? .title : [.title, .incomplete])
    if let old = arena[record: row].newestImage { programs.release(old) }
    programs.hold(image)
    arena[record: row].newestImage = image
    addStep(.changed, row, &change)
  }

  /// Where a process without a known parent is placed. - Complexity: O(1).
  func top(of id: ProcessID) -> Int32 {
    hostRows.isEmpty ? NodeArena.root : hostRows[id.host] ?? NodeArena.root
  }

  /// Whether processes below have no known parent: it is the root, or the row of a machine.
  func isTop(_ slot: Int32) -> Bool { slot == NodeArena.root || arena[record: slot].isHost }
}
