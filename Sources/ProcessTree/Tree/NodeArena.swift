/// The nodes by slot: links in one array, records in another.
///
/// Slot 0 is no process: it is the machine, whose children are the roots and whose sums are those of the whole tree.
/// A slot is stable while its process is remembered, and is used again afterwards.
struct NodeArena: Sendable {
  static let none: Int32 = -1
  static let machine: Int32 = 0

  private var links = Pages<NodeLinks>()
  private var records = Pages<ProcessRecord>()
  private var free: [Int32] = []

  init() {
    let nobody = ProcessID(pid: 0, startTime: 0)
    links.append(NodeLinks(id: nobody))
    records.append(ProcessRecord(placeholder: nobody))
  }

  /// Slots there are, used or free.
  var capacity: Int { links.count }

  subscript(_ slot: Int32) -> NodeLinks {
    get { links[Int(slot)] }
    _modify { yield &links[Int(slot)] }
  }

  subscript(record slot: Int32) -> ProcessRecord {
    get { records[Int(slot)] }
    _modify { yield &records[Int(slot)] }
  }

  func holds(_ id: ProcessID, at slot: Int32) -> Bool {
    Int(slot) < capacity && self[slot].isUsed && self[slot].id == id
  }

  /// A slot for a placeholder that stands nowhere yet.
  mutating func allocate(_ id: ProcessID) -> Int32 {
    if let slot = free.popLast() {
      self[slot] = NodeLinks(id: id)
      self[record: slot] = ProcessRecord(placeholder: id)
      return slot
    }
    links.append(NodeLinks(id: id))
    records.append(ProcessRecord(placeholder: id))
    return Int32(links.count - 1)
  }

  /// Gives a slot back; its node must have been unlinked.
  mutating func release(_ slot: Int32) {
    self[slot].isUsed = false
    self[record: slot] = ProcessRecord(placeholder: self[slot].id)
    free.append(slot)
  }
}

// MARK: - Children

extension NodeArena {
  /// Puts a node with all that is below it under a parent, after the siblings that began before it.
  /// - Complexity: O(depth), and O(siblings that began after it) unless it began before all of them.
  mutating func link(_ slot: Int32, under parent: Int32) {
    let id = self[slot].id
    var before = self[parent].lastChild
    if let first = existing(self[parent].firstChild), id < self[first].id {
      before = Self.none
    }
    while let sibling = existing(before), id < self[sibling].id { before = self[sibling].previous }
    let after = before == Self.none ? self[parent].firstChild : self[before].next

    self[slot].parent = parent
    self[slot].previous = before
    self[slot].next = after
    if before == Self.none { self[parent].firstChild = slot } else { self[before].next = slot }
    if after == Self.none { self[parent].lastChild = slot } else { self[after].previous = slot }
    self[parent].childCount += 1
    add(self[slot].counts, from: parent)
  }

  /// Takes a node with all that is below it away from its parent. - Complexity: O(depth).
  mutating func unlink(_ slot: Int32) {
    let node = self[slot]
    if node.previous == Self.none {
      self[node.parent].firstChild = node.next
    } else {
      self[node.previous].next = node.next
    }
    if node.next == Self.none {
      self[node.parent].lastChild = node.previous
    } else {
      self[node.next].previous = node.previous
    }
    self[node.parent].childCount -= 1
    add(node.counts.negated, from: node.parent)
    self[slot].parent = Self.none
    self[slot].previous = Self.none
    self[slot].next = Self.none
  }

  /// Adds to the sums of a node and all above it. - Complexity: O(depth).
  mutating func add(_ delta: SubtreeCounts, from slot: Int32) {
    var slot = slot
    while slot != Self.none {
      self[slot].counts.add(delta)
      slot = self[slot].parent
    }
  }

  /// Whether `slot` is `ancestor` or stands below it. - Complexity: O(depth).
  func isWithin(_ slot: Int32, _ ancestor: Int32) -> Bool {
    var slot = slot
    while slot != Self.none {
      if slot == ancestor { return true }
      slot = self[slot].parent
    }
    return false
  }

  private func existing(_ slot: Int32) -> Int32? { slot == Self.none ? nil : slot }
}

// MARK: - Walking

extension NodeArena {
  /// The next node of a subtree, parents before children; nil after the last. Begin with the subtree's top.
  /// - Complexity: O(1) on average over a whole walk.
  func successor(of slot: Int32, within top: Int32) -> Int32? {
    if self[slot].firstChild != Self.none { return self[slot].firstChild }
    var slot = slot
    while slot != top {
      if self[slot].next != Self.none { return self[slot].next }
      slot = self[slot].parent
    }
    return nil
  }
}
