internal import Events
internal import Filtering
internal import Tree

/// An open prompt in place of the key bar, with the state that Esc restores.
struct Prompt: Hashable, Sendable {
  enum Kind: Hashable, Sendable {
    case filter, search, goto
    /// Search in the lines of the detail, or of the help.
    case detail, help
    /// Search in the output of the command; a filter of its lines.
    case output, outputFilter
  }

  let kind: Kind
  var editor: LineEditor {
    didSet { if editor.characters != oldValue.characters { syntax = Self.syntax(of: editor, kind) } }
  }
  /// What the parts of the text are, to colour them; nil where it is no expression.
  private(set) var syntax: FilterSyntax?
  /// The fault of the text; meanwhile the last valid result stays on the screen.
  var fault: Fault?
  /// The state before the prompt, for Esc.
  let before: Before
  /// The position in the history: 0 is the newest; nil for typed text.
  var historyIndex: Int?
  /// What Tab offers.
  var completion: Completion?
  /// What was typed before the history was entered.
  var draft: String = ""

  init(kind: Kind, editor: LineEditor, before: Before) {
    self.kind = kind
    self.editor = editor
    self.before = before
    syntax = Self.syntax(of: editor, kind)
  }

  /// The time that is typed in place of a pid; nil for another text.
  var time: TimeText? {
    let text = editor.text.drop { $0 == " " }
    return kind == .goto && TimeTarget.isMeant(by: text) ? try? TimeTarget.read(text) : nil
  }

  private static func syntax(of editor: LineEditor, _ kind: Kind) -> FilterSyntax? {
    kind == .filter || kind == .search ? FilterSyntax(of: editor.text) : nil
  }

  /// An error in the typed text: the faulty column, counted from 1, and one line that says what was expected.
  struct Fault: Error, Hashable, Sendable {
    var column: Int
    var message: String
  }

  struct Before: Hashable, Sendable {
    var filterText: String
    var onlyThese: [TypedFilter.OnlyThis]
    var folds: FoldState
    var searchText: String
    var tree: TreePosition
    var log: LogPosition
    var detail: DetailPosition
    var detailSearch: LineSearch?
    var help: Int?
    var helpSearch: LineSearch?
    var output: OutputPosition
    var outputSearch: TextPattern?
    var showsOutputMatches: Bool
    var outputFilter: TextPattern?
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

/// The histories of all prompts.
struct PromptHistories: Hashable, Sendable {
  var filter = PromptHistory()
  var search = PromptHistory()
  var goto = PromptHistory()
  /// Searches in the lines of the detail, of the help and of the output.
  var lines = PromptHistory()
  /// Filters of the lines of the output.
  var outputFilter = PromptHistory()
}

/// The filter that was typed, or set by a key.
struct TypedFilter: Hashable, Sendable {
  /// Empty for none.
  var text = ""
  /// The filters that keys have set, oldest first, for the same keys to undo.
  var onlyThese: [OnlyThis] = []
  /// Select a match as soon as there is one.
  var seeksMatch = false
  /// The reported trouble of a regular expression of the filter.
  var reportedTrouble: String?

  /// A filter that a key has set.
  struct OnlyThis: Hashable, Sendable {
    var command: CommandID
    /// The text of the filter before.
    var before: String
    /// The text that it set.
    var set: String
  }
}

/// The search of the tree and the log.
struct TypedSearch: Sendable {
  /// Nil while nothing is searched.
  var filter: Filter?
  /// What was searched last; empty for nothing.
  var text = ""
  /// The reported trouble of a regular expression of the search.
  var reportedTrouble: String?
}
