package import ProcessTree

/// The whole interactive view as one value: what was captured, and where the person stands in it.
///
/// It goes one way: the shell turns what happens into an `Action`, `reduce` makes the next state of it and says which
/// effects the shell is to perform, `render` draws the state. Nothing in here reads a clock, a file or the terminal.
package struct AppState: Sendable {
  /// Where events come from.
  package enum Mode: Hashable, Sendable {
    /// On a machine that runs: time goes on by itself.
    case live
    /// On a recording: nothing new comes of itself.
    case replay
  }

  package internal(set) var size: Size
  package let mode: Mode
  package internal(set) var clock: WallClock
  package internal(set) var glyphs: Glyphs
  package internal(set) var settings = Settings()
  /// What the terminal can show.
  package internal(set) var traits: TerminalTraits
  /// Where settings are saved, as it is shown; nil where nowhere.
  var settingsPlace: DisplayText?
  /// Nanoseconds since boot, as the shell last said.
  package internal(set) var now: UInt64
  /// When the tracing of a part of the machine began, nanoseconds since boot; nil where all of it is traced, or where
  /// that is not known.
  package var scopeStart: UInt64?

  /// How far the recording is read; nil once it is read whole, and on a live machine.
  var reading: Reading?

  /// What goes on taking in events.
  var live: Picture
  /// The newest process before the events that are being taken in; nil between them.
  var newestBefore: ProcessID??
  /// What is shown instead while the view is frozen.
  var frozen: Frozen?

  var focus = Pane.tree
  var tree = TreePosition()
  var log = LogPosition()
  var detail = DetailPosition()
  /// The rows that each pane had when it was on the screen last.
  var heights: [Pane: Int] = [:]
  var top = TopState()
  var treeOrder = TreeOrderState()
  /// What the person marked, as long as it is remembered.
  var marked: Set<ProcessID> = []
  /// The lines of the detail pane, made when the selected process or the pane's width changes.
  var detailContent: DetailContent?
  /// The run times in the tree, while they are shown.
  var runTimes: RunTimes?
  /// The top line of the help, while it is open.
  var help: Int?
  var helpSearch: LineSearch?
  /// The settings, while their screen is open.
  var settingsScreen: SettingsScreen?

  var prompt: Prompt?
  /// What was asked by copying or writing; never together with a prompt.
  var question: Question?
  /// Where `w` was asked to write.
  var writtenPaths: Set<String> = []
  /// Whether the mouse is listened to: the shell has the terminal report it as long as this is true.
  package var usesMouse = true
  /// The border that the mouse has taken hold of, until its button is let go.
  var heldBorder: Border?
  var filterHistory = PromptHistory()
  var searchHistory = PromptHistory()
  var gotoHistory = PromptHistory()
  var detailSearchHistory = PromptHistory()
  /// What the filter was typed as; empty for none.
  var filterText = ""
  /// What `filterText` was before "only this command", and what that set it to.
  var onlyThese: [OnlyThis] = []
  var searchText = ""
  /// A match of the filter is to be selected as soon as there is one.
  var seeksMatch = false
  /// Where the log stood before a filter, for as long as that has not looked at all of it.
  var logAnchor: LogPosition?
  /// What a regular expression of the filter ran into, as it was told.
  var reportedTrouble: String?
  /// The same of the search.
  var reportedSearchTrouble: String?
  var search: Filter?
  var detailSearch: LineSearch?
  /// A word to the person, in the key bar's place until the next key, or until it was there long enough to be read.
  package internal(set) var message: Message? {
    didSet {
      messageIsShown = false
      if message != nil { messagesSaid &+= 1 }
    }
  }
  /// How many there were, to tell the same one again from the same one still.
  package private(set) var messagesSaid = 0
  /// Whether a frame with the message was on the screen.
  package internal(set) var messageIsShown = false
  /// Messages that no key asked for, until there is room for them; oldest first.
  var waitingNotes: [Message] = []

  /// Grows whenever a frame would look different: the shell draws when it is not the one last drawn.
  package internal(set) var generation: UInt64 = 0

  struct Frozen: Sendable {
    var picture: Picture
    /// The moment that is shown, nanoseconds since boot: that of the freezing, or one that was stepped to. Ages stand
    /// still here.
    var time: UInt64
    /// The log's entry that was stepped to; nil at the moment of the freezing.
    var event: UInt64?
    /// The latest moment that the picture knows of, nanoseconds since boot.
    var horizon: UInt64
    /// Of whom more became known since the picture was made.
    var stale: Set<ProcessID> = []
    /// The log's next sequence then: what came since is counted from it.
    var sequence: UInt64
  }

  /// A filter that a key has set, for the same key to undo.
  struct OnlyThis: Hashable, Sendable {
    var command: CommandID
    var before: String
    var set: String
  }

  package struct Message: Hashable, Sendable {
    var text: DisplayText
    package var isError = false
    /// Whether it came by itself, and is not the answer to a key.
    var isNote = false
    /// What it is about, where it can be out of date.
    var topic: Topic?

    enum Topic: Hashable, Sendable {
      case filterTrouble, searchTrouble
    }
  }

  /// An empty view.
  ///
  /// - Parameters:
  ///   - size: of the terminal.
  ///   - glyphs: the signs that the terminal can show.
  ///   - now: nanoseconds since boot.
  ///   - isFollowing: whether the newest process gets selected as it comes, until the person moves up.
  package init(
    size: Size, mode: Mode = .live, clock: WallClock, glyphs: Glyphs = .utf8, now: UInt64 = 0,
    limits: Limits = Limits(), isFollowing: Bool = false
  ) {
    self.size = size
    self.mode = mode
    self.clock = clock
    self.glyphs = glyphs
    traits = TerminalTraits(isUTF8: glyphs == .utf8)
    self.now = now
    live = Picture(limits: limits)
    tree.isFollowing = isFollowing
  }
}

extension AppState {
  /// What is on the screen: the frozen picture, or the live one.
  var shown: Picture { frozen?.picture ?? live }

  /// The moment at which what is on the screen is true.
  var shownTime: UInt64 { frozen?.time ?? now }

  package var isFrozen: Bool { frozen != nil }

  /// Whether a recording is still being read.
  package var isReading: Bool { reading != nil }

  /// Events that came since the view was frozen.
  var newSinceFrozen: UInt64 { frozen.map { live.tree.log.nextSequence - $0.sequence } ?? 0 }

  var layout: Layout { layout(settings.panes, focus: focus) }

  /// Whether the pane with the focus has the whole screen.
  var isZoomed: Bool {
    get { settings.panes.zoom != nil }
    set { settings.panes.zoom = newValue ? focus : nil }
  }

  /// The layout as it would be with other parts, or with another pane in the focus.
  func layout(_ panes: PaneChoice, focus: Pane) -> Layout {
    Layout(
      size: size, focus: focus, isZoomed: panes.zoom != nil, hasTimeline: hasTimeline, panes: panes,
      columnsForDetail: top.isOpen ? Layout.columnsForDetailOfTop : Layout.columnsForDetail)
  }

  /// The selected process as it is shown; nil while there is none, and while a filter leaves no row to stand on: it is
  /// selected again as soon as there are rows.
  var selectedNode: ProcessNode? {
    guard let id = tree.selection, shown.outline.rowCount > 0 || shown.hasWork || isUnderLogCursor(id) else {
      return nil
    }
    return shown.tree[id]
  }

  /// Changes what is shown.
  mutating func updateShown(_ change: (inout Picture) -> Void) {
    if frozen == nil { change(&live) } else { change(&frozen!.picture) }
  }
}
