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
      seeksMatch = false
      logAnchor = logAnchor ?? logPlace
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
    onlyThese = []
    // Always from where the person was: deleting a letter leads back to what the longer text left.
    let sideways = tree.sideways
    tree = prompt.before.tree
    tree.sideways = sideways
    stand(log: prompt.before.log)
    seeksMatch = true
  }

  mutating func toggleOnlyThisCommand() {
    if undoOnly(.onlyThisCommand) { return }
    guard let node = selectedNode else { return complain("no process is selected") }
    guard !node.isPlaceholder else { return complain("its command is not known: the process was not seen") }
    toggleOnly(.onlyThisCommand, expression: Filter.command(node.facts.comm).text)
  }

  mutating func toggleOnlyBelow() {
    if undoOnly(.onlyBelow) { return }
    guard let id = selectedNode?.id else { return complain("no process is selected") }
    let (top, isByPID) = shown.tree.filterTerm(for: [id])
    toggleOnly(.onlyBelow, expression: isByPID ? "\(top) or under:\(id.pid)" : "\(top) or under:(\(top))")
  }

  /// Whether a key would undo the filter that it has set, and not set one.
  func undoesOnly(_ command: CommandID) -> Bool {
    onlyThese.last?.set == filterText && onlyThese.contains { $0.command == command }
  }

  /// Undoes the filter that a key has set, whatever is left to be selected under it; false where it has set none.
  mutating func undoOnly(_ command: CommandID) -> Bool {
    guard undoesOnly(command), let index = onlyThese.firstIndex(where: { $0.command == command }) else { return false }
    _ = setFilter(onlyThese[index].before)
    // What other keys have set since goes with it.
    onlyThese.removeSubrange(index...)
    tellFilter()
    return true
  }

  /// One key narrows to what goes with the selected process, the same key again undoes that.
  mutating func toggleOnly(_ command: CommandID, expression text: String) {
    if undoOnly(command) { return }
    guard text != filterText else { return complain("that is the filter already") }
    if onlyThese.last?.set != filterText { onlyThese = [] }
    onlyThese.append(OnlyThis(command: command, before: filterText, set: text))
    _ = setFilter(text)
    seeksMatch = true
    tellFilter()
  }

  /// On a screen so low that nothing else may tell.
  private mutating func tellFilter() {
    guard layout.boxes.values.allSatisfy({ $0.title == nil }) else { return }
    say(filterText.isEmpty ? "no filter" : "filter: \(DisplayText(typed: filterText))")
  }
}
