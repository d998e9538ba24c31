// Searches the lines of the detail, as less does: all matches are highlighted, and keys go from one to the next.

extension AppState {
  private var detailJoints: [Int: Int] { detailIsOfGroup ? [:] : detailContent?.joints ?? [:] }

  /// Each key searches again from the position at which the prompt was opened.
  mutating func detailSearchTyped(_ prompt: Prompt) {
    detail = prompt.before.detail
    message = nil
    detailSearch = prompt.editor.isEmpty ? nil : LineSearch(prompt.editor.text)
    lookInDetail()
    guard let search = detailSearch else { return }
    guard !search.matches.isEmpty else { return complain("not found") }
    go(toMatch: search.matches.firstIndex { $0.start.line >= detail.top } ?? 0)
  }

  /// Updates the matches after the lines changed.
  mutating func lookInDetail() {
    guard detailSearch != nil else { return }
    let (lines, joints) = (detailLines, detailJoints)
    detailSearch?.look(in: lines, joints: joints)
  }

  mutating func searchDetailAgain(_ direction: Direction) {
    if detailSearch == nil, let text = detailSearchHistory[0] { detailSearch = LineSearch(text) }
    lookInDetail()
    guard let search = detailSearch else { return complain("no search yet (\(keyName(.search)) starts one)") }
    let height = max(rows(of: .detail), 1)
    guard let (index, wraps) = search.next(direction, from: detail.top..<detail.top + height) else {
      return complain("not found: \(DisplayText(typed: search.text))")
    }
    go(toMatch: index)
    if let place = detailSearch?.place(wraps: wraps, direction) { say(place) }
  }

  private mutating func go(toMatch index: Int) {
    let (top, height) = (detail.top, max(rows(of: .detail), 1))
    detail.top = detailSearch?.stand(on: index, top: top, height: height) ?? top
  }
}
