internal import Events
internal import Tree

/// The lines of the detail pane for one process, wrapped to the pane's width.
///
/// They are made when the process, its data or the width changes, not for every frame: an argument list may be two
/// megabytes long.
struct DetailContent: Sendable {
  let key: Key
  private(set) var lines: [StyledText]
  /// Lines that continue the text of the line before, with the column of the continuation.
  private(set) var joints: [Int: Int]
  /// Lines that lead to another process, from top to bottom.
  private(set) var links: [Link]
  /// The lines that change often and independently, with the values they were written from.
  private var pieces: [Piece: Range<Int>]
  private var pulse: Pulse

  struct Link: Hashable, Sendable {
    var line: Int
    var id: ProcessID
  }

  /// Lines that can be rewritten without the others.
  enum Piece: CaseIterable, Hashable, Sendable {
    /// The run time.
    case age
    /// The sums over the descendants.
    case below
  }

  /// What the pieces show: it changes with time, or with every event of a descendant.
  private struct Pulse: Hashable, Sendable {
    var age: DisplayText
    var below: SubtreeCounts
    var children: Int
    var longest: UInt64?

    init(_ node: ProcessNode, now: UInt64) {
      age = .age(node.runTime(now: now))
      below = node.below
      children = node.childCount
      longest = node.longestRunBelow
    }
  }

  /// Everything that the other lines depend on: while it is equal, the lines are still valid.
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
    var look: ObjectIdentifier?
    var execs: Int
    var failures: Int
    var execFailures: Int
    var hasChildren: Bool
    /// The day, because times of today are shown without a date.
    var today: WallClock.Moment
    /// As `isOutside(ofScopeSince:)` has it; the same for all the time of a view.
    var scopeStart: UInt64?
    /// What it printed, by a number that changes with it; 0 for nothing.
    var written: UInt64
    /// Whether lists are complete, also where they are long.
    var showsAll = false
    /// What is shown of the parents, and of the reaper that adopted the process.
    var parents: [Parent]
    var present: Parent?
    /// The critical path that the process is on, while it is shown.
    var path: ShownPath?
    /// The last lines of the output of the traced command, if it is this process and failed.
    var output: [DisplayText] = []

    struct Parent: Hashable, Sendable {
      var comm: Comm
      var end: ProcessEnd?
      /// The environment that the process's own is compared with.
      var image: ObjectIdentifier?

      init?(_ node: ProcessNode?) {
        guard let node else { return nil }
        comm = node.facts.comm
        end = node.end
        image = node.image?.identity
      }
    }

    init(
      of node: ProcessNode, in tree: ProcessTree, now: UInt64, clock: WallClock, scopeStart: UInt64?, width: Int,
      path: ShownPath? = nil
    ) {
      self.path = path
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
      look = node.look?.identity
      execs = node.execCount
      failures = node.failedExecCount
      execFailures = node.execFailures
      hasChildren = node.childCount > 0
      written = tree.writtenText(of: node.id)?.version ?? 0
      if written > 0, let moment = tree.moment { written = written &* 31 ^ moment }
      var today = clock.moment(at: now)
      (today.hour, today.minute, today.second, today.millisecond) = (0, 0, 0, 0)
      self.today = today
      parents = tree.lineage(of: node.id).prefix(DetailWriter.lineageLimit).compactMap { Parent(tree[$0]) }
      present = presentParent.flatMap { Parent(tree[$0]) }
    }
  }

  init(of node: ProcessNode, in tree: ProcessTree, key: Key, now: UInt64, clock: WallClock, glyphs: Glyphs) {
    var writer = DetailWriter(node: node, tree: tree, key: key, now: now, clock: clock, glyphs: glyphs)
    writer.write()
    self.key = key
    lines = writer.lines
    joints = writer.joints
    links = writer.links
    pieces = writer.pieces
    pulse = Pulse(node, now: now)
  }

  /// Updates the pieces if nothing else has changed. - Complexity: O(lines) if the number of lines changes, else
  /// O(lines of the pieces).
  mutating func update(_ node: ProcessNode, in tree: ProcessTree, now: UInt64, clock: WallClock, glyphs: Glyphs) {
    let fresh = Pulse(node, now: now)
    guard fresh != pulse else { return }
    pulse = fresh
    for piece in Piece.allCases {
      guard let old = pieces[piece] else { continue }
      var writer = DetailWriter(node: node, tree: tree, key: key, now: now, clock: clock, glyphs: glyphs)
      writer.write(piece)
      lines.replaceSubrange(old, with: writer.lines)
      for line in old { joints[line] = nil }
      pieces[piece] = old.lowerBound..<old.lowerBound + writer.lines.count
      shift(by: writer.lines.count - old.count, from: old.upperBound)
      for (line, column) in writer.joints { joints[old.lowerBound + line] = column }
    }
  }

  private mutating func shift(by count: Int, from place: Int) {
    guard count != 0 else { return }
    func moved(_ line: Int) -> Int { line >= place ? line + count : line }
    joints = Dictionary(uniqueKeysWithValues: joints.map { (moved($0), $1) })
    for index in links.indices { links[index].line = moved(links[index].line) }
    for (piece, range) in pieces where range.lowerBound >= place {
      pieces[piece] = range.lowerBound + count..<range.upperBound + count
    }
  }
}
