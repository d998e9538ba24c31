internal import Events

/// The nodes by slot: links in one array, records in another.
///
/// Slot 0 is not a process: it is the root of the tree. Its children are the top-level processes, and its sums are
/// those of the whole tree. A process keeps its slot while it is remembered; then the slot is used again.
struct NodeArena: Sendable {
  static let none: Int32 = -1
  static let root: Int32 = 0

  private var links = Pages<NodeLinks>()
  private var presentLinks = Pages<PresentLinks>()
  private var freePresentLinks: [Int32] = []
  private var records = Pages<ProcessRecord>()
  private var free: [Int32] = []
  var siblings: SiblingIndex
  /// Chunks whose members changed since the last `drainChangedChunks`.
  private var changedChunks: [Int32] = []
  /// Changes that are not yet in the sums of ancestors.
  var pending = PendingSums()
  /// The sums over all nodes, always up to date.
  private(set) var whole = SubtreeSums()
  /// Counts the moves of nodes with descendants: depths from before a move are outdated.
  var moves: UInt32 = 0
  /// How many nodes started before their parent. If there are none, no node has an ancestor that started later.
  private(set) var disorder = 0

  /// - Parameter siblings: the capacity of a chunk of siblings; below the default for tests only.
  init(siblings: Int = 128) {
    self.siblings = SiblingIndex(capacity: siblings)
    let noProcess = ProcessID(pid: 0, startTime: 0)
    append(noProcess)
    // Top-level processes have depth 0.
    self[Self.root].depth = -1
  }

  /// The number of slots, used or free.
  var capacity: Int { links.count }

  subscript(_ slot: Int32) -> NodeLinks {
    @inline(__always) _read { yield links[Int(slot)] }
    @inline(__always) _modify { yield &links[Int(slot)] }
  }

  /// The present parent and children of a process. Most exited processes have none.
  subscript(presentLinks slot: Int32) -> PresentLinks {
    get { self[slot].presentLinks == Self.none ? PresentLinks() : presentLinks[Int(self[slot].presentLinks)] }
    set {
      let place = self[slot].presentLinks
      if newValue == PresentLinks() {
        guard place != Self.none else { return }
        self[slot].presentLinks = Self.none
        freePresentLinks.append(place)
      } else if place != Self.none {
        presentLinks[Int(place)] = newValue
      } else if let free = freePresentLinks.popLast() {
        presentLinks[Int(free)] = newValue
        self[slot].presentLinks = free
      } else {
        self[slot].presentLinks = Int32(truncatingIfNeeded: presentLinks.count)
        presentLinks.append(newValue)
      }
    }
  }

  subscript(record slot: Int32) -> ProcessRecord {
    @inline(__always) _read { yield records[Int(slot)] }
    @inline(__always) _modify { yield &records[Int(slot)] }
  }

  func isUsed(_ slot: Int32) -> Bool { self[slot].chunk != NodeLinks.free }

  func holds(_ id: ProcessID, at slot: Int32) -> Bool {
    Int(slot) < capacity && isUsed(slot) && self[slot].id == id
  }

  /// Returns a slot with an unlinked placeholder.
  mutating func allocate(_ id: ProcessID) -> Int32 {
    if let slot = free.popLast() {
      let pending = self[slot].pending
      self[slot] = NodeLinks(id: id)
      self[slot].pending = pending
      self[record: slot] = ProcessRecord()
      return slot
    }
    append(id)
    return Int32(truncatingIfNeeded: links.count &- 1)
  }

  private mutating func append(_ id: ProcessID) {
    links.append(NodeLinks(id: id))
    records.append(ProcessRecord())
  }

  /// Frees a slot; its node must have been unlinked.
  mutating func release(_ slot: Int32) {
    siblings.drop(slot)
    self[presentLinks: slot] = PresentLinks()
    self[slot].chunk = NodeLinks.free
    self[record: slot] = ProcessRecord()
    dropPending(slot)
    free.append(slot)
  }

  /// Moves the chunks of siblings whose members changed into a change: an outline has to sum them again.
  mutating func drainChangedChunks(into change: inout TreeChange) {
    guard !changedChunks.isEmpty else { return }
    for chunk in changedChunks { change.add(chunk: chunk) }
    changedChunks.removeAll(keepingCapacity: true)
  }
}

// MARK: - Children

extension NodeArena {
  /// Links a node, with all its descendants, under a parent, after the siblings that started before it.
  /// - Parameter keepingDepth: whether the depth stays, since a process between the two was left out.
  /// - Complexity: O(1), and O(log siblings) where many siblings started after it.
  mutating func link(_ slot: Int32, under parent: Int32, keepingDepth: Bool = false) {
    let before = siblingBefore(self[slot].id, under: parent)
    let after = before.map { self[$0].next } ?? self[parent].firstChild

    self[slot].parent = parent
    self[slot].previous = before ?? Self.none
    self[slot].next = after
    if let before { self[before].next = slot } else { self[parent].firstChild = slot }
    if after == Self.none { self[parent].lastChild = slot } else { self[after].previous = slot }
    self[parent].childCount &+= 1
    if isDisordered(slot, under: parent) { disorder &+= 1 }
    pendAll(of: slot)
    index(slot, after: before, under: parent)
    if !keepingDepth { setDepth(of: slot, under: parent) }
    whole.add(self[slot].sums)
  }

  private func isDisordered(_ slot: Int32, under parent: Int32) -> Bool {
    parent != Self.root && self[slot].id < self[parent].id
  }

  /// Unlinks a node, with all its descendants, from its parent. - Complexity: O(1).
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
    self[node.parent].childCount &-= 1
    if isDisordered(slot, under: node.parent) { disorder &-= 1 }
    if node.chunk >= 0 {
      if siblings.remove(slot, from: node.chunk) { sumLongest(ofChunk: node.chunk) }
      changedChunks.append(node.chunk)
    }
    whole.add(node.sums.negated)
    subtractSums(of: slot, from: node.parent)
    self[slot].parent = Self.none
    self[slot].previous = Self.none
    self[slot].next = Self.none
    self[slot].chunk = Self.none
  }

  /// The last sibling that started before a process; nil where there is none.
  private func siblingBefore(_ id: ProcessID, under parent: Int32) -> Int32? {
    let last = self[parent].lastChild
    if last == Self.none || self[last].id < id { return slotIfAny(last) }
    if let order = siblings.order(of: parent) {
      let chunk = order.partitioningIndex { self[siblings[$0].slots[0]].id > id } &- 1
      guard chunk >= 0 else { return nil }
      let slots = siblings[order[chunk]].slots
      return slots[slots.partitioningIndex { self[$0].id > id } &- 1]
    }
    var before = last
    while before != Self.none, id < self[before].id { before = self[before].previous }
    return slotIfAny(before)
  }

  private mutating func index(_ slot: Int32, after before: Int32?, under parent: Int32) {
    if siblings.order(of: parent) == nil {
      guard Int(self[parent].childCount) > siblings.capacity else { return }
      var made: [Int32] = []
      siblings.make(parent, children: ContiguousArray(children(of: parent))) { made.append($0) }
      for chunk in made { assignMembers(of: chunk) }
      return
    }
    // A node before the first sibling goes into the chunk of that sibling.
    let chunk = slotIfAny(before ?? self[slot].next).map { self[$0].chunk }
    let (target, split) = siblings.insert(slot, after: before, in: chunk, of: parent)
    self[slot].chunk = target
    changedChunks.append(target)
    if let split {
      assignMembers(of: split)
      assignMembers(of: target)
    }
  }

  /// Records in the members of a chunk which chunk they are in.
  private mutating func assignMembers(of chunk: Int32) {
    for slot in siblings[chunk].slots { self[slot].chunk = chunk }
    sumLongest(ofChunk: chunk)
    sumFailures(ofChunk: chunk)
    changedChunks.append(chunk)
  }

  /// The chunks of a parent's children, in order; nil for a parent with few children. Most parents need no look-up.
  @inline(__always)
  func order(of parent: Int32) -> ContiguousArray<Int32>? {
    let first = self[parent].firstChild
    return first == Self.none || self[first].chunk < 0 ? nil : siblings.order(of: parent)
  }

  func children(of slot: Int32) -> [Int32] {
    var result: [Int32] = []
    result.reserveCapacity(Int(self[slot].childCount))
    var child = self[slot].firstChild
    while child != Self.none {
      result.append(child)
      child = self[child].next
    }
    return result
  }

  /// Adds to a node's own sums; its ancestors get the change by `carrySums`. - Complexity: O(1).
  mutating func add(_ delta: SubtreeSums, from slot: Int32) {
    whole.add(delta)
    addOwn(delta, to: slot)
  }

  /// The slot, or nil for `none`.
  private func slotIfAny(_ slot: Int32) -> Int32? { slot == Self.none ? nil : slot }
}

// MARK: - Walking

extension NodeArena {
  /// Calls `body` with every process, but not with rows of machines, in a range of slots, in the order of memory. The record is lent, since copying a
  /// million records takes longer than evaluating them.
  /// - Complexity: O(slots).
  @inline(__always)
  func forEachRecord(in slots: Range<Int>, _ body: (Int32, ProcessID, UnsafePointer<ProcessRecord>) -> Void) {
    records.forEachPage(in: slots) { first, page in
      for index in page.indices {
        let slot = Int32(truncatingIfNeeded: first &+ index)
        let links = self[slot]
        if slot == Self.root || links.chunk == NodeLinks.free || links.id.isHost { continue }
        body(slot, links.id, page.baseAddress! + index)
      }
    }
  }

  /// The next node of a subtree, parents before children; nil after the last. Start with the top of the subtree.
  /// - Complexity: O(1) on average over a whole walk.
  @inline(__always) func successor(of slot: Int32, within top: Int32) -> Int32? {
    self[slot].firstChild == Self.none ? successor(past: slot, within: top) : self[slot].firstChild
  }

  /// The next node after a node's subtree.
  @inline(__always) func successor(past slot: Int32, within top: Int32) -> Int32? {
    var slot = slot
    while slot != top {
      if self[slot].next != Self.none { return self[slot].next }
      slot = self[slot].parent
    }
    return nil
  }
}

extension RandomAccessCollection where Index == Int {
  /// The first index whose element fulfils the condition, where all later elements fulfil it too; the end where none
  /// does. - Complexity: O(log n).
  func partitioningIndex(_ isBehind: (Element) -> Bool) -> Int {
    var (low, high) = (startIndex, endIndex)
    while low < high {
      let middle = low &+ (high &- low) >> 1
      if isBehind(self[middle]) { high = middle } else { low = middle &+ 1 }
    }
    return low
  }
}
