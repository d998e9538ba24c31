public import Events

// A chain of only children shares one row, that of its last process: `sudo › bash › make`. The processes before the last
// are merged: they have no row of their own, and their descendants are indented as if they were not there.
//
// A process is merged with its only child, unless
// - it failed, is known only as a parent, or is a machine (`ProcessRecord.isApart`),
// - the user opened the chain or folded the process,
// - it is the last of `longestChain` levels of the tree: a walk over rows visits all processes of their chains, and a
//   process can have any number of descendants one below the other,
// - a filter is set and it matches: only the ancestors of matches are merged,
// - no filter is set, it runs, and nothing runs below it: the row of an exited process would hide that it runs.
//
// All of this is known from its own entry, so an event costs what it costs without chains.

extension Outline {
  /// Whether a node may be merged with its only displayed child.
  enum Merging: UInt8, Sendable {
    case never
    /// Unless the node runs and nothing runs below it.
    case alive
    case always
  }
}

extension Outline.Entry {
  /// Whether its only displayed child has a row that stands for both.
  var isMerged: Bool {
    guard shownChildren == 1, !isFolded else { return false }
    switch merging {
    case .never: return false
    case .alive: return exitedChildren == 0 || isExited
    case .always: return true
    }
  }
}

extension ProcessRecord {
  /// Whether a process has a row of its own in every chain: it failed, or is known only as a parent.
  @inline(__always)
  var isApart: Bool {
    if isHost { return true }
    if knowledge == .placeholder { return true }
    if !isRunning { return !(endStatus?.isSuccess ?? true) }
    guard failedExecCount > 0, let failure = lastFailure else { return false }
    return failure.time >= image?.time ?? 0
  }
}

extension Outline {
  /// Sets whether a chain of only children shares one row. - Complexity: O(processes).
  public mutating func setMergesChains(_ merges: Bool, in tree: ProcessTree) {
    guard merges != mergesChains else { return }
    mergesChains = merges
    rebuild(from: tree)
  }

  /// The most processes on one row.
  static let longestChain: UInt8 = 32

  /// The link of a child.
  func link(below parent: Int32) -> UInt8 {
    parent == NodeArena.root ? 0 : (entries[Int(parent)].link &+ 1) % Self.longestChain
  }

  func merging(of entry: Entry) -> Merging {
    // With a limit of 0 an only child may be collapsed, and has no row that could stand for two.
    guard mergesChains, exitedChildLimit != 0, entry.parent != NodeArena.none else { return .never }
    if entry.isApart || entry.isSplit || entry.link == Self.longestChain &- 1 { return .never }
    if filter == nil { return .alive }
    return entry.isMatch ? .never : .always
  }

  /// Applies a step: the process may have failed, or become known.
  mutating func updateApart(of step: TreeChange.Step, in tree: ProcessTree) {
    guard tree.arena.holds(step.id, at: step.slot) else { return }
    let isApart = tree.arena[record: step.slot].isApart
    let entry = entries[Int(step.slot)]
    var changed = entry
    changed.isApart = isApart
    changed.merging = merging(of: changed)
    guard changed.isApart != entry.isApart || changed.merging != entry.merging else { return }
    change(step.slot) { $0 = changed }
  }

  /// Opens or closes the chain of which a process is a part. - Complexity: O(length of the chain + depth).
  public mutating func setSplit(_ isSplit: Bool, chainOf id: ProcessID, in tree: ProcessTree) {
    guard let slot = tree.slot(of: id) else { return }
    update(in: tree)
    for link in links(of: slot, in: tree) { setSplit(isSplit, link, in: tree) }
    update(in: tree)
  }

  /// Whether a process is part of a chain that the user opened, as of the last `update`. - Complexity: O(length of the chain).
  public func isInOpenChain(_ id: ProcessID, in tree: ProcessTree) -> Bool {
    guard !split.isEmpty, let slot = tree.slot(of: id) else { return false }
    return links(of: slot, in: tree).contains { entries[Int($0)].isSplit }
  }

  /// The processes that share the row of a process, outermost first, without the process itself.
  /// - Complexity: O(length of the chain).
  public func chain(of id: ProcessID, in tree: ProcessTree) -> [ProcessID] {
    guard let slot = tree.slot(of: id), !entries[Int(slot)].isCollapsed else { return [] }
    let top = topSlot(in: tree)
    var result: [ProcessID] = []
    var node = slot
    while node != top, isMerged(entries[Int(node)].parent) {
      node = entries[Int(node)].parent
      result.append(tree.arena[node].id)
    }
    return result.reversed()
  }

  mutating func setSplit(_ ids: Set<ProcessID>, in tree: ProcessTree) {
    for id in split.symmetricDifference(ids) {
      if let slot = tree.slot(of: id) { setSplit(ids.contains(id), slot, in: tree) }
    }
  }

  private mutating func setSplit(_ isSplit: Bool, _ slot: Int32, in tree: ProcessTree) {
    let id = tree.arena[slot].id
    if isSplit { split.insert(id) } else { split.remove(id) }
    var changed = entries[Int(slot)]
    changed.isSplit = isSplit
    changed.merging = merging(of: changed)
    change(slot) { $0 = changed }
  }

  @inline(__always)
  func isMerged(_ slot: Int32) -> Bool { entries[Int(slot)].isMerged }

  /// The processes that are merged with their only child in the chain around a node, or would be if it were closed,
  /// outermost first.
  private func links(of slot: Int32, in tree: ProcessTree) -> [Int32] {
    func isLink(_ node: Int32) -> Bool {
      var entry = entries[Int(node)]
      entry.isSplit = false
      entry.merging = merging(of: entry)
      return entry.isMerged
    }
    var result: [Int32] = []
    var node = entries[Int(slot)].parent
    while node != NodeArena.root, node != NodeArena.none, isLink(node) {
      result.append(node)
      node = entries[Int(node)].parent
    }
    result.reverse()
    node = slot
    while isLink(node) {
      result.append(node)
      node = RowWalk.child(of: node, at: 0, self, tree).child
    }
    return result
  }

  /// The process whose row stands for a node. - Complexity: O(length of the chain).
  func last(ofChainAt slot: Int32, in tree: ProcessTree) -> Int32 {
    var node = slot
    while isMerged(node) { node = RowWalk.child(of: node, at: 0, self, tree).child }
    return node
  }
}

// MARK: - Top

extension Outline {
  /// Displays only a process and its descendants; nil displays the whole tree. - Complexity: O(1).
  public mutating func setTop(_ top: ProcessID?) { self.top = top }

  /// The number of rows below the top. - Complexity: O(1).
  public func rowCount(in tree: ProcessTree) -> Int {
    let top = topSlot(in: tree)
    return top == NodeArena.root ? rowCount : Int(entries[Int(top)].ownRows)
  }

  /// The slot of the top; the root where the whole tree is displayed.
  func topSlot(in tree: ProcessTree) -> Int32 { top.flatMap { tree.slot(of: $0) } ?? NodeArena.root }

  /// Whether a process is the top or a descendant of it. - Complexity: O(depth).
  public func isWithinTop(_ id: ProcessID, in tree: ProcessTree) -> Bool {
    guard let slot = tree.slot(of: id) else { return false }
    let top = topSlot(in: tree)
    return top == NodeArena.root || tree.arena.isWithin(slot, top)
  }
}
