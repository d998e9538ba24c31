internal import Synchronization

/// Sorted children of the parents that were displayed. Each parent's children are sorted at their first use and then
/// stay until all are sorted again: rows do not jump on the screen, and parents that are not displayed cost nothing.
final class SortedSiblings: Sendable {
  let order: SiblingOrder
  private let children: Mutex<[Int32: ContiguousArray<Int32>]>

  init(_ order: SiblingOrder, _ children: [Int32: ContiguousArray<Int32>] = [:]) {
    self.order = order
    self.children = Mutex(children)
  }

  func copy() -> SortedSiblings { SortedSiblings(order, children.withLock { $0 }) }

  /// The children in this order; nil if the tree's own order applies, as for an only child and for too many children.
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

  /// Adds a new child at the end, where it stays until all children are sorted again.
  func add(_ slot: Int32, under parent: Int32) {
    children.withLock { $0[parent]?.append(slot) }
  }

  func remove(_ slot: Int32, from parent: Int32) {
    children.withLock { children in
      if let place = children[parent]?.firstIndex(of: slot) { children[parent]!.remove(at: place) }
    }
  }

  /// Removes the children of a released slot.
  func forget(_ slot: Int32) { _ = children.withLock { $0.removeValue(forKey: slot) } }
}

extension Outline {
  /// The order of each parent's children.
  public var order: SiblingOrder { sorted?.order ?? SiblingOrder() }

  /// Sets the order of each parent's children. - Complexity: O(1); children are sorted when they are displayed.
  public mutating func setOrder(_ order: SiblingOrder) {
    sorted = order.isNatural ? nil : SortedSiblings(order)
  }

  /// Sorts again with the present values. - Complexity: O(1), as `setOrder`.
  public mutating func resort() { setOrder(order) }

  /// A parent's sorted children; nil in the tree's own order.
  @inline(__always)
  func sortedChildren(of parent: Int32, in tree: ProcessTree) -> ContiguousArray<Int32>? {
    sorted?.children(of: parent, in: tree)
  }

  /// Applies a step. Call it before the outline's own entry changes.
  mutating func updateOrder(of step: TreeChange.Step) {
    guard step.kind != .changed, sorted != nil else { return }
    // A copy of the outline must not change.
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
