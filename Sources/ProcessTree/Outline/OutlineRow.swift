/// One line of the displayed tree.
public struct OutlineRow: Sendable, Hashable {
  /// The process on the row.
  public let id: ProcessID
  /// 0 for a root.
  public let depth: Int
  /// For each level between the root and this row's own, whether the line of that level goes on below this row:
  /// `depth - 1` of them, none for a root, but only those of the `guideLimit` levels nearest to the row. `true` draws
  /// `│`, `false` a blank.
  public let guides: [Bool]
  /// The most guides that a row has: of a chain of 100,000 each row would have as many.
  public static let guideLimit = 32
  /// No displayed sibling follows: draws `└` in place of `├`.
  public let isLast: Bool
  /// The filter matches it; true of every row without a filter.
  public let isMatch: Bool
  /// Displayed only because something below it matches.
  public var isContext: Bool { !isMatch }
  /// Something would be displayed below it if it were not folded.
  public let hasChildren: Bool
  /// What is below it is hidden.
  public let isFolded: Bool
  /// What its fold hides: processes below it, with a filter those of them that match. 0 when not folded.
  public let hiddenBelow: Int
  /// The row stands for so many children of one parent that are over; `id` is the last of them. 0 of a process's own
  /// row.
  public let stowed: Int
  /// Those of them that ended with an error or by a signal.
  public let stowedFailed: Int
}
