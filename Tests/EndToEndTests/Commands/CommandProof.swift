import TUI

/// How a command shows that it works: keys that lead to where it does something, and what is to be seen then.
struct CommandProof: Sendable {
  let id: CommandID
  /// Pressed before, from the tree, on the script that the recording is of, with all panes shown.
  var before: [Key] = []
  /// Pressed afterwards, for the next command to start from the same.
  var undo: [Key] = []
  /// The condition that the screen has to meet.
  var change: Change

  enum Change: Sendable {
    /// A condition on the screens before the key and now.
    case seen(@Sendable (_ before: Glance, _ now: Glance) -> Bool)
    /// Where looking at the screen of the view is not enough: the test does the rest.
    case redrawn, suspended, ended
  }

  init(
    _ id: CommandID, after before: [Key] = [], undo: [Key] = [],
    _ isSeen: @escaping @Sendable (_ before: Glance, _ now: Glance) -> Bool
  ) {
    self.init(id, after: before, undo: undo, change: .seen(isSeen))
  }

  init(_ id: CommandID, after before: [Key] = [], undo: [Key] = [], change: Change) {
    self.id = id
    self.before = before
    self.undo = undo
    self.change = change
  }

  /// The keys of a text.
  static func keys(_ text: String) -> [Key] { text.map { .character($0) } }
}
