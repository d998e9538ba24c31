internal import ProcessTree

extension AppState {
  /// The filter that the program was started with; a faulty one is complained about and left out.
  package mutating func start(filter text: String) {
    if let fault = setFilter(text) {
      note("filter, column \(fault.column): \(DisplayText(typed: fault.message))", isError: true)
    } else {
      seeksMatch = true
    }
    settle()
    generation += 1
  }
}
