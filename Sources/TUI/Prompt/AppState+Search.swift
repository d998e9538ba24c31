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
    let count = isLog ? shown.logCount : shown.outline.rowCount
    let current =
      isLog
      ? (log.isFollowing ? count - 1 : log.cursor.map { shown.logRow(of: $0) } ?? 0)
      : highlighted.flatMap { shown.row(of: $0) } ?? 0
    let step = direction == .forward ? 1 : -1
    let start = includingCurrent ? current : current + step
    let found =
      isLog
      ? shown.firstLogRow(matching: filter, from: start, step: step)
      : shown.firstRow(matching: filter, from: start, step: step)
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
    if isLog { selectLogRow(found) } else if let id = shown.row(at: found)?.id { choose(id) }
    if direction == .forward ? found < current : found > current {
      show(direction == .forward ? "search wrapped to the top" : "search wrapped to the bottom")
    } else if found == current, !includingCurrent {
      show("the only match")
    }
  }
}

extension ViewData {
  /// The number of rows that are tested at a time.
  private static let searchChunk = 512

  /// The first row of the tree that matches, from `start` on in steps of 1 or -1 and around the end.
  ///
  /// - Complexity: O(rows looked at).
  func firstRow(matching filter: Filter, from start: Int, step: Int) -> Int? {
    let count = outline.rowCount
    guard count > 0 else { return nil }
    let evaluator = FilterEvaluator(filter)
    var remaining = count
    var position = (start + count) % count
    while remaining > 0 {
      // The range up to the end of the rows, or of the chunk.
      let length = min(Self.searchChunk, remaining, step > 0 ? count - position : position + 1)
      let range = step > 0 ? position..<position + length : position - length + 1..<position + 1
      let chunk = rows(range)
      let indices = Array(zip(range, chunk))
      for (index, row) in step > 0 ? indices : indices.reversed() {
        if evaluator.matches(row.id, in: tree) { return index }
      }
      remaining -= length
      position = step > 0 ? (position + length) % count : (position - length + count) % count
    }
    return nil
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
      do throws(Prompt.Fault) { _ = try TimeTarget(text) } catch { self.prompt?.fault = error }
      return
    }
    guard let pid = Int32(text), pid > 0 else {
      self.prompt?.fault = Prompt.Fault(column: 1, message: TimeTarget.expected)
      return
    }
    guard let id = shown.tree.process(pid: pid) else {
      return showError("no process \(pid): unknown or forgotten")
    }
    message = nil
    reveal(id)
    if shown.row(of: id) == nil { return showError("the filter hides process \(pid)") }
    choose(id)
    if !(shown.tree[id]?.isRunning ?? false) { show("process \(pid) has exited") }
  }
}
