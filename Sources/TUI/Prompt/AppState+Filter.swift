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
    typedFilter.text = filter?.text ?? ""
    typedFilter.seeksMatch = false
    log.anchor = log.anchor ?? logPlace
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
    typedFilter.onlyThese = []
    // Always starts from the original position: deleting a letter returns to the selection that the longer text left.
    let sideways = tree.sideways
    tree.position = prompt.before.tree
    tree.sideways = sideways
    restore(log: prompt.before.log)
    typedFilter.seeksMatch = true
  }

  mutating func toggleOnlyThisCommand() {
    if undoOnly(.onlyThisCommand) { return }
    guard let node = selectedNode else { return showError("no process is selected") }
    guard !node.isPlaceholder else { return showError("command unknown: seen only as a parent") }
    toggleOnly(.onlyThisCommand, Filter.command(node.facts.comm))
  }

  /// Whether a key would undo the filter that it has set, instead of setting one.
  func undoesOnly(_ command: CommandID) -> Bool {
    typedFilter.onlyThese.last?.set == typedFilter.text && typedFilter.onlyThese.contains { $0.command == command }
  }

  /// Undoes the filter that a key has set, even if no process is selected; false if it has set none.
  mutating func undoOnly(_ command: CommandID) -> Bool {
    guard undoesOnly(command), let index = typedFilter.onlyThese.firstIndex(where: { $0.command == command }) else {
      return false
    }
    _ = setFilter(typedFilter.onlyThese[index].before)
    // This also undoes the filters that other keys have set since.
    typedFilter.onlyThese.removeSubrange(index...)
    showFilterOnLowScreen()
    return true
  }

  /// The same with the text of an expression.
  mutating func toggleOnly(_ command: CommandID, expression text: String) {
    switch Self.parse(text) {
    case .success(let filter?): toggleOnly(command, filter)
    case .success(nil), .failure: assertionFailure("a key sets no faulty filter")
    }
  }

  /// A key filters by the selected process, the same key again undoes that.
  mutating func toggleOnly(_ command: CommandID, _ filter: Filter) {
    if undoOnly(command) { return }
    guard filter.text != typedFilter.text else { return showError("this filter is already applied") }
    if typedFilter.onlyThese.last?.set != typedFilter.text { typedFilter.onlyThese = [] }
    typedFilter.onlyThese.append(TypedFilter.OnlyThis(command: command, before: typedFilter.text, set: filter.text))
    apply(filter)
    typedFilter.seeksMatch = true
    showFilterOnLowScreen()
  }

  /// Selects a match of a new filter: at once, or as soon as the filter finds one, or as soon as one starts.
  mutating func reconcileMatch() {
    guard typedFilter.seeksMatch else { return }
    if !selectedIsMatch { selectMatch() }
    typedFilter.seeksMatch = !selectedIsMatch && (hasWork || shown.rowCount == 0)
  }

  private var selectedIsMatch: Bool {
    guard let id = standing ?? highlighted, let filter = shown.filter, let node = shown.tree[id] else { return false }
    return filter.matches(node, in: shown.tree)
  }

  /// Shows the filter as a message on a screen that is too low for titles.
  private mutating func showFilterOnLowScreen() {
    guard layout.boxes.values.allSatisfy({ $0.title == nil }) else { return }
    show(typedFilter.text.isEmpty ? "no filter" : "filter: \(DisplayText(typed: typedFilter.text))")
  }
}

extension AppState {
  /// The filter that the program was started with; a faulty one is reported and ignored.
  package mutating func start(filter text: String) {
    if let fault = setFilter(text) {
      showLater("filter, column \(fault.column): \(DisplayText(typed: fault.message))", isError: true)
    } else {
      typedFilter.seeksMatch = true
    }
    reconcile()
    generation += 1
  }
}

extension ProcessTree {
  /// A filter expression that matches exactly these of the remembered processes: by pid, and also by start time if
  /// another process had the same pid.
  ///
  /// - Parameter ids: at least one.
  /// - Returns: the expression, and whether the pids suffice.
  /// - Complexity: O(processes)
  func filterTerm(for ids: Set<ProcessID>) -> (text: String, isByPID: Bool) {
    let pids = Set(ids.map(\.pid))
    let isByPID = allIDs.count { pids.contains($0.pid) } == ids.count
    let text = "pid=" + pids.sorted().map { "\($0)" }.joined(separator: ",")
    if isByPID { return (text, true) }
    let starts = Set(ids.map(\.startTime)).sorted().map { "\($0)" }.joined(separator: ",")
    return ("\(text) start=\(starts)", false)
  }
}
