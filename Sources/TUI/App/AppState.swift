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
  /// The pid of this program, which a scope shows only as a parent.
  package var ownPID: Int32?

  /// How much of the recording is read; nil after all is read, and for a live trace.
  var reading: Reading?

  /// The live data, to which events are applied.
  var live: ViewData
  /// The newest process before the events that are being applied; nil between batches.
  var newestBefore: ProcessID??
  /// The snapshot that is shown while the view is frozen.
  var frozen: Frozen?

  /// Time that runs on by itself, while the view is frozen; nil unless something plays or is paused.
  var playback: Playback?

  /// The geometry after the last action; `geometry` is the one of now.
  var lastGeometry: Geometry
  var focus = Pane.tree
  /// The rows that each pane had when it was on the screen last.
  var heights: [Pane: Int] = [:]

  // The parts of the screen. Each has its state, its keys and its drawing in a folder of its own.
  var tree = TreeState()
  /// What the bars and the critical path show, while they are shown.
  var timing: SubtreeTiming?
  var lastTimingStamp: UInt64 = 0
  var log = LogState()
  var detail = DetailState()
  var output = OutputState()
  var top = TopState()
  var help = HelpState()
  /// The settings, while their screen is open.
  var settingsScreen: SettingsScreen?
  /// The open prompt; never together with a question.
  var prompt: Prompt?
  var histories = PromptHistories()
  var copying = CopyState()
  var keeping = KeepState()
  package var mouse = MouseState()
  package internal(set) var messages = Messages()

  /// The filter and the search apply to the tree, the log and the top table alike.
  var typedFilter = TypedFilter()
  var typedSearch = TypedSearch()

  /// Grows whenever a frame would look different: the shell draws when it differs from the last drawn one.
  package internal(set) var generation: UInt64 = 0

  struct Frozen: Sendable {
    var snapshot: ViewData
    /// The output when it was frozen, or when events of later moments were added.
    var output = OutputStore()
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
    let live = ViewData(limits: limits)
    self.live = live
    lastGeometry = Geometry(
      Geometry.Inputs(
        size: size, focus: .tree, panes: PaneChoice(), hasTimeline: false, topOrder: nil, hasRunTimes: false,
        columns: ColumnChoice(), pidDigits: live.pidDigits))
    tree.isFollowing = isFollowing
    keeping.since = now
  }
}

extension AppState {
  /// The data on the screen: the frozen snapshot, or the live data.
  var shown: ViewData {
    // Lends it: a copy would retain each of its parts.
    _read { if frozen == nil { yield live } else { yield frozen!.snapshot } }
  }

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
    guard let id = tree.selection, shown.rowCount > 0 || shown.hasWork || isUnderLogCursor(id) else {
      return nil
    }
    return shown.tree[id]
  }

  /// Changes what is shown.
  mutating func updateShown(_ change: (inout ViewData) -> Void) {
    if frozen == nil { change(&live) } else { change(&frozen!.snapshot) }
  }
}
