public import Events

/// One row of the displayed tree.
public struct OutlineRow: Sendable, Hashable {
  /// The process on the row.
  public let id: ProcessID
  /// 0 for a top-level process.
  public let depth: Int
  /// For each level between the top level and this row's own, whether the line of that level continues below this row.
  /// At most the `guideLimit` levels nearest to the row; `depth - 1` in all, none for a top-level process. `true` draws
  /// `│`, `false` a blank.
  public let guides: [Bool]
  /// The most guides of a row: in a chain of 100,000 each row would have as many.
  public static let guideLimit = 32
  /// Whether no displayed sibling follows: draws `└` in place of `├`.
  public let isLast: Bool
  /// Whether the filter matches it; true without a filter.
  public let isMatch: Bool
  /// Whether it is displayed only because a descendant matches.
  public var isContext: Bool { !isMatch }
  /// Whether it has descendants to display when it is not folded.
  public let hasChildren: Bool
  /// Whether its descendants are hidden.
  public let isFolded: Bool
  /// How many descendants its fold hides; with a filter, how many that match. 0 when not folded.
  public let hiddenBelow: Int
  /// How many exited children of one parent the row stands for; `id` is the last of them. 0 for the row of a process.
  public let collapsedCount: Int
  /// How many of them exited with an error or by a signal.
  public let collapsedFailedCount: Int
}
