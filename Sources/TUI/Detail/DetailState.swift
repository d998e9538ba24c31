internal import Events
internal import Tree

/// The state of the detail pane.
struct DetailState: Sendable {
  /// The process of the lines; the position is reset for another process.
  var subject: ProcessID?
  /// The line on top of the pane.
  var top = 0
  /// Which of the lines that lead to another process is chosen.
  var link: Int?
  /// The lines, made when the selected process or the pane's width changes.
  var content: DetailContent?
  var search: LineSearch?
  /// The pane that had the focus before the detail filled the screen; nil while it does not.
  var full: Pane?

  /// The position, to return to it.
  var position: DetailPosition {
    get { DetailPosition(subject: subject, top: top, link: link) }
    set { (subject, top, link) = (newValue.subject, newValue.top, newValue.link) }
  }
}

/// A position of the detail pane, see `DetailState`.
struct DetailPosition: Hashable, Sendable {
  var subject: ProcessID?
  var top = 0
  var link: Int?
}

// The details on the whole screen. Unlike the zoom this is no setting: it ends with Esc, Enter, q or another pane.

extension AppState {
  /// Enter: the details of the selected process; in the log the process in the tree; in the detail the chosen parent.
  mutating func openSelected() {
    switch focus {
    case .log: changeFolds(.open)
    case .detail: chosenLink == nil ? toggleDetails() : followLink()
    case .tree:
      let isCollapsed = highlighted.flatMap { shown.row(of: $0) }.flatMap { shown.row(at: $0) }?.collapsedCount ?? 0 > 0
      isCollapsed ? changeFolds(.open) : toggleDetails()
    }
  }

  mutating func toggleDetails() {
    if detail.full != nil { return closeDetails() }
    // The detail beside the log is of the entry's process, and beside the top table of its group.
    if focus == .log { closeTop() }
    guard detailIsOfGroup ? top.selectedRow != nil : selectedNode != nil else {
      return showError(detailIsOfGroup ? "no group is selected" : "no process is selected")
    }
    detail.full = focus
    focus = .detail
  }

  mutating func closeDetails() {
    guard let pane = detail.full else { return }
    detail.full = nil
    focus = pane
  }
}

extension AppState {
  mutating func reconcileDetail() {
    if detailIsOfGroup { return reconcileTopDetail() }
    guard let node = selectedNode else {
      detail.content = nil
      detail.position = DetailPosition()
      return
    }
    if detail.subject != node.id { detail.position = DetailPosition(subject: node.id) }
    guard let box = layout[.detail] else {
      detail.content = nil
      return
    }
    var key = DetailContent.Key(
      of: node, in: shown.tree, now: shownTime, clock: clock, scopeStart: scopeStart, width: box.columns - 1,
      path: shownPath(of: node.id))
    key.output = lastOutput(of: (node.id.pid, node.id.startTime, node.end != nil))
    key.showsAll = settings.panes.zoom == .detail
    if detail.content?.key != key {
      detail.content = DetailContent(of: node, in: shown.tree, key: key, now: shownTime, clock: clock, glyphs: glyphs)
    } else {
      let (tree, now, clock, glyphs) = (shown.tree, shownTime, clock, glyphs)
      detail.content?.update(node, in: tree, now: now, clock: clock, glyphs: glyphs)
    }
    let lines = detail.content?.lines.count ?? 0
    detail.top = min(max(detail.top, 0), max(lines - box.rows, 0))
  }
}

// Searches the lines of the detail, as less does: all matches are highlighted, and keys go from one to the next.

extension AppState {
  private var detailJoints: [Int: Int] { detailIsOfGroup ? [:] : detail.content?.joints ?? [:] }

  /// Each key searches again from the position at which the prompt was opened.
  mutating func detailSearchTyped(_ prompt: Prompt) {
    detail.position = prompt.before.detail
    message = nil
    detail.search = prompt.editor.isEmpty ? nil : LineSearch(prompt.editor.text)
    updateDetailMatches()
    guard let search = detail.search else { return }
    guard !search.matches.isEmpty else { return showError("not found") }
    go(toMatch: search.matches.firstIndex { $0.start.line >= detail.top } ?? 0)
  }

  /// Updates the matches after the lines changed.
  mutating func updateDetailMatches() {
    guard detail.search != nil else { return }
    let (lines, joints) = (detailLines, detailJoints)
    detail.search?.update(in: lines, joints: joints)
  }

  mutating func searchDetailAgain(_ direction: Direction) {
    if detail.search == nil, let text = histories.lines[0] { detail.search = LineSearch(text) }
    updateDetailMatches()
    guard let search = detail.search else { return showError("no search yet (\(keyName(.search)) starts one)") }
    let height = max(rows(of: .detail), 1)
    guard let (index, wraps) = search.next(direction, from: detail.top..<detail.top + height) else {
      return showError("not found: \(DisplayText(typed: search.text))")
    }
    go(toMatch: index)
    if let place = detail.search?.place(wraps: wraps, direction) { show(place) }
  }

  private mutating func go(toMatch index: Int) {
    let (top, height) = (detail.top, max(rows(of: .detail), 1))
    detail.top = detail.search?.select(index, top: top, height: height) ?? top
  }
}

// The detail's lines that lead to another process: the parents.

extension AppState {
  private var links: [DetailContent.Link] { detailIsOfGroup ? [] : detail.content?.links ?? [] }

  /// The line of the detail that Enter would follow.
  var chosenLink: DetailContent.Link? { detail.link.flatMap { links.indices.contains($0) ? links[$0] : nil } }

  mutating func chooseLink(by step: Int) {
    guard !links.isEmpty else { return showError("no parent to go to") }
    let index = detail.link.map { Self.sum($0, step, below: links.count) } ?? (step > 0 ? 0 : links.count - 1)
    detail.link = index
    let (line, height) = (links[index].line, max(rows(of: .detail), 1))
    if line < detail.top { detail.top = line } else if line >= detail.top + height { detail.top = line - height + 1 }
  }

  mutating func followLink() {
    guard let link = chosenLink else {
      return showError("choose a parent first (\(keyName(.collapse)), \(keyName(.expand)))")
    }
    go(to: link.id)
  }

  /// The link on a line of the detail, if there is one.
  mutating func pressDetail(line: Int) {
    if let link = links.first(where: { $0.line == line }) { go(to: link.id) }
  }

  /// Selects a process; the detail keeps the focus, so that the user can continue from there.
  private mutating func go(to id: ProcessID) {
    guard shown.tree[id] != nil else { return showError("that process is forgotten") }
    reveal(id)
    if shown.row(of: id) == nil { show("the filter hides that process") }
    choose(id)
  }
}
