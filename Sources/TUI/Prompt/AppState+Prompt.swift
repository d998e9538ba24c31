internal import Filtering
internal import Tree

extension AppState {
  mutating func openPrompt(_ kind: Prompt.Kind) {
    if kind != .help { help = nil }
    prompt = Prompt(
      kind: kind, editor: LineEditor(kind == .filter ? filterText : ""),
      before: Prompt.Before(
        filterText: filterText, onlyThese: onlyThese, folds: shown.outline.foldState, searchText: searchText,
        tree: tree, log: logPlace, detail: detail, detailSearch: detailSearch, help: help,
        helpSearch: helpSearch))
  }

  mutating func type(_ key: Key) -> [Effect] {
    guard var prompt else { return [] }
    switch key {
    case .enter: keepPrompt()
    case .escape, .ctrl("c"), .ctrl("g"): leavePrompt()
    case .up, .ctrl("p"), .down, .ctrl("n"):
      recall(older: key == .up || key == .ctrl("p"))
    case .tab, .backTab: complete(forward: key == .tab)
    case .ctrl("l"): return [.redraw]
    case .ctrl("z"): return [.suspend]
    default:
      let text = prompt.editor.text
      guard prompt.editor.handle(key) else { return [] }
      prompt.historyIndex = nil
      prompt.completion = nil
      self.prompt = prompt
      if prompt.editor.text != text { textChanged() }
    }
    return []
  }

  /// Pasted bytes go into the prompt; without a prompt they do not act as commands.
  mutating func paste(_ bytes: [UInt8]) {
    if question != nil { return pasteIntoQuestion(bytes) }
    guard prompt != nil else {
      return complain("nothing to paste into: open a prompt (\(keyName(.filter)), \(keyName(.search)))")
    }
    // A character takes four bytes at most; more than the line holds need not be decoded.
    prompt?.editor.insert(String(decoding: bytes.prefix(4 * LineEditor.limit), as: UTF8.self))
    textChanged()
  }

  private mutating func recall(older: Bool) {
    guard var prompt else { return }
    let history = history(of: prompt.kind)
    prompt.completion = nil
    let index = (prompt.historyIndex ?? -1) + (older ? 1 : -1)
    if index < 0 {
      guard prompt.historyIndex != nil else { return }
      prompt.historyIndex = nil
      prompt.editor.set(prompt.draft)
    } else {
      guard let text = history[index] else { return }
      if prompt.historyIndex == nil { prompt.draft = prompt.editor.text }
      prompt.historyIndex = index
      prompt.editor.set(text)
    }
    self.prompt = prompt
    textChanged()
  }

  private func history(of kind: Prompt.Kind) -> PromptHistory {
    switch kind {
    case .filter: filterHistory
    case .search: searchHistory
    case .goto: gotoHistory
    case .detail, .help: detailSearchHistory
    }
  }

  /// Folds that the previous text opened are closed again for the next text and for Esc.
  mutating func putFoldsBack(to prompt: Prompt) { updateShown { $0.setFoldState(prompt.before.folds) } }

  mutating func textChanged() {
    guard let prompt else { return }
    switch prompt.kind {
    case .filter: filterTyped(prompt)
    case .search: searchTyped(prompt)
    case .goto: gotoTyped(prompt)
    case .detail: detailSearchTyped(prompt)
    case .help: helpSearchTyped(prompt)
    }
  }

  /// Enter: the prompt stays open on a faulty expression, so that it can be fixed.
  private mutating func keepPrompt() {
    guard let prompt, prompt.fault == nil else { return }
    switch prompt.kind {
    case .filter: filterHistory.add(prompt.editor.text)
    case .goto: gotoHistory.add(prompt.editor.text)
    case .detail:
      detailSearchHistory.add(prompt.editor.text)
      if prompt.editor.isEmpty {
        self.prompt = nil
        detailSearch = prompt.before.detailSearch
        return searchDetailAgain(.forward)
      }
    case .help:
      detailSearchHistory.add(prompt.editor.text)
      if prompt.editor.isEmpty {
        self.prompt = nil
        helpSearch = prompt.before.helpSearch
        return searchHelpAgain(.forward)
      }
    case .search:
      searchHistory.add(prompt.editor.text)
      if prompt.editor.isEmpty, !searchText.isEmpty {
        self.prompt = nil
        return searchAgain(.forward)
      }
    }
    self.prompt = nil
    noteIfNotFound(prompt.kind)
  }

  /// The messages shown while typing disappeared with the last key.
  private mutating func noteIfNotFound(_ kind: Prompt.Kind) {
    switch kind {
    case .search: searchStands()
    case .detail, .help:
      guard let search = kind == .detail ? detailSearch : helpSearch, search.matches.isEmpty else { return }
      complain("not found: \(DisplayText(typed: search.text))")
    case .filter, .goto: break
    }
  }

  private mutating func leavePrompt() {
    guard let prompt else { return }
    self.prompt = nil
    switch prompt.kind {
    case .filter:
      if filterText != prompt.before.filterText { _ = setFilter(prompt.before.filterText) }
      onlyThese = prompt.before.onlyThese
    case .goto: putFoldsBack(to: prompt)
    case .detail: detailSearch = prompt.before.detailSearch
    case .help:
      help = prompt.before.help
      helpSearch = prompt.before.helpSearch
    case .search:
      putFoldsBack(to: prompt)
      searchText = prompt.before.searchText
      search = searchText.isEmpty ? nil : try? Filter.parse(searchText)
    }
    tree = prompt.before.tree
    detail = prompt.before.detail
    stand(log: prompt.before.log)
    if tree.isFollowing, !isFrozen { selectNewest() }
  }
}
