internal import ProcessTree

/// All that the panes show of the machine: the tree, its rows, the log's rows and the activity. A value: freezing the view
/// is keeping a copy of it, while another one goes on taking in events.
struct Picture: Sendable {
  private(set) var tree: ProcessTree
  private(set) var outline = Outline()
  private(set) var logOutline = LogOutline()
  private(set) var activity = ActivityHistory()
  /// The process that came or exec'd last, of those that the filter lets through.
  private(set) var newest: ProcessID?
  /// Those that came or exec'd, while it is not known whether the filter lets them through.
  private var newcomers: [ProcessID] = []
  /// The digits of the longest pid seen: columns grow with it once and never shrink.
  private(set) var pidDigits = 5
  /// The filter's text and the filter made of it; nil shows everything.
  private(set) var filter: Filter?
  private var logIsSifting = false

  private static let mostNewcomers = 4096

  /// Of the children of one parent that are over, so many are shown; the rest has one row.
  static let stowsBeyond = 20

  init(limits: Limits) {
    tree = ProcessTree(limits: limits)
    outline.setStowsBeyond(Self.stowsBeyond, in: tree)
  }

  /// Takes in one event. Rows and sums over subtrees follow with `update`.
  ///
  /// - Parameter selection: walks to the parent when its process is forgotten.
  /// - Returns: what changed.
  @discardableResult
  mutating func apply(_ event: ProcessEvent, selection: inout ProcessID?) -> TreeChange {
    let change = tree.apply(event)
    outline.note(change, in: tree)
    logOutline.note(change, in: tree)
    var kept = selection
    var digits = pidDigits
    change.forEachStep { step in
      if step.kind == .inserted { digits = max(digits, step.id.pid.decimalDigits) }
      if step.kind == .forgotten, step.id == kept { kept = step.parent }
    }
    pidDigits = digits
    selection = kept
    switch event {
    case .fork(let fork): noteNewest(fork.process.id)
    case .exec(let exec):
      noteNewest(exec.process.id)
      activity.count(.init(execs: 1), at: exec.time)
    case .failedExec(let failure): activity.count(.init(failed: 1), at: failure.time)
    case .lost(let loss): activity.count(.init(lost: UInt32(clamping: loss.counts.events)), at: loss.time)
    default: break
    }
    return change
  }

  /// Brings rows and sums up to date after events were taken in.
  mutating func update() {
    tree.updateSums()
    outline.update(in: tree)
    logOutline.update(in: tree)
    guard !newcomers.isEmpty else { return }
    newest = newcomers.last { outline.isMatch($0, in: tree) } ?? newest
    newcomers.removeAll(keepingCapacity: true)
  }

  /// Shows another moment of what is known.
  ///
  /// - Parameters:
  ///   - stale: of whom more became known since the moment shown was made.
  ///   - selection: walks to the parent when its process did not exist yet.
  mutating func turn(
    from old: UInt64, to time: UInt64, in now: ProcessTree, stale: Set<ProcessID>, selection: inout ProcessID?
  ) {
    let logged = tree.log.nextSequence
    var outline = Outline()
    swap(&outline, &self.outline)
    var kept = selection
    tree.turn(from: old, to: time, in: now, stale: stale) { change, tree in
      outline.note(change, in: tree)
      change.forEachStep { step in
        if step.kind == .forgotten, step.id == kept { kept = step.parent }
      }
    }
    swap(&outline, &self.outline)
    self.outline.update(in: tree)
    selection = kept
    logOutline.extend(from: logged, in: tree)
  }

  /// Takes over what another picture knows of the last minutes.
  mutating func takeActivity(of other: Picture) { activity = other.activity }

  /// Forgets nothing that lived at a moment, until the next call with nil.
  mutating func pin(at time: UInt64?) {
    if let time { tree.pin(at: time) } else { tree.unpin() }
  }

  /// Forgets these processes last of all.
  mutating func keep(_ ids: Set<ProcessID>) { tree.keep(ids) }

  private mutating func noteNewest(_ id: ProcessID) {
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

  /// Processes or entries that a filter looks at in one go: some two milliseconds' worth.
  private static let slice = 20_000

  /// Begins to apply a filter, and looks at the first slice with it; `work` does the rest.
  mutating func setFilter(_ filter: Filter?) {
    self.filter = filter
    outline.beginFilter(filter, in: tree)
    logOutline.beginFilter(filter, in: tree)
    logIsSifting = filter != nil
    work()
    // A short log is done in the same moment.
    if !outline.isSifting { work() }
  }

  /// There is more for a filter to look at.
  var hasWork: Bool { outline.isSifting || logIsSifting }

  /// Goes on with a filter: the tree first, the log after that.
  mutating func work() {
    if outline.isSifting {
      _ = outline.sift(Self.slice, in: tree)
    } else if logIsSifting {
      logIsSifting = logOutline.sift(Self.slice, in: tree)
    }
  }

  /// How many children that are over a parent shows, and whether one shows all.
  mutating func setStowsBeyond(_ limit: Int?) { outline.setStowsBeyond(limit, in: tree) }
  mutating func setOpened(_ isOpen: Bool, _ parent: ProcessID) { outline.setOpened(isOpen, parent, in: tree) }
  mutating func setFolded(_ folded: Bool, _ id: ProcessID) { outline.setFolded(folded, id, in: tree) }
  mutating func setFolded(_ folded: Bool, _ ids: [ProcessID]) { outline.setFolded(folded, ids, in: tree) }
  mutating func setFolded(_ folded: Bool, allBelow id: ProcessID) {
    outline.setFolded(folded, allBelow: id, in: tree)
  }
  /// In which order siblings stand; sorted anew where that is the order already.
  mutating func setOrder(_ order: SiblingOrder) { outline.setOrder(order) }
  mutating func setFoldState(_ state: FoldState) { outline.setFoldState(state, in: tree) }
  mutating func setAllFolded(_ folded: Bool) { outline.setAllFolded(folded, in: tree) }

  func row(of id: ProcessID) -> Int? { outline.row(of: id, in: tree) }
  func rows(_ range: Range<Int>) -> [OutlineRow] { outline.rows(range, in: tree) }
  func row(at index: Int) -> OutlineRow? {
    index >= 0 && index < outline.rowCount ? rows(index..<index + 1).first : nil
  }
  /// The process itself where it has a row, else the nearest one above it that has.
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
