internal import Events
internal import Filtering
internal import Tree

/// All the data that the panes show: the tree, its rows, the rows of the log and the activity. It is a value: a
/// frozen view keeps a copy as its snapshot, while events are applied to the live one.
struct ViewData: Sendable {
  private(set) var tree: ProcessTree
  private(set) var outline = Outline()
  private(set) var logOutline = LogOutline()
  private(set) var activity = ActivityHistory()
  /// The process that started or exec'd last, of those that match the filter.
  private(set) var newest: ProcessID?
  /// Processes that started or exec'd, while it is unknown whether they match the filter.
  private var newcomers: [ProcessID] = []
  /// The digits of the longest pid seen: columns grow with it once and never shrink.
  private(set) var pidDigits = 5
  /// The columns of the tree that have something to show.
  private(set) var needs = ColumnNeeds()
  /// The filter's text and the filter made of it; nil shows everything.
  private(set) var filter: Filter?
  private var logIsFiltering = false

  private static let mostNewcomers = 4096

  /// The number of exited children that a parent shows; one collapsed row summarises the rest.
  static let exitedChildLimit = 20

  init(limits: Limits) {
    tree = ProcessTree(limits: limits)
    outline.setExitedChildLimit(Self.exitedChildLimit, in: tree)
    outline.setMergesChains(true, in: tree)
  }

  /// Applies one event. `update` then updates rows and sums over subtrees.
  ///
  /// - Parameter selection: moves to the parent when its process is forgotten.
  /// - Returns: what changed.
  @discardableResult
  mutating func apply(_ event: ProcessEvent, selection: inout ProcessID?) -> TreeChange {
    let change = tree.apply(event)
    outline.apply(change, in: tree)
    logOutline.apply(change, in: tree)
    var kept = selection
    var digits = pidDigits
    change.forEachStep { step in
      if step.kind == .inserted { digits = max(digits, step.id.pid.decimalDigits) }
      if step.kind == .forgotten, step.id == kept { kept = step.parent }
    }
    pidDigits = digits
    selection = kept
    needs.update(event)
    switch event {
    case .fork(let fork): updateNewest(fork.process.id)
    case .exec(let exec):
      updateNewest(exec.process.id)
      activity.count(.init(execs: 1), at: exec.time)
    case .exit(let exit) where change.logged != nil && !exit.status.isSuccess:
      activity.count(.init(nonzero: 1), at: exit.time)
    case .lost(let loss): activity.count(.init(lost: UInt32(clamping: loss.counts.events)), at: loss.time)
    default: break
    }
    return change
  }

  /// Updates rows and sums after events were applied.
  mutating func update() {
    tree.updateSums()
    outline.update(in: tree)
    logOutline.update(in: tree)
    guard !newcomers.isEmpty else { return }
    newest = newcomers.last { outline.isMatch($0, in: tree) } ?? newest
    newcomers.removeAll(keepingCapacity: true)
  }

  /// Shows another moment of the remembered time.
  ///
  /// - Parameters:
  ///   - stale: the processes with new data since the shown moment was computed.
  ///   - selection: moves to the parent when its process did not exist yet.
  mutating func turn(
    from old: UInt64, to time: UInt64, in now: ProcessTree, stale: Set<ProcessID>, selection: inout ProcessID?
  ) {
    let logged = tree.log.nextSequence
    var outline = Outline()
    swap(&outline, &self.outline)
    var kept = selection
    tree.turn(from: old, to: time, in: now, stale: stale) { change, tree in
      outline.apply(change, in: tree)
      change.forEachStep { step in
        if step.kind == .forgotten, step.id == kept { kept = step.parent }
      }
    }
    swap(&outline, &self.outline)
    self.outline.update(in: tree)
    selection = kept
    logOutline.extend(from: logged, in: tree)
  }

  /// Copies the activity of the last minutes from another value.
  mutating func copyActivity(of other: ViewData) { activity = other.activity }

  /// Keeps all processes that existed at a moment, until the next call with nil.
  mutating func pin(at time: UInt64?) {
    if let time { tree.pin(at: time) } else { tree.unpin() }
  }

  /// Makes these processes be forgotten last.
  mutating func keep(_ ids: Set<ProcessID>) { tree.keep(ids) }

  private mutating func updateNewest(_ id: ProcessID) {
    guard let filter else {
      newest = id
      return
    }
    if filter.dependencies.isSubset(of: .own) {
      if let node = tree[id], filter.matches(node, in: tree) { newest = id }
      return
    }
    if newcomers.count >= Self.mostNewcomers { update() }
    newcomers.append(id)
  }

  /// The number of processes or entries that a filter tests at a time: about two milliseconds of work.
  private static let slice = 20_000

  /// Starts to apply a filter, and tests the first slice; `work` does the rest.
  mutating func setFilter(_ filter: Filter?) {
    self.filter = filter
    outline.startFilter(filter, in: tree)
    logOutline.startFilter(filter, in: tree)
    logIsFiltering = filter != nil
    work()
    // A short log is finished at once.
    if !outline.isFiltering { work() }
  }

  /// The filter has more to test.
  var hasWork: Bool { outline.isFiltering || logIsFiltering }

  /// Continues to apply a filter: first to the tree, then to the log.
  mutating func work() {
    if outline.isFiltering {
      _ = outline.continueFilter(Self.slice, in: tree)
    } else if logIsFiltering {
      logIsFiltering = logOutline.continueFilter(Self.slice, in: tree)
    }
  }

  /// The number of exited children that a parent shows, and whether one parent shows all.
  mutating func setExitedChildLimit(_ limit: Int?) { outline.setExitedChildLimit(limit, in: tree) }
  mutating func setOpened(_ isOpen: Bool, _ parent: ProcessID) { outline.setOpened(isOpen, parent, in: tree) }
  mutating func setFolded(_ folded: Bool, _ id: ProcessID) { outline.setFolded(folded, id, in: tree) }
  mutating func setFolded(_ folded: Bool, _ ids: [ProcessID]) { outline.setFolded(folded, ids, in: tree) }
  mutating func setFolded(_ folded: Bool, allBelow id: ProcessID) {
    outline.setFolded(folded, allBelow: id, in: tree)
  }
  /// Sets the order of siblings; sorts again if that is already the order.
  mutating func setOrder(_ order: SiblingOrder) { outline.setOrder(order) }
  mutating func setFoldState(_ state: FoldState) { outline.setFoldState(state, in: tree) }
  mutating func setAllFolded(_ folded: Bool) { outline.setAllFolded(folded, in: tree) }

  /// Whether chains of only children share a row; opens or closes the chain of a process.
  mutating func setMergesChains(_ merges: Bool) { outline.setMergesChains(merges, in: tree) }
  mutating func setSplit(_ isSplit: Bool, chainOf id: ProcessID) {
    outline.setSplit(isSplit, chainOf: id, in: tree)
  }
  /// Shows only a process and its descendants; nil shows the whole tree.
  mutating func setTop(_ top: ProcessID?) { outline.setTop(top) }

  /// The number of rows.
  var rowCount: Int { outline.rowCount(in: tree) }
  /// The process of a row and those that share the row, outermost first.
  func processes(on row: OutlineRow) -> [ProcessID] {
    row.chainCount == 0
      ? [row.id] : (row.chainCount == row.chain.count ? row.chain : outline.chain(of: row.id, in: tree)) + [row.id]
  }
  func ancestors(overRowsFrom first: Int, limit: Int) -> [OutlineRow] {
    outline.ancestors(overRowsFrom: first, limit: limit, in: tree)
  }
  func row(of id: ProcessID) -> Int? { outline.row(of: id, in: tree) }
  func rows(_ range: Range<Int>) -> [OutlineRow] { outline.rows(range, in: tree) }
  func row(at index: Int) -> OutlineRow? {
    index >= 0 && index < rowCount ? rows(index..<index + 1).first : nil
  }
  /// The process itself if it has a row, else the nearest ancestor with a row.
  func nearestVisible(_ id: ProcessID) -> ProcessID? { outline.nearestVisible(id, in: tree) }

  var logCount: Int { logOutline.count(in: tree) }
  func logEntry(atRow row: Int) -> LogEntry? { logOutline.entry(at: row, in: tree) }
  func logRow(of sequence: UInt64) -> Int { logOutline.line(of: sequence, in: tree) }
}

extension Int32 {
  /// How many columns the number takes in decimal, without a sign.
  var decimalDigits: Int {
    var (rest, digits) = (magnitude / 10, 1)
    while rest > 0 {
      rest /= 10
      digits += 1
    }
    return digits
  }
}
