internal import ProcessTree

/// A question that is open in place of the key bar, and all that Esc has to put back.
struct Prompt: Hashable, Sendable {
  enum Kind: Hashable, Sendable {
    case filter, search, goto
    /// Search in the lines of the detail, or of the help.
    case detail, help
  }

  var kind: Kind
  var editor: LineEditor
  /// What is wrong with the text as it stands; the last good result stays on the screen meanwhile.
  var fault: Fault?
  /// What stood before, for Esc.
  var before: Before
  /// Where in the history the text came from: 0 is the newest; nil while it is the person's own.
  var historyIndex: Int?
  /// What Tab offers.
  var completion: Completion?
  /// What was typed before the history was entered.
  var draft: String = ""

  /// An error in what was typed: the character at fault, counted from 1, and one line that says what was expected.
  struct Fault: Error, Hashable, Sendable {
    var column: Int
    var message: String
  }

  struct Before: Hashable, Sendable {
    var filterText: String
    var onlyThese: [AppState.OnlyThis]
    var folds: FoldState
    var searchText: String
    var tree: TreePosition
    var log: LogPosition
    var detail: DetailPosition
    var detailSearch: LineSearch?
    var help: Int?
    var helpSearch: LineSearch?
  }
}

/// What was typed in the prompts of one kind, newest last, bounded.
struct PromptHistory: Hashable, Sendable {
  static let limit = 100
  private(set) var entries: [String] = []

  mutating func add(_ text: String) {
    guard !text.isEmpty else { return }
    entries.removeAll { $0 == text }
    entries.append(text)
    if entries.count > Self.limit { entries.removeFirst() }
  }

  /// - Parameter index: 0 is the newest.
  subscript(_ index: Int) -> String? {
    entries.indices.contains(entries.count - 1 - index) ? entries[entries.count - 1 - index] : nil
  }
}
