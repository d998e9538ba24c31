internal import ProcessTree

/// The lines of the detail pane for one process, wrapped to the pane's width.
///
/// They are made when the process, what is known of it, or the width changes, not for every frame: an argument list
/// may be two megabytes long.
struct DetailContent: Sendable {
  let key: Key
  let lines: [StyledText]

  /// What the lines depend on: while it is the same, so are they.
  struct Key: Hashable, Sendable {
    var id: ProcessID
    var width: Int
    var state: ProcessState
    var facts: ProcessFacts
    var presentParent: ProcessID?
    var image: ObjectIdentifier?
    var execs: Int
    var failures: Int
    var children: Int
    /// The age as it is shown, which changes by time alone.
    var age: DisplayText
    /// The commands of the parents next to it, which an exec of theirs changes.
    var parents: [Comm]

    init(of node: ProcessNode, in tree: ProcessTree, now: UInt64, width: Int) {
      id = node.id
      self.width = width
      state = node.state
      facts = node.facts
      presentParent = node.presentParent
      image = node.image.map { ObjectIdentifier($0) }
      execs = node.execCount
      failures = node.failedExecCount
      children = node.childCount
      age = .age(node.runTime(now: now))
      parents = tree.lineage(of: node.id).prefix(8).compactMap { tree[$0]?.facts.comm }
    }
  }

  init(of node: ProcessNode, in tree: ProcessTree, key: Key, clock: WallClock, glyphs: Glyphs) {
    var writer = DetailWriter(node: node, tree: tree, age: key.age, width: key.width, clock: clock, glyphs: glyphs)
    writer.write()
    self.key = key
    lines = writer.lines
  }
}
