internal import ProcessTree

extension AppState {
  /// Tab in a prompt: what all candidates have in common, then one after the other.
  mutating func complete(forward: Bool) {
    guard var prompt, prompt.kind == .filter || prompt.kind == .search else { return }
    if let completion = prompt.completion {
      let count = completion.candidates.count
      let index = completion.index.map { ($0 + (forward ? 1 : count - 1)) % count } ?? (forward ? 0 : count - 1)
      prompt.take(completion.candidates[index])
      prompt.completion?.index = index
    } else {
      let before = String(prompt.editor.characters[..<prompt.editor.cursor])
      let found = FilterCompletion(of: before, in: shown.tree)
      guard !found.candidates.isEmpty else { return complain("nothing to complete here") }
      let typed = String(prompt.editor.characters[found.range])
      prompt.completion = Prompt.Completion(
        start: found.range.lowerBound, length: typed.count, candidates: found.candidates)
      let common = Self.commonStart(found.candidates)
      if common.count > typed.count {
        prompt.take(common)
      } else {
        prompt.take(found.candidates[0])
        prompt.completion?.index = 0
      }
      if found.candidates.count == 1 { prompt.completion = nil }
    }
    self.prompt = prompt
    textChanged()
  }

  private static func commonStart(_ texts: [String]) -> String {
    guard var common = texts.first else { return "" }
    for text in texts.dropFirst() { common = common.commonPrefix(with: text) }
    return common
  }
}

extension String {
  fileprivate func commonPrefix(with other: String) -> String {
    String(zip(self, other).prefix { $0 == $1 }.map(\.0))
  }
}

extension Prompt {
  /// What may stand before the cursor, while Tab goes through it.
  struct Completion: Hashable, Sendable {
    /// The characters that the candidate in place takes.
    var start: Int
    var length: Int
    var candidates: [String]
    /// The one that is in place; nil while that is only what all have in common.
    var index: Int?
  }

  mutating func take(_ candidate: String) {
    guard let completion else { return }
    editor.replace(completion.start..<completion.start + completion.length, with: candidate)
    self.completion?.length = candidate.count
  }
}
