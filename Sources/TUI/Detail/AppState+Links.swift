internal import Events
internal import Tree

// The detail's lines that lead to another process: the parents.

extension AppState {
  private var links: [DetailContent.Link] { detailIsOfGroup ? [] : detailContent?.links ?? [] }

  /// The line of the detail that Enter would follow.
  var chosenLink: DetailContent.Link? { detail.link.flatMap { links.indices.contains($0) ? links[$0] : nil } }

  mutating func chooseLink(by step: Int) {
    guard !links.isEmpty else { return complain("no parent to go to") }
    let index = detail.link.map { Self.sum($0, step, below: links.count) } ?? (step > 0 ? 0 : links.count - 1)
    detail.link = index
    let (line, height) = (links[index].line, max(rows(of: .detail), 1))
    if line < detail.top { detail.top = line } else if line >= detail.top + height { detail.top = line - height + 1 }
  }

  mutating func followLink() {
    guard let link = chosenLink else {
      return complain("choose a parent first (\(keyName(.collapse)), \(keyName(.expand)))")
    }
    go(to: link.id)
  }

  /// The link on a line of the detail, if there is one.
  mutating func pressDetail(line: Int) {
    if let link = links.first(where: { $0.line == line }) { go(to: link.id) }
  }

  /// Selects a process; the detail keeps the focus, so that the user can continue from there.
  private mutating func go(to id: ProcessID) {
    guard shown.tree[id] != nil else { return complain("that process is forgotten") }
    reveal(id)
    if shown.row(of: id) == nil { say("the filter hides that process") }
    choose(id)
  }
}
