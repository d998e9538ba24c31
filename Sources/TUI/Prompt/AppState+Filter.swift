internal import Events
internal import Filtering
internal import Tree

extension AppState {
  /// Filters by an expression; an empty one shows everything.
  ///
  /// - Returns: the fault of the expression; then the filter does not change.
  mutating func setFilter(_ text: String) -> Prompt.Fault? {
    switch Self.parse(text) {
    case .failure(let fault): return fault
    case .success(let filter):
      apply(filter)
      return nil
    }
  }

  /// Filters by an expression that was read already; nil shows everything.
  mutating func apply(_ filter: Filter?) {
    filterText = filter?.text ?? ""
    seeksMatch = false
    logAnchor = logAnchor ?? logPlace
    updateShown { $0.setFilter(filter) }
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

  /// Each key applies the typed expression; while it is faulty, the last valid filter stays.
  mutating func filterTyped(_ prompt: Prompt) {
    let fault = setFilter(prompt.editor.text)
    self.prompt?.fault = fault
    guard fault == nil else { return }
    onlyThese = []
    // Always starts from the original position: deleting a letter returns to the selection that the longer text left.
    let sideways = tree.sideways
    tree = prompt.before.tree
    tree.sideways = sideways
    stand(log: prompt.before.log)
    seeksMatch = true
  }

  mutating func toggleOnlyThisCommand() {
    if undoOnly(.onlyThisCommand) { return }
    guard let node = selectedNode else { return complain("no process is selected") }
    guard !node.isPlaceholder else { return complain("command unknown: seen only as a parent") }
    toggleOnly(.onlyThisCommand, Filter.command(node.facts.comm))
  }

  mutating func toggleOnlyBelow() {
    if undoOnly(.onlyBelow) { return }
    guard let id = selectedNode?.id else { return complain("no process is selected") }
    let (top, isByPID) = shown.tree.filterTerm(for: [id])
    toggleOnly(.onlyBelow, expression: isByPID ? "\(top) or under:\(id.pid)" : "\(top) or under:(\(top))")
  }

  /// Whether a key would undo the filter that it has set, instead of setting one.
  func undoesOnly(_ command: CommandID) -> Bool {
    onlyThese.last?.set == filterText && onlyThese.contains { $0.command == command }
  }

  /// Undoes the filter that a key has set, even if no process is selected; false if it has set none.
  mutating func undoOnly(_ command: CommandID) -> Bool {
    guard undoesOnly(command), let index = onlyThese.firstIndex(where: { $0.command == command }) else { return false }
    _ = setFilter(onlyThese[index].before)
    // This also undoes the filters that other keys have set since.
    onlyThese.removeSubrange(index...)
    tellFilter()
    return true
  }

  /// The same of an expression that is to be read.
  mutating func toggleOnly(_ command: CommandID, expression text: String) {
    switch Self.parse(text) {
    case .success(let filter?): toggleOnly(command, filter)
    case .success(nil), .failure: assertionFailure("a key sets no faulty filter")
    }
  }

  /// A key filters by the selected process, the same key again undoes that.
  mutating func toggleOnly(_ command: CommandID, _ filter: Filter) {
    if undoOnly(command) { return }
    guard filter.text != filterText else { return complain("this filter is already applied") }
    if onlyThese.last?.set != filterText { onlyThese = [] }
    onlyThese.append(OnlyThis(command: command, before: filterText, set: filter.text))
    apply(filter)
    seeksMatch = true
    tellFilter()
  }

  /// On a very low screen nothing else shows the filter.
  private mutating func tellFilter() {
    guard layout.boxes.values.allSatisfy({ $0.title == nil }) else { return }
    say(filterText.isEmpty ? "no filter" : "filter: \(DisplayText(typed: filterText))")
  }
}
