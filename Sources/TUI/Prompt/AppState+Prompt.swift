internal import Filtering
internal import Tree

extension AppState {
  mutating func openPrompt(_ kind: Prompt.Kind) {
    if kind != .help { help.top = nil }
    let text =
      switch kind {
      case .filter: typedFilter.text
      case .outputFilter: shownOutput.filter?.text ?? ""
      default: ""
      }
    prompt = Prompt(
      kind: kind, editor: LineEditor(text),
      before: Prompt.Before(
        filterText: typedFilter.text, onlyThese: typedFilter.onlyThese, folds: shown.outline.foldState,
        searchText: typedSearch.text,
        tree: tree.position, log: logPlace, detail: detail.position, detailSearch: detail.search,
        help: help.top,
        helpSearch: help.search, output: output.position, outputSearch: output.search,
        showsOutputMatches: output.showsMatches, outputFilter: shownOutput.filter))
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
    if copying.question != nil { return pasteIntoQuestion(bytes) }
    guard prompt != nil else {
      return showError("nothing to paste into: open a prompt (\(keyName(.filter)), \(keyName(.search)))")
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
    case .filter: histories.filter
    case .search: histories.search
    case .goto: histories.goto
    case .detail, .help, .output: histories.lines
    case .outputFilter: histories.outputFilter
    }
  }

  /// Folds that the previous text opened are closed again for the next text and for Esc.
  mutating func restoreFolds(to prompt: Prompt) { updateShown { $0.setFoldState(prompt.before.folds) } }

  mutating func textChanged() {
    guard let prompt else { return }
    switch prompt.kind {
    case .filter: filterTyped(prompt)
    case .search: searchTyped(prompt)
    case .goto: gotoTyped(prompt)
    case .detail: detailSearchTyped(prompt)
    case .help: helpSearchTyped(prompt)
    case .output: outputSearchTyped(prompt)
    case .outputFilter: outputFilterTyped(prompt)
    }
  }

  /// Enter: the prompt stays open on a faulty expression, so that it can be fixed.
  private mutating func keepPrompt() {
    guard let prompt, prompt.fault == nil else { return }
    switch prompt.kind {
    case .filter: histories.filter.add(prompt.editor.text)
    case .goto:
      histories.goto.add(prompt.editor.text)
      if let time = prompt.time {
        self.prompt = nil
        return jump(to: time)
      }
    case .detail:
      histories.lines.add(prompt.editor.text)
      if prompt.editor.isEmpty {
        self.prompt = nil
        detail.search = prompt.before.detailSearch
        return searchDetailAgain(.forward)
      }
    case .help:
      histories.lines.add(prompt.editor.text)
      if prompt.editor.isEmpty {
        self.prompt = nil
        help.search = prompt.before.helpSearch
        return searchHelpAgain(.forward)
      }
    case .output:
      histories.lines.add(prompt.editor.text)
      if prompt.editor.isEmpty {
        self.prompt = nil
        return searchOutputAgain(.forward)
      }
    case .outputFilter: histories.outputFilter.add(prompt.editor.text)
    case .search:
      histories.search.add(prompt.editor.text)
      if prompt.editor.isEmpty, !typedSearch.text.isEmpty {
        self.prompt = nil
        return searchAgain(.forward)
      }
    }
    self.prompt = nil
    showErrorIfNotFound(prompt.kind)
  }

  /// The messages shown while typing disappeared with the last key.
  private mutating func showErrorIfNotFound(_ kind: Prompt.Kind) {
    switch kind {
    case .search: showMatchAgain()
    case .detail, .help:
      guard let search = kind == .detail ? detail.search : help.search, search.matches.isEmpty else { return }
      showError("not found: \(DisplayText(typed: search.text))")
    case .output:
      guard let search = output.search, shownOutput.firstRow(matching: search, from: 0, step: 1) == nil else { return }
      showError("not found: \(DisplayText(typed: search.text))")
    case .goto: showErrorIfNoProcess()
    case .filter, .outputFilter: break
    }
  }

  /// The same for a pid that no process has.
  private mutating func showErrorIfNoProcess() {
    guard let text = histories.goto[0], let pid = Int32(text.filter { $0 != " " }),
      shown.tree.process(pid: pid) == nil
    else { return }
    showError("no process \(pid): unknown, forgotten, or the id of a thread")
  }

  private mutating func leavePrompt() {
    guard let prompt else { return }
    self.prompt = nil
    switch prompt.kind {
    case .filter:
      if typedFilter.text != prompt.before.filterText { _ = setFilter(prompt.before.filterText) }
      typedFilter.onlyThese = prompt.before.onlyThese
    case .goto: restoreFolds(to: prompt)
    case .detail: detail.search = prompt.before.detailSearch
    case .help:
      help.top = prompt.before.help
      help.search = prompt.before.helpSearch
    case .output: output.search = prompt.before.outputSearch
    case .outputFilter:
      if shownOutput.filter != prompt.before.outputFilter { setOutputFilter(prompt.before.outputFilter) }
    case .search:
      restoreFolds(to: prompt)
      typedSearch.text = prompt.before.searchText
      typedSearch.filter = typedSearch.text.isEmpty ? nil : try? Filter.parse(typedSearch.text)
    }
    tree.position = prompt.before.tree
    detail.position = prompt.before.detail
    output.position = prompt.before.output
    output.showsMatches = prompt.before.showsOutputMatches
    restore(log: prompt.before.log)
    if tree.isFollowing, !isFrozen { selectNewest() }
  }
}
