internal import Events
internal import Filtering
internal import Tree

extension AppState {
  enum Direction {
    case forward, backward
  }

  /// Each key searches again from the position at which the prompt was opened.
  mutating func searchTyped(_ prompt: Prompt) {
    let text = prompt.editor.text
    restoreFolds(to: prompt)
    tree.position = prompt.before.tree
    restore(log: prompt.before.log)
    switch Self.parse(text) {
    case .failure(let fault): self.prompt?.fault = fault
    case .success(let filter):
      self.prompt?.fault = nil
      typedSearch.filter = filter
      typedSearch.text = filter == nil ? "" : text
      message = nil
      if let filter { find(filter, .forward, includingCurrent: true) }
    }
  }

  /// Stays at the match; shows a message if there is none.
  mutating func showMatchAgain() {
    if let filter = typedSearch.filter { find(filter, .forward, includingCurrent: true) }
  }

  mutating func searchAgain(_ direction: Direction) {
    guard !typedSearch.text.isEmpty else { return showError("no search yet (\(keyName(.search)) starts one)") }
    if typedSearch.filter == nil { typedSearch.filter = try? Filter.parse(typedSearch.text) }
    if let filter = typedSearch.filter { find(filter, direction, includingCurrent: false) }
  }

  /// Goes to the next matching row, around the end if necessary. In the log it searches the log, else the rows of the
  /// tree.
  private mutating func find(_ filter: Filter, _ direction: Direction, includingCurrent: Bool) {
    let isLog = focus == .log
    let step = direction == .forward ? 1 : -1
    let found: Found?
    if isLog {
      let current = log.isFollowing ? shown.logCount - 1 : log.cursor.map { shown.logRow(of: $0) } ?? 0
      let row = shown.firstLogRow(matching: filter, from: includingCurrent ? current : current + step, step: step)
      found = row.map { Found(logRow: $0, wraps: step > 0 ? $0 < current : $0 > current, isCurrent: $0 == current) }
    } else {
      let current = tree.selection.flatMap { shown.row(of: $0) == nil ? highlighted : $0 }
      found = shown.first(matching: filter, from: current, step: step, includingCurrent: includingCurrent) {
        canStand(on: $0)
      }
    }
    guard let found else {
      if !isLog, let hidden = shown.firstFolded(matching: filter) {
        reveal(hidden)
        if shown.row(of: hidden) != nil {
          choose(hidden)
          return show("found in a fold (unfolded)")
        }
      }
      // Texts on which the expression gave up count as not found, so the reason is shown.
      if let trouble = filter.trouble {
        return showError("not found: \(DisplayText(typed: trouble.description))")
      }
      return showError("not found: \(DisplayText(typed: filter.text))")
    }
    if let row = found.logRow { selectLogRow(row) } else if let id = found.id { choose(id) }
    if found.wraps {
      show(direction == .forward ? "search wrapped to the top" : "search wrapped to the bottom")
    } else if found.isCurrent, !includingCurrent {
      show("the only match")
    }
  }
}

/// What a search found.
struct Found {
  /// The process, in the tree.
  var id: ProcessID?
  /// The row, in the log.
  var logRow: Int?
  /// It is on the other side of where the search began.
  var wraps: Bool
  /// It is where the search began.
  var isCurrent: Bool
}

extension ViewData {
  /// The number of rows that are tested at a time.
  private static let searchChunk = 512

  /// The next process on the rows of the tree that matches, from one on in steps of 1 or -1 and around the end: each
  /// process of a chain, too.
  ///
  /// - Parameters:
  ///   - current: where it begins; nil for the first row.
  ///   - isAllowed: whether a process may be found.
  /// - Complexity: O(rows looked at, and the processes on them).
  func first(
    matching filter: Filter, from current: ProcessID?, step: Int, includingCurrent: Bool,
    where isAllowed: (ProcessID) -> Bool
  ) -> Found? {
    let count = rowCount
    guard count > 0, let start = current.flatMap({ row(of: $0) }) ?? Optional(0), let own = row(at: start) else {
      return nil
    }
    let evaluator = FilterEvaluator(filter)
    func matches(_ id: ProcessID) -> Bool { evaluator.matches(id, in: tree) && isAllowed(id) }
    // On the row where it begins: first what is ahead of the present process, and at the end the others.
    let onRow = step > 0 ? processes(on: own) : processes(on: own).reversed()
    let place = onRow.firstIndex { $0 == current } ?? onRow.count - 1
    if includingCurrent, matches(onRow[place]) { return Found(id: onRow[place], wraps: false, isCurrent: true) }
    if let id = onRow[(place + 1)...].first(where: matches) { return Found(id: id, wraps: false, isCurrent: false) }
    var remaining = count - 1
    var position = (start + step + count) % count
    while remaining > 0 {
      // The range up to the end of the rows, or of the chunk.
      let length = min(Self.searchChunk, remaining, step > 0 ? count - position : position + 1)
      let range = step > 0 ? position..<position + length : position - length + 1..<position + 1
      let wraps = step > 0 ? position < start : position > start
      let chunk = rows(range)
      for row in step > 0 ? chunk : chunk.reversed() {
        let all = row.chainCount == 0 ? [row.id] : step > 0 ? processes(on: row) : processes(on: row).reversed()
        if let id = all.first(where: matches) { return Found(id: id, wraps: wraps, isCurrent: false) }
      }
      remaining -= length
      position = step > 0 ? (position + length) % count : (position - length + count) % count
    }
    guard let id = onRow[...place].first(where: matches) else { return nil }
    return Found(id: id, wraps: id != current, isCurrent: id == current)
  }

  /// The first process that matches, in or out of the folds, in the order of the tree. - Complexity: O(processes).
  func firstFolded(matching filter: Filter) -> ProcessID? {
    guard !outline.folds.isEmpty || outline.hasCollapsedRows else { return nil }
    let (evaluator, shown) = (FilterEvaluator(filter), self.filter.map { FilterEvaluator($0) })
    var rest = Array(tree.topLevelProcesses.reversed())
    while let id = rest.popLast() {
      if evaluator.matches(id, in: tree), shown?.matches(id, in: tree) ?? true { return id }
      rest.append(contentsOf: tree.children(of: id).reversed())
    }
    return nil
  }

  /// The same for the rows of the log.
  func firstLogRow(matching filter: Filter, from start: Int, step: Int) -> Int? {
    let count = logCount
    guard count > 0 else { return nil }
    let evaluator = FilterEvaluator(filter)
    for offset in 0..<count {
      let row = ((start + step * offset) % count + count) % count
      // A loss matches every filter, so that no filter hides it, but a search skips it.
      if let entry = logEntry(atRow: row), entry.kind != .lost, evaluator.matches(entry, in: tree) { return row }
    }
    return nil
  }
}

extension AppState {
  /// Each key selects the process with the typed pid, or the original one if there is none.
  mutating func gotoTyped(_ prompt: Prompt) {
    restoreFolds(to: prompt)
    tree.position = prompt.before.tree
    restore(log: prompt.before.log)
    self.prompt?.fault = nil
    let text = prompt.editor.text.drop { $0 == " " }
    guard !text.isEmpty else { return }
    if TimeTarget.isMeant(by: text) {
      // The times on the way to a whole one would lead far away.
      do throws(Prompt.Fault) { _ = try TimeTarget.read(text) } catch { self.prompt?.fault = error }
      return
    }
    guard let pid = Int32(text), pid > 0 else {
      self.prompt?.fault = Prompt.Fault(column: 1, message: TimeTarget.expected)
      return
    }
    guard let id = shown.tree.process(pid: pid) else {
      return showError("no process \(pid): unknown, forgotten, or the id of a thread")
    }
    message = nil
    guard canStand(on: id) else { return showError("process \(pid) is outside of what is traced") }
    reveal(id)
    if shown.row(of: id) == nil { return showError("the filter hides process \(pid)") }
    choose(id)
    if !(shown.tree[id]?.isRunning ?? false) { show("process \(pid) has exited") }
  }
}
