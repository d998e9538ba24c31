extension AppState {
  /// The filter that the program was started with; a faulty one is reported and ignored.
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
