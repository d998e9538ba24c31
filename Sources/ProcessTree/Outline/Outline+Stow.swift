// Children that ended are stowed away when their parent has many: one row says how many, so that a build of a thousand
// compilers shows what runs, and the last few that ended.
//
// Of a parent's children that are over (nothing of their subtree runs), all but the last `stowsBeyond` are stowed, in
// the order of their start. The row stands before the first child and in the place of the last one that is stowed,
// which stands for all of them where a row has to be some process. A filter shows all that matches: nothing is stowed
// under one.

/// What is stowed of one parent's children.
struct Stow: Sendable, Equatable {
  /// The last one in the order of their start.
  var last: Int32
  var count: Int32
  /// Those of them that ended with an error or by a signal.
  var failed: Int32 = 0
}

extension Stow {
  fileprivate mutating func add(_ node: Int32, _ stowing: Outline.Stowing) {
    last = node
    count &+= 1
    if stowing == .failed { failed &+= 1 }
  }
}

extension Outline {
  /// How many children that are over are shown of one parent; nil shows all. - Complexity: O(processes) to set.
  public mutating func setStowsBeyond(_ limit: Int?, in tree: ProcessTree) {
    guard limit != stowsBeyond else { return }
    stowsBeyond = limit
    rebuild(from: tree)
  }

  /// What is stowed of a parent's children. Most have none that are over, and are not looked up.
  @inline(__always)
  func stow(of parent: Int32) -> Stow? { entries[Int(parent)].over == 0 ? nil : stows[parent] }

  /// Whether anything is stowed.
  public var hasStows: Bool { !stows.isEmpty }

  /// Whether a process is stowed, or hidden below one that is: then whose children are to be opened to see it.
  /// - Complexity: O(depth).
  public func stower(of id: ProcessID, in tree: ProcessTree) -> ProcessID? {
    guard !stows.isEmpty, var slot = tree.slot(of: id) else { return nil }
    while slot != NodeArena.machine {
      let parent = entries[Int(slot)].parent
      if entries[Int(slot)].isStowed { return parent == NodeArena.machine ? nil : tree.arena[parent].id }
      slot = parent
    }
    return nil
  }

  /// Shows all children of a process, or stows those that are over again. - Complexity: O(children).
  public mutating func setOpened(_ isOpen: Bool, _ parent: ProcessID, in tree: ProcessTree) {
    guard let slot = tree.slot(of: parent) else { return }
    setOpened(isOpen, parent, slot)
    update(in: tree)
  }

  mutating func setOpened(_ isOpen: Bool, _ parent: ProcessID, _ slot: Int32) {
    guard opened.contains(parent) != isOpen else { return }
    if isOpen { opened.insert(parent) } else { opened.remove(parent) }
    noteStow(of: slot)
  }

  mutating func setOver(_ isOver: Bool, _ node: Int32, under parent: Int32) {
    entries[Int(node)].isOver = isOver
    entries[Int(parent)].over &+= isOver ? 1 : -1
    if !isOver { unstow(node, under: parent) }
    if stowsBeyond != nil { noteStow(of: parent, for: node) }
  }

  /// A child goes: forgotten, or to another parent.
  mutating func leaveStow(_ node: Int32) {
    let parent = entries[Int(node)].parent
    if entries[Int(node)].isOver, parent != NodeArena.none { setOver(false, node, under: parent) }
  }

  private mutating func unstow(_ node: Int32, under parent: Int32) {
    guard entries[Int(node)].isStowed, var stow = stows[parent] else { return }
    if entries[Int(node)].stowing == .failed { stow.failed &-= 1 }
    setStowing(.none, node)
    stow.count &-= 1
    guard stow.count > 0 else { return close(parent) }
    if stow.last == node { stow.last = NodeArena.none }
    stows[parent] = stow
  }

  /// Stows and shows a parent's children as their ends ask for.
  ///
  /// - Parameter firstEnd: of the list of those that came to their end, or back, since.
  mutating func settleStow(of parent: Int32, firstEnd: Int32, in tree: ProcessTree) {
    if var stow = stows[parent] {
      if stow.last == NodeArena.none { stow.last = lastStowed(from: tree.arena[parent].lastChild, in: tree) }
      var next = firstEnd
      while next != NodeArena.none {
        let node = pending.ends[Int(next)].node
        next = pending.ends[Int(next)].next
        let entry = entries[Int(node)]
        guard entry.isOver, entry.parent == parent, !entry.isStowed,
          tree.arena[node].id < tree.arena[stow.last].id
        else { continue }
        // It stands among those that are stowed.
        setStowing(stowing(node, in: tree), node)
        stow.count &+= 1
        if entries[Int(node)].stowing == .failed { stow.failed &+= 1 }
      }
      stows[parent] = stow
    }
    restow(parent, in: tree)
  }

  /// Stows or shows as many of a parent's children as its number of those that are over asks for.
  private mutating func restow(_ parent: Int32, in tree: ProcessTree) {
    guard let limit = stowsBeyond, parent == NodeArena.machine || tree.arena.isUsed(parent) else { return }
    let isAsked = filter == nil && !(parent != NodeArena.machine && opened.contains(tree.arena[parent].id))
    let wanted = isAsked ? max(entries[Int(parent)].over &- Int32(clamping: limit), 0) : 0
    while (stows[parent]?.count ?? 0) < wanted {
      var next = stows[parent].map { tree.arena[$0.last].next } ?? tree.arena[parent].firstChild
      while next != NodeArena.none, !entries[Int(next)].isOver { next = tree.arena[next].next }
      guard next != NodeArena.none else { return }
      setStowing(stowing(next, in: tree), next)
      if stows[parent] == nil { add(rows: 1, matches: 0, chunk: NodeArena.none, to: parent) }
      stows[parent, default: Stow(last: next, count: 0)].add(next, entries[Int(next)].stowing)
    }
    while let stow = stows[parent], stow.count > wanted {
      unstow(stow.last, under: parent)
      guard stows[parent] != nil else { break }
      let last = lastStowed(from: tree.arena[stow.last].previous, in: tree)
      stows[parent]?.last = last
    }
  }

  private mutating func close(_ parent: Int32) {
    stows[parent] = nil
    add(rows: -1, matches: 0, chunk: NodeArena.none, to: parent)
  }

  /// How one ended may become known after it was stowed.
  mutating func noteStatus(of step: TreeChange.Step, in tree: ProcessTree) {
    let index = Int(step.slot)
    guard entries[index].isStowed, tree.arena.holds(step.id, at: step.slot) else { return }
    let stowing = stowing(step.slot, in: tree)
    guard entries[index].stowing != stowing else { return }
    entries[index].stowing = stowing
    stows[entries[index].parent]?.failed &+= stowing == .failed ? 1 : -1
  }

  private func stowing(_ node: Int32, in tree: ProcessTree) -> Stowing {
    tree.arena[record: node].endStatus?.isSuccess ?? true ? .ended : .failed
  }

  private mutating func setStowing(_ stowing: Stowing, _ node: Int32) {
    let before = entries[Int(node)].rows
    entries[Int(node)].stowing = stowing
    add(
      rows: entries[Int(node)].rows &- before, matches: 0, chunk: entries[Int(node)].chunk,
      to: entries[Int(node)].parent)
  }

  /// The nearest sibling that is stowed, from one on towards the first.
  private func lastStowed(from sibling: Int32, in tree: ProcessTree) -> Int32 {
    var node = sibling
    while node != NodeArena.none, !entries[Int(node)].isStowed { node = tree.arena[node].previous }
    return node
  }

  /// Marks what is over, all anew.
  ///
  /// - Parameter order: all nodes, parents before children.
  mutating func markOver(_ order: [Int32], in tree: ProcessTree) {
    for slot in order.reversed() where !tree.arena[record: slot].isRunning {
      guard tree.arena[slot].childCount == entries[Int(slot)].over else { continue }
      entries[Int(slot)].isOver = true
      entries[Int(entries[Int(slot)].parent)].over &+= 1
    }
  }

  /// Marks what is stowed, all anew; rows are summed after that.
  mutating func stowAll(_ order: [Int32], in tree: ProcessTree) {
    stows = [:]
    guard let limit = stowsBeyond, filter == nil else { return }
    for parent in [NodeArena.machine] + order where Int(entries[Int(parent)].over) > limit {
      guard parent == NodeArena.machine || !opened.contains(tree.arena[parent].id) else { continue }
      var stow = Stow(last: NodeArena.none, count: 0)
      var child = tree.arena[parent].firstChild
      while Int(stow.count) < Int(entries[Int(parent)].over) &- limit {
        if entries[Int(child)].isOver {
          entries[Int(child)].stowing = stowing(child, in: tree)
          stow.add(child, entries[Int(child)].stowing)
        }
        child = tree.arena[child].next
      }
      stows[parent] = stow
      entries[Int(parent)].rowsBelow &+= 1
    }
  }
}
