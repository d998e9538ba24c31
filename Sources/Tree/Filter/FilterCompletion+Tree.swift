public import Filtering

extension FilterCompletion {
  /// - Parameters:
  ///   - text: the expression up to the cursor.
  ///   - tree: the source of values.
  /// - Complexity: O(processes) for values of a field, else O(fields).
  public init(of text: String, in tree: ProcessTree) {
    let slots = sequence(first: NodeArena.root) { tree.arena.successor(of: $0, within: NodeArena.root) }
    self.init(of: text, in: tree, items: slots.dropFirst())
  }
}
