internal import ProcessTree

extension AppState {
  /// Filters by an expression; an empty one shows everything.
  ///
  /// - Returns: what is wrong with it; then the filter stays as it was.
  mutating func setFilter(_ text: String) -> Prompt.Fault? {
    switch Self.parse(text) {
    case .failure(let fault): return fault
    case .success(let filter):
      filterText = filter == nil ? "" : text
      updateShown { $0.setFilter(filter) }
      return nil
    }
  }

  /// Nil for an expression without a condition.
  static func parse(_ text: String) -> Result<Filter?, Prompt.Fault> {
    do {
      let filter = try Filter.parse(text)
      return .success(filter.isEmpty ? nil : filter)
    } catch {
      return .failure(Prompt.Fault(column: error.column, message: error.message))
    }
  }

  /// Each key applies what is typed; while it is faulty the last good result stays.
  mutating func filterTyped(_ prompt: Prompt) {
    let fault = setFilter(prompt.editor.text)
    self.prompt?.fault = fault
    guard fault == nil else { return }
    onlyThis = nil
    // Always from where the person was: deleting a letter leads back to what the longer text left.
    let sideways = tree.sideways
    tree = prompt.before.tree
    tree.sideways = sideways
    selectMatch()
    seeksMatch = hasWork
  }

  mutating func toggleOnlyThisCommand() {
    if let only = onlyThis, filterText == only.set {
      onlyThis = nil
      _ = setFilter(only.before)
      return
    }
    guard let node = selectedNode else { return complain("no process is selected") }
    let filter = Filter.command(node.facts.comm)
    onlyThis = OnlyThis(before: filterText, set: filter.text)
    filterText = filter.text
    updateShown { $0.setFilter(filter) }
    selectMatch()
  }
}
