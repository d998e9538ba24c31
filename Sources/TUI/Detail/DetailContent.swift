internal import ProcessTree

/// The lines of the detail pane for one process, wrapped to the pane's width.
///
/// They are made when the process, what is known of it, or the width changes, not for every frame: an argument list
/// may be two megabytes long.
struct DetailContent: Sendable {
  let key: Key
  private(set) var lines: [StyledText]
  /// Lines that go on with the text of the one before, and at which column.
  private(set) var joints: [Int: Int]
  /// Lines that lead to another process, from top to bottom.
  let links: [Link]
  /// What the processes below add up to, and the lines that say so. It changes with each event of theirs, and alone.
  private var below: SubtreeCounts
  private var belowLines: Range<Int>

  struct Link: Hashable, Sendable {
    var line: Int
    var id: ProcessID
  }

  /// What the lines depend on: while it is the same, so are they.
  struct Key: Hashable, Sendable {
    var id: ProcessID
    var width: Int
    var state: ProcessState
    var facts: ProcessFacts
    var presentParent: ProcessID?
    var marks: Marks
    var gaps: ProcessGaps
    var isOutdated: Bool
    var mayLackEvents: Bool
    var image: ObjectIdentifier?
    var execs: Int
    var failures: Int
    var children: Int
    /// The age as it is shown, which changes by time alone.
    var age: DisplayText
    /// The day, since a moment of today is shown without its date.
    var today: WallClock.Moment
    /// As `isOutside(ofScopeSince:)` has it; the same for all the time of a view.
    var scopeStart: UInt64?
    /// The commands of the parents next to it, which an exec of theirs changes.
    var parents: [Comm]

    init(
      of node: ProcessNode, in tree: ProcessTree, now: UInt64, clock: WallClock, scopeStart: UInt64?, width: Int
    ) {
      id = node.id
      self.width = width
      self.scopeStart = scopeStart
      state = node.state
      facts = node.facts
      presentParent = node.presentParent
      marks = node.marks
      gaps = node.gaps
      isOutdated = node.imageIsOutdated
      mayLackEvents = tree.mayLackEvents(node.id)
      image = node.image?.identity
      execs = node.execCount
      failures = node.failedExecCount
      children = node.childCount
      age = .age(node.runTime(now: now))
      var today = clock.moment(at: now)
      (today.hour, today.minute, today.second, today.millisecond) = (0, 0, 0, 0)
      self.today = today
      parents = tree.lineage(of: node.id).prefix(8).compactMap { tree[$0]?.facts.comm }
    }
  }

  init(of node: ProcessNode, in tree: ProcessTree, key: Key, clock: WallClock, glyphs: Glyphs) {
    var writer = DetailWriter(node: node, tree: tree, key: key, clock: clock, glyphs: glyphs)
    writer.write()
    self.key = key
    lines = writer.lines
    joints = writer.joints
    links = writer.links
    below = node.below
    belowLines = writer.below
  }

  /// Brings up to date what stands there of the processes below, where nothing else has changed.
  mutating func update(below node: ProcessNode, in tree: ProcessTree, clock: WallClock, glyphs: Glyphs) {
    guard node.below != below else { return }
    below = node.below
    var writer = DetailWriter(node: node, tree: tree, key: key, clock: clock, glyphs: glyphs)
    writer.writeBelow()
    lines.replaceSubrange(belowLines, with: writer.lines)
    let shift = writer.lines.count - belowLines.count
    if shift != 0 {
      let last = belowLines.upperBound
      joints = Dictionary(uniqueKeysWithValues: joints.map { ($0 >= last ? $0 + shift : $0, $1) })
    }
    belowLines = belowLines.lowerBound..<belowLines.lowerBound + writer.lines.count
  }
}
