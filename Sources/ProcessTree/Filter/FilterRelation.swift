/// How a process stands to others in the tree. The parent meant is the original one, under which it stands.
enum FilterRelation: String, Sendable, Hashable, CaseIterable {
  /// It stands below one that matches, at any depth.
  case under
  /// It is the child of one that matches.
  case child
  /// It is the parent of one that matches.
  case parent
}
