internal import ProcessTree

extension AppState {
  enum Direction {
    case forward, backward
  }

  /// Each key looks anew from where the person was when the prompt opened.
  mutating func searchTyped(_ prompt: Prompt) {
    let text = prompt.editor.text
    putFoldsBack(to: prompt)
    tree = prompt.before.tree
    stand(log: prompt.before.log)
    switch Self.parse(text) {
    case .failure(let fault): self.prompt?.fault = fault
    case .success(let filter):
      self.prompt?.fault = nil
      search = filter
      searchText = filter == nil ? "" : text
      message = nil
      if let filter { find(filter, .forward, includingCurrent: true) }
    }
  }

  /// Stays where the search has led; says so where it has led nowhere.
  mutating func searchStands() {
    if let search { find(search, .forward, includingCurrent: true) }
  }

  mutating func searchAgain(_ direction: Direction) {
    guard !searchText.isEmpty else { return complain("nothing to search for yet: \(keyName(.search)) asks") }
    if search == nil { search = try? Filter.parse(searchText) }
    if let search { find(search, direction, includingCurrent: false) }
  }

  /// Goes to the next row that matches, around the end if need be. In the log it looks through the log, else through
  /// the rows of the tree.
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
          return say("found where it was folded")
        }
      }
      // What the expression gave up on counts as not found, which is another matter.
      if let trouble = filter.trouble {
        return complain("not found, but \(DisplayText(typed: trouble.description))")
      }
      return complain("not found: \(DisplayText(typed: filter.text))")
    }
    if isLog { selectLogRow(found) } else if let id = shown.row(at: found)?.id { choose(id) }
    if direction == .forward ? found < current : found > current {
      say(direction == .forward ? "search went on from the top" : "search went on from the bottom")
    } else if found == current, !includingCurrent {
      say("the only match")
    }
  }
}

extension Picture {
  /// Rows that are looked at in one go.
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
      // The stretch up to the end of the rows, or of the chunk.
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
    guard !outline.folds.isEmpty || outline.hasStows else { return nil }
    let (evaluator, shown) = (FilterEvaluator(filter), self.filter.map { FilterEvaluator($0) })
    var rest = Array(tree.roots.reversed())
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
      // A loss matches every filter, so that none hides it; nobody searches for it.
      if let entry = logEntry(atRow: row), entry.kind != .lost, evaluator.matches(entry, in: tree) { return row }
    }
    return nil
  }
}
