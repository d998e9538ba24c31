/// A relation of a process to others in the tree, by original parents.
enum FilterRelation: String, Sendable, Hashable, CaseIterable {
  /// A descendant of a process that matches, at any depth.
  case under
  /// A child of a process that matches.
  case child
  /// The parent of a process that matches.
  case parent
}
