internal import Events
internal import Tree

/// Writes the lines of the detail: this file defines how lines look, its extensions what they contain.
struct DetailWriter {
  let node: ProcessNode
  let tree: ProcessTree
  let now: UInt64
  let width: Int
  let clock: WallClock
  /// The current day.
  let today: WallClock.Moment
  let scopeStart: UInt64?
  let path: ShownPath?
  /// The last lines of output.
  let output: [DisplayText]
  let glyphs: Glyphs
  /// Whether lists are complete, also where they are long.
  let showsAll: Bool
  private(set) var lines: [StyledText] = []
  /// Lines that continue the text of the line before, with the column of the continuation: the search needs it to
  /// find text across both.
  private(set) var joints: [Int: Int] = [:]
  /// Lines that lead to another process, from top to bottom.
  private(set) var links: [DetailContent.Link] = []
  /// The lines that can be rewritten without the others.
  private(set) var pieces: [DetailContent.Piece: Range<Int>] = [:]

  /// A longer label gets its own line above its value.
  static let labelWidth = 9

  init(node: ProcessNode, tree: ProcessTree, key: DetailContent.Key, now: UInt64, clock: WallClock, glyphs: Glyphs) {
    self.node = node
    self.tree = tree
    self.now = now
    today = key.today
    scopeStart = key.scopeStart
    path = key.path
    output = key.output
    width = max(key.width, 4)
    self.clock = clock
    self.glyphs = glyphs
    showsAll = key.showsAll
  }

  /// The sections in the order of the questions that they answer. A new section gets its place here, and a line in
  /// `write(_:)`.
  enum Section: CaseIterable {
    /// How it ended, and why.
    case status
    /// What ran, and from which files.
    case command, program
    /// How it came to run that.
    case history, environmentChanges
    /// What it printed.
    case output
    /// How long it took, what it waited for, and what it used.
    case criticalPath, times, resources, descendants
    /// Where it belongs.
    case parents, identity
    /// Long lists.
    case arguments, environment
  }

  mutating func write() {
    for section in Section.allCases where !node.id.isHost || Self.ofHosts.contains(section) { write(section) }
  }

  /// What a machine has.
  private static let ofHosts: Set<Section> = [.command, .descendants]

  private mutating func write(_ section: Section) {
    switch section {
    case .status: writeStatus()
    case .command: writeCommand()
    case .program: writeProgram()
    case .history: writeHistory()
    case .environmentChanges: writeEnvironmentChanges()
    case .output:
      writeOutput()
      writeWritten()
    case .criticalPath: writePath(path)
    case .times: writeTimes()
    case .resources: writeResources()
    case .descendants: if node.childCount > 0 { piece(.below) }
    case .parents: writeLineage()
    case .identity: writeIdentity()
    case .arguments: writeArguments()
    case .environment: writeEnvironment()
    }
  }

  mutating func piece(_ piece: DetailContent.Piece) {
    var start = lines.count
    write(piece)
    // The empty line before a title stays in its place.
    if start < lines.count, lines[start].width == 0 { start += 1 }
    pieces[piece] = start..<lines.count
  }

  mutating func write(_ piece: DetailContent.Piece) {
    switch piece {
    case .age: writeAge()
    case .below: writeBelow()
    }
  }

  mutating func blank() { if !lines.isEmpty { lines.append(StyledText()) } }

  mutating func title(_ text: DisplayText, note: DisplayText = "") {
    blank()
    let parts = text.wrapped(to: width)
    for part in parts.dropLast() { lines.append(StyledText(part, Style(.title))) }
    var line = StyledText(parts.last ?? text, Style(.title))
    if !note.isEmpty { line.append("  \(note)", Style(.dim)) }
    lines.append(line)
  }

  /// A label and its value; a long value is wrapped below itself.
  mutating func field(_ label: DisplayText, _ value: DisplayText, style: Style = .text, note: DisplayText = "") {
    let indent = width >= 3 * Self.labelWidth ? Self.labelWidth : 2
    var label = label
    if label.width >= indent {
      lines.append(StyledText(label, Style(.label)))
      label = ""
    }
    var parts = value.wrapped(to: width - indent).map { StyledText($0, style) }
    let count = parts.count
    if !note.isEmpty {
      let fits = parts.last.map { $0.width + 2 + note.width <= width - indent } ?? false
      if fits {
        parts[parts.count - 1].append("  \(note)", Style(.warning))
      } else {
        parts += note.wrapped(to: width - indent).map { StyledText($0, Style(.warning)) }
      }
    }
    for (index, part) in parts.enumerated() {
      var line = StyledText(index == 0 ? label.padded(to: indent) : DisplayText.spaces(indent), Style(.label))
      line.append(part)
      self.line(line, continuesAt: (1..<count).contains(index) ? indent : nil)
    }
  }

  /// A number and a text, for lists.
  mutating func item(_ number: DisplayText, _ text: DisplayText, style: Style = .text, indent: Int) {
    for (index, part) in text.wrapped(to: width - indent - 1).enumerated() {
      var line = StyledText(
        index == 0 ? number.paddedLeft(to: indent) + " " : DisplayText.spaces(indent + 1), Style(.label))
      line.append(part, style)
      self.line(line, continuesAt: index > 0 ? indent + 1 : nil)
    }
  }

  /// Text over the whole width.
  mutating func text(_ text: DisplayText, style: Style = .text) {
    for (index, line) in text.wrapped(to: width).enumerated() {
      self.line(StyledText(line, style), continuesAt: index > 0 ? 0 : nil)
    }
  }

  /// - Parameter joint: the column at which the line continues the line before; nil for a line of its own.
  mutating func line(_ line: StyledText, continuesAt joint: Int? = nil) {
    if let joint { joints[lines.count] = joint }
    lines.append(line)
  }

  /// Makes the next line a link to a process.
  mutating func link(to id: ProcessID) { links.append(DetailContent.Link(line: lines.count, id: id)) }
}
