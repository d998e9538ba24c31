// Searching the detail's lines, as less does: all matches stand out, and the keys go from one to the next.

extension AppState {
  private var detailJoints: [Int: Int] { detailIsOfGroup ? [:] : detailContent?.joints ?? [:] }

  /// Each key looks anew from where the person was when the prompt opened.
  mutating func detailSearchTyped(_ prompt: Prompt) {
    detail = prompt.before.detail
    message = nil
    detailSearch = prompt.editor.isEmpty ? nil : DetailSearch(prompt.editor.text)
    lookInDetail()
    guard let search = detailSearch else { return }
    guard !search.matches.isEmpty else { return complain("not found") }
    go(toMatch: search.matches.firstIndex { $0.start.line >= detail.top } ?? 0)
  }

  /// Brings the matches up to date with the lines.
  mutating func lookInDetail() {
    guard detailSearch != nil else { return }
    let (lines, joints) = (detailLines, detailJoints)
    detailSearch?.look(in: lines, joints: joints)
  }

  mutating func searchDetailAgain(_ direction: Direction) {
    if detailSearch == nil, let text = detailSearchHistory[0] { detailSearch = DetailSearch(text) }
    lookInDetail()
    guard let search = detailSearch else { return complain("nothing to search for yet: \(keyName(.search)) asks") }
    let (matches, count) = (search.matches, search.matches.count)
    guard count > 0 else { return complain("not found: \(DisplayText(typed: search.text))") }
    let view = detail.top..<detail.top + max(rows(of: .detail), 1)
    let target: Int?
    // From the match that is in view; else from what is.
    if let current = search.current, view.contains(matches[current].start.line) {
      target = direction == .forward ? current + 1 : current - 1
    } else if direction == .forward {
      target = matches.firstIndex { $0.start.line >= view.lowerBound }
    } else {
      target = matches.lastIndex { $0.start.line < view.upperBound }
    }
    let wraps = target.map { !matches.indices.contains($0) } ?? true
    let index = wraps ? (direction == .forward ? 0 : count - 1) : target ?? 0
    go(toMatch: index)
    let place: DisplayText = "match \(number: index + 1, grouped: true) of \(number: count, grouped: true)"
    say(!wraps ? place : direction == .forward ? "\(place), went on from the top" : "\(place), went on from the bottom")
  }

  /// Stands on a match, and scrolls where it is not in view.
  private mutating func go(toMatch index: Int) {
    guard let match = detailSearch?.matches[index] else { return }
    detailSearch?.current = index
    let height = max(rows(of: .detail), 1)
    if !(detail.top..<detail.top + height).contains(match.start.line) { detail.top = match.start.line - height / 3 }
  }
}
