internal import Events

/// How two recordings of the same job differ: the processes that only one has, and those that differ.
public struct RunComparison: Sendable {
  /// What can differ.
  public enum Aspect: String, Sendable, CaseIterable {
    /// The arguments.
    case args
    /// The path of the program.
    case exe
    /// The directory.
    case cwd
    /// The exit status, or whether it exited.
    case status
    /// The number of failed execs.
    case fail
    /// The environment, beyond what differs in its parent's.
    case env
    /// The run time.
    case dur
  }

  /// What counts as a difference.
  public struct Options: Sendable {
    /// Aspects that do not count.
    public var ignored: Set<Aspect> = []
    /// Run times count that differ by at least this, in nanoseconds, and by a quarter of the longer one.
    public var leastTime: UInt64 = 200_000_000

    /// All aspects, with the least time of 200 ms.
    public init() {}
  }

  /// A line of the result: a process of both, or of one.
  public struct Row: Sendable {
    /// Levels below the top.
    public let depth: Int
    /// The process of the first recording, as an index of its entries; nil where it has none.
    public let a: Int?
    /// The process of the second recording.
    public let b: Int?
    /// What differs; empty for a process that only one has, and for one that is shown since something below differs.
    public let changes: [Aspect]
    /// The variables that differ.
    public let variables: VariableChanges
    /// Whether it is the last of its siblings that are shown.
    public internal(set) var isLast = false

    /// Whether it is shown only because something below it differs.
    public var isContext: Bool { a != nil && b != nil && changes.isEmpty }
  }

  /// The first recording.
  public private(set) var a: ComparedRun
  /// The second recording.
  public private(set) var b: ComparedRun
  /// The differences and their ancestors, from top to bottom.
  public private(set) var rows: [Row] = []
  /// How many processes both have.
  public private(set) var pairs = 0

  private let options: Options
  private var environments = EnvironmentComparison()

  /// Compares two recordings. - Complexity: nearly linear in processes and bytes of arguments.
  public init(_ a: ComparedRun, _ b: ComparedRun, _ options: Options = Options()) {
    self.a = a
    self.b = b
    self.options = options
    self.a.prepare(beside: b.normaliser.pids)
    self.b.prepare(beside: a.normaliser.pids)
    let nodes = match()
    rows = Self.shown(nodes)
  }

  /// Whether nothing differs that counts.
  public var isEmpty: Bool { rows.isEmpty }

  /// The part of the whole run time of the first recording by which a row is longer in the second one: 0.5 for half.
  public func share(of row: Row) -> Double? {
    guard let i = row.a, let j = row.b, a.wholeTime > 0, let before = a.entries[i].runTime,
      let after = b.entries[j].runTime
    else { return nil }
    return (Double(after) - Double(before)) / Double(a.wholeTime)
  }

  // MARK: - Matching

  /// A pair or a single process on the way to rows. Parents come before their children.
  private struct Node {
    var parent: Int
    var depth: Int
    var a: Int32?
    var b: Int32?
    var changes: [Aspect] = []
    var variables = VariableChanges()
    var isNeeded = false
  }

  private mutating func match() -> [Node] {
    // Depth first, so that the nodes are in the order of the rows.
    var nodes = [Node(parent: 0, depth: -1, a: 0, b: 0)]
    var waiting: [Node] = children(of: nodes[0], at: 0).reversed()
    while var node = waiting.popLast() {
      if let i = node.a, let j = node.b {
        pairs &+= 1
        compare(&node, a.entries[Int(i)], b.entries[Int(j)], parent: nodes[node.parent])
        node.isNeeded = !node.changes.isEmpty
      } else {
        node.isNeeded = true
      }
      let index = nodes.count
      nodes.append(node)
      waiting += children(of: node, at: index).reversed()
    }
    for index in nodes.indices.dropFirst().reversed() where nodes[index].isNeeded {
      nodes[nodes[index].parent].isNeeded = true
    }
    return nodes
  }

  /// The children of both in one order: that of the second recording, with those of the first where they were.
  private func children(of node: Node, at index: Int) -> [Node] {
    func child(_ a: Int32?, _ b: Int32?) -> Node { Node(parent: index, depth: node.depth &+ 1, a: a, b: b) }
    guard let i = node.a else { return b.entries[Int(node.b ?? 0)].children.map { child(nil, $0) } }
    guard let j = node.b else { return a.entries[Int(i)].children.map { child($0, nil) } }
    let match = SiblingMatch(a, b, i, j)
    let first = a.entries[Int(i)].children
    var partners: [Int32: Int32] = [:]
    var isPaired: Set<Int32> = []
    for pair in match.pairs {
      partners[pair.b] = pair.a
      isPaired.insert(pair.a)
    }
    var result: [Node] = []
    var next = first.lowerBound
    func addSingles(before end: Int32) {
      while next < end {
        if !isPaired.contains(next) { result.append(child(next, nil)) }
        next &+= 1
      }
    }
    // What is gone comes before what is new in its place.
    var added: [Node] = []
    for other in b.entries[Int(j)].children {
      guard let partner = partners[other] else {
        added.append(child(nil, other))
        continue
      }
      addSingles(before: partner)
      result += added
      added = []
      result.append(child(partner, other))
    }
    addSingles(before: first.upperBound)
    return result + added
  }

  private mutating func compare(_ node: inout Node, _ x: ComparedRun.Entry, _ y: ComparedRun.Entry, parent: Node) {
    if x.key != y.key, !ArgumentChanges(x, y, a.normaliser, b.normaliser).isEmpty { add(.args, in: &node) }
    if let one = x.image, let other = y.image {
      if differs(one.exe, other.exe) { add(.exe, in: &node) }
      if differs(one.cwd, other.cwd) { add(.cwd, in: &node) }
      if !options.ignored.contains(.env), let i = one.env, let j = other.env {
        node.variables = environments.changes(i, j, a.normaliser, b.normaliser)
        if !node.variables.isEmpty, node.variables != parent.variables { add(.env, in: &node) }
      }
    }
    if x.status != y.status || x.isRunning != y.isRunning { add(.status, in: &node) }
    if x.failedExecs != y.failedExecs { add(.fail, in: &node) }
    if isSlower(x, y) || isSlower(y, x) { add(.dur, in: &node) }
  }

  private func add(_ aspect: Aspect, in node: inout Node) {
    if !options.ignored.contains(aspect) { node.changes.append(aspect) }
  }

  private func isSlower(_ x: ComparedRun.Entry, _ y: ComparedRun.Entry) -> Bool {
    guard let long = x.runTime, let short = y.runTime, long > short else { return false }
    let more = long &- short
    return more >= options.leastTime && more >= long / 4
  }

  private func differs(_ one: RawBytes, _ other: RawBytes) -> Bool {
    if one == other || one.isEmpty || other.isEmpty { return false }
    var first: [UInt8] = [], second: [UInt8] = []
    one.bytes.withUnsafeBufferPointer { a.normaliser.append($0, to: &first) }
    other.bytes.withUnsafeBufferPointer { b.normaliser.append($0, to: &second) }
    return first != second
  }

  // MARK: - Rows

  private static func shown(_ nodes: [Node]) -> [Row] {
    var rows: [Row] = []
    for node in nodes.dropFirst() where node.isNeeded {
      rows.append(
        Row(
          depth: node.depth, a: node.a.map { Int($0) }, b: node.b.map { Int($0) }, changes: node.changes,
          variables: node.changes.contains(.env) ? node.variables : VariableChanges()))
    }
    // The last row of each depth until a lesser depth comes.
    var hasLater: [Bool] = []
    for index in rows.indices.reversed() {
      let depth = rows[index].depth
      if hasLater.count > depth &+ 1 { hasLater.removeLast(hasLater.count &- depth &- 1) }
      while hasLater.count <= depth { hasLater.append(false) }
      rows[index].isLast = !hasLater[depth]
      hasLater[depth] = true
    }
    return rows
  }
}
