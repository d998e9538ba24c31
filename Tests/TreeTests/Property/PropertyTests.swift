import TestSupport
import Testing

@testable import Events
@testable import Filtering
@testable import Tree

/// Random events against a naive oracle.
@Suite
struct PropertyTests {
  @Test(arguments: Seeds.first(2000))
  func `Tree, totals and rows agree with the oracle`(seed: UInt64) {
    var dice = SeededGenerator(seed: ~seed)
    let limits = Limits(
      processes: Int.random(in: 0...40, using: &dice),
      logLines: dice.once(in: 2) ? 1000 : Int.random(in: 0...30, using: &dice), execHistory: 3)
    var machine = RandomMachine(seed: seed)
    // Small chunks, so that chunks are made and removed.
    var run = Run(limits: limits, siblings: Int.random(in: 2...6, using: &dice))
    var frozen: (tree: ProcessTree, outline: Outline, rows: [OutlineRow])?
    for step in 0..<160 {
      if dice.once(in: 6) { run.turnView(&dice) }
      run.apply(machine.next())
      if step == 80 {
        run.update()
        frozen = (run.tree, run.outline, run.outline.rows(0..<1000, in: run.tree))
      }
      if step % 20 == 19 { run.compare(&dice) }
      guard run.faults.isEmpty else { break }
    }
    run.travel(&dice)
    if let frozen {
      #expect(frozen.outline.rows(0..<1000, in: frozen.tree) == frozen.rows, "the frozen copy moved")
      #expect(frozen.tree._checkInvariants() == [])
    }
    #expect(run.faults == [], "seed \(seed)")
  }
}

private final class Faults {
  var all: [String] = []
}

/// One tree and its outline beside the oracle.
private struct Run {
  var tree: ProcessTree
  var outline = Outline()
  var lines = LogOutline()
  var oracle: Oracle
  /// Faults; shared by copies.
  private let found = Faults()
  private var logged: UInt64 = 0

  init(limits: Limits, siblings: Int) {
    tree = ProcessTree(limits: limits, arena: NodeArena(siblings: siblings))
    oracle = Oracle(limits: limits)
  }

  var faults: [String] { found.all }

  func require(_ condition: Bool, _ fault: @autoclosure () -> String) {
    if !condition { found.all.append(fault()) }
  }

  mutating func apply(_ event: ProcessEvent) {
    let change = tree.apply(event)
    outline.apply(change, in: tree)
    lines.apply(change, in: tree)
    let isLogged = oracle.apply(event)
    require(change.logged == (isLogged ? logged : nil), "log entry of \(event)")
    if isLogged { logged += 1 }
    for step in change.steps where step.kind == .forgotten { forget(step) }
    let hasRoom = oracle.processes.count <= tree.limits.processes
    require(
      hasRoom || !oracle.processes.contains(where: oracle.isDispensable),
      "too many are remembered: \(oracle.processes.filter(oracle.isDispensable)) after \(event) \(tree._checkInvariants()) \(change.steps)"
    )
  }

  /// Forgets a process in the oracle too, if the tree's choice is right.
  private mutating func forget(_ step: TreeChange.Step) {
    guard let at = oracle.index(step.id) else { return require(false, "\(step.id) forgotten twice") }
    let dispensable = oracle.processes.filter(oracle.isDispensable)
    require(oracle.processes.count > tree.limits.processes, "\(step.id) forgotten without need")
    if dispensable.isEmpty {
      // It was left out of a chain.
      require(oracle.isLink(oracle.processes[at]), "\(step.id) is not in a chain")
      for child in oracle.processes.indices where oracle.processes[child].parent == step.id {
        oracle.processes[child].parent = oracle.processes[at].parent
        oracle.processes[child].gaps.insert(.parents)
      }
    } else {
      require(
        dispensable.compactMap(\.rank).min() == oracle.processes[at].rank, "\(step.id) forgotten out of its turn")
      require(dispensable.contains { $0.id == step.id }, "\(step.id) forgotten too soon")
    }
    require(step.parent == oracle.processes[at].parent, "parent of the forgotten \(step.id)")
    oracle.processes.remove(at: at)
    oracle.forgotten.insert(step.id)
    oracle.totals.forgotten += 1
  }

  /// Filters that depend only on the log entry: the results of others are those at the time of the entry.
  private static let entryFilters = [
    "comm=a", "!comm=b", "comm=a,c or pid:3", "user:root", "nothing at all", "ppid:2", "is:failed", "file:/a/",
  ]

  /// Brings rows and sums up to date, as a reader does.
  mutating func update() {
    tree.updateSums()
    outline.update(in: tree)
    lines.update(in: tree)
  }

  /// A random action of a user.
  mutating func turnView(_ dice: inout SeededGenerator) {
    let filters =
      Self.entryFilters + [
        "under:(comm=a)", "!child:(comm=b)", "parent:(state=exited)", "under:3 or kids>1", "depth=2", "execs>0",
        "fails>0",
      ]
    switch Int.random(in: 0..<15, using: &dice) {
    case 12: outline.setMergesChains(!dice.once(in: 6), in: tree)
    case 13:
      if let id = oracle.processes.randomElement(using: &dice)?.id {
        outline.update(in: tree)
        outline.setSplit(!outline.isInOpenChain(id, in: tree), chainOf: id, in: tree)
      }
    case 14: outline.setTop(dice.once(in: 2) ? nil : oracle.processes.randomElement(using: &dice)?.id)
    case 11: outline.setOrder(SiblingOrder(.allCases.randomElement(using: &dice)!, isReversed: dice.once(in: 2)))
    case 8: outline.setExitedChildLimit(dice.once(in: 4) ? nil : Int.random(in: 0...3, using: &dice), in: tree)
    case 9, 10:
      if let id = oracle.processes.randomElement(using: &dice)?.id {
        outline.setOpened(!outline.isOpened(id), id, in: tree)
      }
    case 0: outline.setAllFolded(dice.once(in: 2), in: tree)
    case 1: setFilter(nil)
    case 2: setFilter(try? Filter.parse(filters.randomElement(using: &dice)!))
    default:
      guard let id = oracle.processes.randomElement(using: &dice)?.id else { return }
      if dice.once(in: 3) {
        outline.setFolded(dice.once(in: 2), allBelow: id, in: tree)
      } else {
        outline.setFolded(!outline.isFolded(id), id, in: tree)
      }
    }
  }

  private mutating func setFilter(_ filter: Filter?) {
    outline.setFilter(filter, in: tree)
    lines.setFilter(filter, in: tree)
  }

  /// Goes back and forth in time. Each moment must equal the one derived from a fresh copy, and agree with the oracle.
  mutating func travel(_ dice: inout SeededGenerator) {
    update()
    var past = tree
    var rows = outline
    var shown = UInt64.max
    for _ in 0..<6 {
      let time = max(UInt64.random(in: 90...400, using: &dice), tree.earliestMoment ?? 400)
      past.turn(from: shown, to: time, in: tree) { rows.apply($0, in: $1) }
      rows.update(in: past)
      shown = time
      found.all += past._checkInvariants() + rows._checkInvariants(in: past)
      let fresh = tree.asOf(time)
      compareMoment(past, time)
      require(past.drawn == fresh.drawn, "moment \(time): \(past.drawn), not \(fresh.drawn)")
      require(past.totals == fresh.totals, "totals of \(time)")
      guard faults.isEmpty else { return }
    }
  }

  private func compareMoment(_ past: ProcessTree, _ time: UInt64) {
    for process in oracle.processes {
      var above: ProcessID? = process.id
      var existed = true
      while let id = above {
        if id.startTime > time { existed = false }
        above = oracle[id]?.parent
      }
      let node = past[process.id]
      require((node != nil) == existed, "\(process.id) at \(time)")
      guard let node else { continue }
      require(node.parent == process.parent, "parent of \(process.id) at \(time)")
      require(
        node.isRunning == (process.isRunning || process.endTime! > time), "state of \(process.id) at \(time)")
      let first = process.images.first
      let images = process.images.filter { $0.time <= time || $0 == first && $0.marks.contains(.fromProc) }
      require(node.images == images, "programs of \(process.id) at \(time)")
      compareCounts(node, process, time)
    }
  }

  /// The numbers of execs and failed execs until a moment.
  private func compareCounts(_ node: ProcessNode, _ process: Oracle.Process, _ time: UInt64) {
    let (execs, failures) = (node.execCount, node.failedExecCount)
    require(0...process.execs ~= execs && 0...process.failures ~= failures, "counts of \(process.id) at \(time)")
    // The log has more than the tree remembers, but does not distinguish two processes with one identity.
    if oracle.forgotten.contains(process.id), !node.record.remembersAll { return }
    let searches = process.searchChanges.reduce(0) { $1.time <= time ? $0 + $1.change : $0 }
    require(
      node.execFailures == searches,
      "\(node.execFailures) searches of \(process.id) at \(time), not \(searches): \(process.searchChanges)")
    require(
      execs == process.execTimes.count { $0 <= time } && failures == process.failureTimes.count { $0 <= time },
      "\(execs) execs and \(failures) failed ones of \(process.id) at \(time): \(process.execTimes), \(process.failureTimes)"
    )
  }

  mutating func compare(_ dice: inout SeededGenerator) {
    found.all += tree._checkInvariants() + outline._checkInvariants(in: tree)
    compareTotals()
    update()
    for process in oracle.processes { compare(process) }
    compareRows(&dice)
    compareLines()
    compareFailures(&dice)
  }

  private mutating func compareTotals() {
    oracle.totals.processes = oracle.processes.count
    oracle.totals.running = oracle.processes.filter(\.isRunning).count
    require(tree.totals == oracle.totals, "totals \(tree.totals), not \(oracle.totals)")
    require(tree.topLevelProcesses == oracle.children(of: nil), "roots \(tree.topLevelProcesses)")
  }

  private func compare(_ process: Oracle.Process) {
    let id = process.id
    guard let node = tree[id] else { return require(false, "\(id) is missing") }
    require(node.parent == process.parent, "parent of \(id)")
    require(
      node.presentParent == process.presentParent ?? process.parent,
      "present parent of \(id): \(String(describing: node.presentParent)), not \(process.presentParent ?? process.parent as Any) \(node.record.adoptions)"
    )
    require(node.isRunning == process.isRunning && node.end?.status == process.status, "state of \(id)")
    require(node.facts.comm == process.comm && node.facts.user == process.user, "facts of \(id)")
    require(node.marks.contains(.inferred) == process.isInferred, "marks of \(id)")
    require(node.gaps == process.gaps, "gaps of \(id)")
    require(node.marks.contains(.incomplete) == !process.gaps.isEmpty, "incomplete \(id)")
    require(node.end?.time == process.endTime, "end of \(id)")
    require(tree.mayLackEvents(id) == oracle.mayLackEvents(process), "what \(id) may lack")
    require(node.imageIsOutdated == (process.lostExecTime > process.images.last?.time ?? 0), "exec of \(id)")
    require(node.isPlaceholder == (process.knowledge == 0), "placeholder \(id)")
    require(node.execCount == process.execs && node.failedExecCount == process.failures, "counts of \(id)")
    require(node.execFailures == process.searches.count, "searches of \(id): \(node.execFailures), \(process.searches)")
    require(node.subtree == oracle.subtree(id), "sums of \(id): \(node.subtree)")
    require(node.below.processes == node.subtree.processes - 1, "below \(id)")
    require(node.below.execs == node.subtree.execs - process.execs, "execs below \(id)")
    require(node.below.cpuTime == node.subtree.cpuTime - process.cpuTime, "CPU below \(id)")
    require(tree.children(of: id) == oracle.children(of: id), "children of \(id)")
    require(node.images == process.images, "programs of \(id)")
    require(node.image == process.images.last ?? process.inherited, "program of \(id)")
  }

  /// Sorts by the values of the tree, which are compared elsewhere.
  private func sorted(_ siblings: [ProcessID]) -> [ProcessID] {
    func value(_ id: ProcessID) -> UInt64 {
      let node = tree[id]!
      switch outline.order.key {
      case .start, .name: return 0
      case .runTime: return node.runTime(now: tree.log.newestTime ?? 0)
      case .cpu: return node.subtree.cpuTime
      case .memory: return node.end?.usage?.peakMemory ?? 0
      case .processes: return UInt64(node.subtree.processes)
      }
    }
    func name(_ id: ProcessID) -> String {
      outline.order.key == .name ? String(decoding: tree[id]!.facts.comm.bytes, as: UTF8.self) : ""
    }
    // Siblings are in the order of start, which `sort` keeps here for equal values.
    let sorted = siblings.enumerated().sorted { a, b in
      (~value(a.element), name(a.element), a.offset) < (~value(b.element), name(b.element), b.offset)
    }.map(\.element)
    return outline.order.isReversed ? sorted.reversed() : sorted
  }

  /// Until they are sorted again, siblings keep their order: the same rows, and each is found at its index.
  private func compareUnsorted(_ naive: NaiveRows) {
    let rows = outline.rows(0..<outline.rowCount(in: tree), in: tree)
    require(Set(rows.map(\.id)) == Set(naive.rows.map(\.id)), "rows before sorting")
    for (index, row) in rows.enumerated() {
      require(outline.row(of: row.id, in: tree) == index, "row of \(row.id) before sorting")
    }
  }

  private mutating func compareRows(_ dice: inout SeededGenerator) {
    let filter = outline.filter
    let shownTree = tree
    let copy = self
    let naive = NaiveRows(
      oracle, folds: outline.folds, exitedChildLimit: filter == nil ? outline.exitedChildLimit : nil,
      opened: outline.opened,
      chains: NaiveRows.Chains(
        areMerged: outline.mergesChains && outline.exitedChildLimit != 0, hasFilter: filter != nil,
        split: outline.split),
      top: outline.top,
      sorted: { copy.sorted($0) }
    ) { id in
      filter?.matches(shownTree[id]!, in: shownTree) ?? true
    }
    if outline.order != SiblingOrder() {
      compareUnsorted(naive)
      outline.resort()
    }
    require(outline.matchCount == naive.matchCount, "\(outline.matchCount) matches, not \(naive.matchCount)")
    let count = outline.rowCount(in: tree)
    require(count == naive.rows.count, "\(count) rows, not \(naive.rows.count)")
    guard faults.isEmpty else { return }
    require(outline.rows(0..<naive.rows.count, in: tree) == naive.rows, "rows")
    let low = Int.random(in: 0...naive.rows.count, using: &dice)
    let high = Int.random(in: low...naive.rows.count, using: &dice)
    require(outline.rows(low..<high, in: tree) == Array(naive.rows[low..<high]), "rows \(low)..<\(high)")
    let limit = Int.random(in: 0...3, using: &dice)
    require(
      outline.ancestors(overRowsFrom: low, limit: limit, in: tree) == naive.ancestors(overRowsFrom: low, limit: limit),
      "ancestors over the rows from \(low)")
    for process in oracle.processes {
      let row = naive.index(of: process.id)
      require(outline.row(of: process.id, in: tree) == row, "row of \(process.id)")
      require(outline.nearestVisible(process.id, in: tree) == naive.nearest(process.id), "nearest to \(process.id)")
    }
  }

  private func compareLines() {
    guard lines.filter.map({ Self.entryFilters.contains($0.text) }) ?? true else { return }
    let expected = tree.log.entries.filter { entry in
      guard let filter = lines.filter else { return !entry.isLaterTry }
      let first = entry.firstTry.flatMap { tree.log[$0] }
      return filter.matches(entry, in: tree) && !(first.map { filter.matches($0, in: tree) } ?? false)
    }.map(\.sequence)
    let shown = (0..<lines.count(in: tree)).compactMap { lines.entry(at: $0, in: tree)?.sequence }
    // A later try was compared with its first one while the log had that.
    func isSure(_ sequence: UInt64) -> Bool {
      tree.log[sequence]?.firstTry.map { tree.log[$0] != nil } ?? true
    }
    require(shown.filter(isSure) == expected.filter(isSure), "log lines \(shown), not \(expected)")
    for (line, sequence) in shown.enumerated() {
      require(lines.line(of: sequence, in: tree) == line, "line of entry \(sequence)")
    }
    let failures = tree.log.entries.filter(\.isFailure).map(\.sequence)
    var (found, next) = ([UInt64](), tree.log.firstFailure(after: nil))
    while let sequence = next {
      found.append(sequence)
      next = tree.log.firstFailure(after: sequence)
    }
    require(found == failures && tree.log.failureCount == failures.count, "failures \(found), not \(failures)")
    require(zip(failures, failures.dropFirst()).allSatisfy { tree.log.lastFailure(before: $1) == $0 }, "last failures")
  }

  /// The next failure of any row, against a list of all rows without folds.
  private func compareFailures(_ dice: inout SeededGenerator) {
    require(
      tree.failures
        == oracle.processes.reduce(0) { $0 + $1.searches.count + ($1.status.map { $0.isSuccess ? 0 : 1 } ?? 0) },
      "\(tree.failures) failures")
    var all = Outline()
    all.setOrder(outline.order)
    all.setFilter(outline.filter, in: tree)
    let ids = all.rows(0..<all.rowCount, in: tree).map(\.id)
    let failed = ids.map { tree[$0]?.hasFailed ?? false }
    for row in outline.rows(0..<outline.rowCount, in: tree) {
      let isCollapsed = row.collapsedCount > 0
      let start = isCollapsed ? tree[row.id]?.parent : row.id
      let place = start.flatMap { ids.firstIndex(of: $0) } ?? -1
      let after = ids.indices.filter { $0 > place && failed[$0] }
      let before = ids.indices.filter { failed[$0] && ($0 < place || isCollapsed && $0 == place) }
      let isOwn = place >= 0 && failed[place]
      let next = after.first ?? before.first ?? (isOwn ? place : nil)
      let previous = before.last ?? after.last ?? (isOwn ? place : nil)
      let found = outline.failure(from: row.id, backward: false, isCollapsedRow: isCollapsed, in: tree)
      require(
        found?.id == next.map { ids[$0] } && found?.isWrapped ?? after.isEmpty == after.isEmpty,
        "failure after \(row.id): \(String(describing: found)) in \(zip(ids, failed).map { "\($0) \($1)" })")
      let last = outline.failure(from: row.id, backward: true, isCollapsedRow: isCollapsed, in: tree)
      require(
        last?.id == previous.map { ids[$0] } && last?.isWrapped ?? before.isEmpty == before.isEmpty,
        "failure before \(row.id): \(String(describing: last)) in \(zip(ids, failed).map { "\($0) \($1)" })")
    }
  }
}
