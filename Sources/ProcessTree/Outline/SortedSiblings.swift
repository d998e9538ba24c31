internal import Synchronization

/// The children of those parents that were looked at, in an order that is not the tree's own. Each parent's are sorted
/// when they are first asked for, and then stand as they do until all are sorted anew: nothing jumps on the screen,
/// and what nobody looks at costs nothing.
final class SortedSiblings: Sendable {
  let order: SiblingOrder
  private let children: Mutex<[Int32: ContiguousArray<Int32>]>

  init(_ order: SiblingOrder, _ children: [Int32: ContiguousArray<Int32>] = [:]) {
    self.order = order
    self.children = Mutex(children)
  }

  func copy() -> SortedSiblings { SortedSiblings(order, children.withLock { $0 }) }

  /// Nil where the tree's own order is to be taken: of an only child, and where there are too many.
  func children(of parent: Int32, in tree: ProcessTree) -> ContiguousArray<Int32>? {
    let count = Int(tree.arena[parent].childCount)
    guard count > 1, count <= SiblingOrder.limit else { return nil }
    return children.withLock { children in
      if let known = children[parent] { return known }
      let sorted = order.sorted(childrenOf: parent, in: tree)
      children[parent] = sorted
      return sorted
    }
  }

  /// What is new stands behind all others until they are sorted anew.
  func add(_ slot: Int32, under parent: Int32) {
    children.withLock { $0[parent]?.append(slot) }
  }

  func remove(_ slot: Int32, from parent: Int32) {
    children.withLock { children in
      if let place = children[parent]?.firstIndex(of: slot) { children[parent]!.remove(at: place) }
    }
  }

  /// The slot will be another process's.
  func forget(_ slot: Int32) { _ = children.withLock { $0.removeValue(forKey: slot) } }
}

extension Outline {
  /// In which order the children of each parent are displayed.
  public var order: SiblingOrder { sorted?.order ?? SiblingOrder() }

  /// Displays the children of each parent in another order. - Complexity: O(1); sorting is done where it is looked at.
  public mutating func setOrder(_ order: SiblingOrder) {
    sorted = order.isNatural ? nil : SortedSiblings(order)
  }

  /// Sorts anew, by what the tree knows by then. - Complexity: O(1), as `setOrder`.
  public mutating func resort() { setOrder(order) }

  /// A parent's children as they are sorted; nil where they stand as in the tree.
  @inline(__always)
  func sortedChildren(of parent: Int32, in tree: ProcessTree) -> ContiguousArray<Int32>? {
    sorted?.children(of: parent, in: tree)
  }

  /// Follows a step; before the outline's own entry follows it.
  mutating func noteOrder(of step: TreeChange.Step) {
    guard step.kind != .changed, sorted != nil else { return }
    // A copy of the outline keeps what it shows.
    if !isKnownUniquelyReferenced(&sorted) { sorted = sorted?.copy() }
    switch step.kind {
    case .changed: break
    case .inserted: sorted?.add(step.slot, under: step.parentSlot)
    case .moved:
      sorted?.remove(step.slot, from: entries[Int(step.slot)].parent)
      sorted?.add(step.slot, under: step.parentSlot)
    case .forgotten:
      sorted?.remove(step.slot, from: entries[Int(step.slot)].parent)
      sorted?.forget(step.slot)
    }
  }
}
