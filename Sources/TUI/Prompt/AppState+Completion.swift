internal import Filtering
internal import Tree

extension AppState {
  /// Tab in a prompt: completes the common part of all candidates, then shows one after the other.
  mutating func complete(forward: Bool) {
    guard var prompt, prompt.kind == .filter || prompt.kind == .search else { return }
    if let completion = prompt.completion {
      let count = completion.candidates.count
      let index = completion.index.map { ($0 + (forward ? 1 : count - 1)) % count } ?? (forward ? 0 : count - 1)
      prompt.insert(completion.candidates[index])
      prompt.completion?.index = index
    } else {
      let before = String(prompt.editor.characters[..<prompt.editor.cursor])
      let found = FilterCompletion(of: before, in: shown.tree)
      guard !found.candidates.isEmpty else { return showError("no completions") }
      let typed = String(prompt.editor.characters[found.range])
      prompt.completion = Prompt.Completion(
        start: found.range.lowerBound, length: typed.count, candidates: found.candidates)
      let common = Self.commonStart(found.candidates)
      if common.count > typed.count {
        prompt.insert(common)
      } else {
        prompt.insert(found.candidates[0])
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
  /// The candidates for the text before the cursor, while Tab goes through them.
  struct Completion: Hashable, Sendable {
    /// The characters of the current candidate in the text.
    var start: Int
    var length: Int
    var candidates: [String]
    /// The current candidate; nil while only the common part is completed.
    var index: Int?
  }

  /// Puts a candidate in the place of the current one.
  mutating func insert(_ candidate: String) {
    guard let completion else { return }
    editor.replace(completion.start..<completion.start + completion.length, with: candidate)
    self.completion?.length = candidate.count
  }
}
