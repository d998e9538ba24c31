internal import Events
internal import Filtering
package import Tree

/// The whole interactive view as one value: the captured data and the user's position in it.
///
/// Data flows one way: the shell turns input into an `Action`, `reduce` computes the next state and returns the
/// effects that the shell must perform, and `render` draws the state. This type reads no clock, no file and no
/// terminal.
package struct AppState: Sendable {
  /// Where events come from.
  package enum Mode: Hashable, Sendable {
    /// A live trace: time advances by itself.
    case live
    /// A recording: only its events advance the time.
    case replay
  }

  package internal(set) var size: Size
  package let mode: Mode
  package internal(set) var clock: WallClock
  package internal(set) var glyphs: Glyphs
  package internal(set) var settings = Settings()
  /// What the terminal can show.
  package internal(set) var traits: TerminalTraits
  /// The settings file, as it is shown; nil if there is none.
  var settingsPlace: DisplayText?
  /// Nanoseconds since boot, from the last action of the shell.
  package internal(set) var now: UInt64
  /// When tracing with a scope started, nanoseconds since boot; nil without a scope, or if that is unknown.
  package var scopeStart: UInt64?

  /// How much of the recording is read; nil after all is read, and for a live trace.
  var reading: Reading?

  /// The live data, to which events are applied.
  var live: Picture
  /// The newest process before the events that are being applied; nil between batches.
  var newestBefore: ProcessID??
  /// The snapshot that is shown while the view is frozen.
  var frozen: Frozen?

  /// Where everything stood when the state was put right last; `geometry` is where it stands.
  var settledGeometry: Geometry
  var focus = Pane.tree
  var tree = TreePosition()
  var log = LogPosition()
  var detail = DetailPosition()
  /// The rows that each pane had when it was on the screen last.
  var heights: [Pane: Int] = [:]
  var top = TopState()
  var treeOrder = TreeOrderState()
  /// The processes that the user marked, as long as they are remembered.
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
  /// The open copy menu or write prompt; never together with a prompt.
  var question: Question?
  /// The paths that were written with `w`.
  var writtenPaths: Set<String> = []
  /// Whether the mouse is used: the shell makes the terminal report it while this is true.
  package var usesMouse = true
  /// The border that the mouse drags, until its button is released.
  var heldBorder: Border?
  var filterHistory = PromptHistory()
  var searchHistory = PromptHistory()
  var gotoHistory = PromptHistory()
  var detailSearchHistory = PromptHistory()
  /// The typed filter; empty for none.
  var filterText = ""
  /// The value of `filterText` before "only this command", and the value that it set.
  var onlyThese: [OnlyThis] = []
  var searchText = ""
  /// Select a match of the filter as soon as there is one.
  var seeksMatch = false
  /// The position of the log before a filter, until the filter has tested all entries.
  var logAnchor: LogPosition?
  /// The reported trouble of a regular expression of the filter.
  var reportedTrouble: String?
  /// The same for the search.
  var reportedSearchTrouble: String?
  var search: Filter?
  var detailSearch: LineSearch?
  /// The message in place of the key bar, until the next key, or until it was shown long enough to be read.
  package internal(set) var message: Message? {
    didSet {
      messageIsShown = false
      if message != nil { messagesSaid &+= 1 }
    }
  }
  /// The number of messages so far, to distinguish a repeated message from the same one.
  package private(set) var messagesSaid = 0
  /// Whether a frame with the message was on the screen.
  package internal(set) var messageIsShown = false
  /// Messages that are not the answer to a key, until there is room for them; oldest first.
  var waitingNotes: [Message] = []

  /// Grows whenever a frame would look different: the shell draws when it differs from the last drawn one.
  package internal(set) var generation: UInt64 = 0

  struct Frozen: Sendable {
    var picture: Picture
    /// The moment that is shown, nanoseconds since boot: that of the freezing, or a selected one. Ages do not change
    /// here.
    var time: UInt64
    /// The log entry of the selected moment; nil at the moment of the freezing.
    var event: UInt64?
    /// The latest moment in the snapshot, nanoseconds since boot.
    var horizon: UInt64
    /// The processes with new data since the snapshot was made.
    var stale: Set<ProcessID> = []
    /// The next log sequence at that time: newer events are counted from it.
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
    /// Whether it is not the answer to a key.
    var isNote = false
    /// Its topic, if it can become outdated.
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
  ///   - isFollowing: whether the newest process is selected when it starts, until the user moves up.
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
    let live = Picture(limits: limits)
    self.live = live
    settledGeometry = Geometry(
      Geometry.Inputs(
        size: size, focus: .tree, panes: PaneChoice(), hasTimeline: false, topOrder: nil, hasRunTimes: false,
        columns: ColumnChoice(), pidDigits: live.pidDigits))
    tree.isFollowing = isFollowing
  }
}

extension AppState {
  /// The data on the screen: the frozen snapshot, or the live data.
  var shown: Picture { frozen?.picture ?? live }

  /// The moment that the screen shows.
  var shownTime: UInt64 { frozen?.time ?? now }

  package var isFrozen: Bool { frozen != nil }

  /// Whether a recording is still being read.
  package var isReading: Bool { reading != nil }

  /// The number of events that arrived since the view was frozen.
  var newSinceFrozen: UInt64 { frozen.map { live.tree.log.nextSequence - $0.sequence } ?? 0 }

  /// Whether the focused pane fills the screen.
  var isZoomed: Bool {
    get { settings.panes.zoom != nil }
    set { settings.panes.zoom = newValue ? focus : nil }
  }

  /// The selected process as it is shown; nil if there is none, and while a filter leaves no rows: it is selected
  /// again as soon as there are rows.
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
