internal import Events

/// Finds the slot of a process: an open-addressed hash table of slots. The identities are in the arena, so a process
/// takes some eight bytes here instead of the forty of a dictionary.
struct SlotIndex: Sendable {
  /// A slot plus 1; 0 for an empty entry.
  private var table: ContiguousArray<Int32> = ContiguousArray(repeating: 0, count: 16)
  private(set) var count = 0
  /// Differs in each run, so that a recording cannot force collisions.
  private let seed = UInt64(bitPattern: Int64(Hasher().finalize())) | 1

  /// The slot of a process; nil where it has none. - Complexity: O(1).
  func slot(of id: ProcessID, in arena: borrowing NodeArena) -> Int32? {
    var place = home(of: id)
    while table[place] != 0 {
      let slot = table[place] &- 1
      if arena[slot].id == id { return slot }
      place = (place &+ 1) & (table.count &- 1)
    }
    return nil
  }

  /// Inserts a process that is not in the table. - Complexity: O(1), amortised.
  mutating func insert(_ slot: Int32, in arena: borrowing NodeArena) {
    if (count &+ 1) &* 4 > table.count &* 3 { grow(in: arena) }
    put(slot, id: arena[slot].id)
    count &+= 1
  }

  /// Removes a process that is in the table. - Complexity: O(1).
  mutating func remove(_ slot: Int32, in arena: borrowing NodeArena) {
    let mask = table.count &- 1
    var hole = home(of: arena[slot].id)
    while table[hole] != slot &+ 1 { hole = (hole &+ 1) & mask }
    // Later entries move up, unless that would put them before their home position.
    var place = (hole &+ 1) & mask
    while table[place] != 0 {
      let home = home(of: arena[table[place] &- 1].id)
      if (place &- home) & mask >= (place &- hole) & mask {
        table[hole] = table[place]
        hole = place
      }
      place = (place &+ 1) & mask
    }
    table[hole] = 0
    count &-= 1
  }

  private mutating func grow(in arena: borrowing NodeArena) {
    let old = table
    table = ContiguousArray(repeating: 0, count: old.count &* 2)
    for entry in old where entry != 0 { put(entry &- 1, id: arena[entry &- 1].id) }
  }

  private mutating func put(_ slot: Int32, id: ProcessID) {
    var place = home(of: id)
    while table[place] != 0 { place = (place &+ 1) & (table.count &- 1) }
    table[place] = slot &+ 1
  }

  private func home(of id: ProcessID) -> Int {
    let pid = UInt64(UInt32(bitPattern: id.pid))
    var mix = (id.startTime ^ pid << 32 ^ pid ^ UInt64(id.host) << 16) &* seed
    mix ^= mix >> 32
    mix = mix &* 0x9e37_79b9_7f4a_7c15
    return Int(truncatingIfNeeded: mix >> 20) & (table.count &- 1)
  }
}
