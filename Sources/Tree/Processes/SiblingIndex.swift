/// Some adjacent children of a parent with many children.
struct SiblingChunk: Sendable {
  var parent: Int32
  /// Members by start time; never empty while the chunk is in use.
  var slots: ContiguousArray<Int32>
  /// The longest run time in the members' subtrees.
  var longestRun: UInt64 = 0
  /// The failures in the members' subtrees (`SubtreeSums.failures`), as far as the parent has them.
  var failures: Int32 = 0
}

/// The children of parents with many children, in chunks, so that a place among a hundred thousand children is found by
/// skipping chunks. One table has the chunks of all parents; an outline keeps its own sums for each chunk.
struct SiblingIndex: Sendable {
  /// The most members of a chunk. A parent with more children has an index, and keeps it when it has fewer.
  let capacity: Int

  /// The chunks of each parent, in order.
  private(set) var orders: [Int32: ContiguousArray<Int32>] = [:]
  private(set) var chunks = Pages<SiblingChunk>()
  private var free: [Int32] = []

  init(capacity: Int) { self.capacity = capacity }

  /// The chunks of a parent, in order; nil where it has no index.
  func order(of parent: Int32) -> ContiguousArray<Int32>? { orders[parent] }

  subscript(_ chunk: Int32) -> SiblingChunk {
    @inline(__always) _read { yield chunks[Int(chunk)] }
    @inline(__always) _modify { yield &chunks[Int(chunk)] }
  }

  /// Makes the index of a parent from all its children, in order.
  mutating func make(_ parent: Int32, children: ContiguousArray<Int32>, changed: (Int32) -> Void) {
    var order: ContiguousArray<Int32> = []
    for start in stride(from: 0, to: children.count, by: capacity) {
      let end = min(start &+ capacity, children.count)
      order.append(allocate(SiblingChunk(parent: parent, slots: ContiguousArray(children[start..<end]))))
      changed(order.last!)
    }
    orders[parent] = order
  }

  /// Inserts a child after a sibling, or at the start. Returns its chunk, and the other chunk after a split.
  mutating func insert(
    _ slot: Int32, after sibling: Int32?, in chunk: Int32?, of parent: Int32
  )
    -> (chunk: Int32, split: Int32?)
  {
    guard let first = orders[parent]?.first else {
      let made = allocate(SiblingChunk(parent: parent, slots: [slot]))
      orders[parent] = [made]
      return (made, nil)
    }
    let target = chunk ?? first
    let place = sibling.map { self[target].slots.firstIndex(of: $0)! &+ 1 } ?? 0
    guard self[target].slots.count >= capacity else {
      self[target].slots.insert(slot, at: place)
      return (target, nil)
    }
    let at = orders[parent]!.firstIndex(of: target)!
    // Most new children are the last. Then the full chunk is not split.
    let cut = place == self[target].slots.count && at == orders[parent]!.count &- 1 ? place : capacity / 2
    let rest = ContiguousArray(self[target].slots[cut...])
    self[target].slots.removeSubrange(cut...)
    let made = allocate(SiblingChunk(parent: parent, slots: rest))
    orders[parent]!.insert(made, at: at &+ 1)
    if place <= cut, !rest.isEmpty {
      self[target].slots.insert(slot, at: place)
      return (target, made)
    }
    self[made].slots.insert(slot, at: place &- cut)
    return (made, target)
  }

  /// Removes a child from its chunk; returns false where the chunk is removed too.
  mutating func remove(_ slot: Int32, from chunk: Int32) -> Bool {
    self[chunk].slots.remove(at: self[chunk].slots.firstIndex(of: slot)!)
    guard self[chunk].slots.isEmpty else { return true }
    let parent = self[chunk].parent
    orders[parent]!.remove(at: orders[parent]!.firstIndex(of: chunk)!)
    free.append(chunk)
    return false
  }

  /// Removes the index of a parent without children.
  mutating func drop(_ parent: Int32) { orders[parent] = nil }

  private mutating func allocate(_ chunk: SiblingChunk) -> Int32 {
    if let slot = free.popLast() {
      self[slot] = chunk
      return slot
    }
    chunks.append(chunk)
    return Int32(truncatingIfNeeded: chunks.count &- 1)
  }
}
