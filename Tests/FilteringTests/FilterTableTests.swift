import Testing

/// The processes that filters match.
@Suite
struct FilterTableTests {
  @Test(arguments: try FilterTable.rows)
  func `Matches these and no others`(_ row: FilterTable.Row) throws {
    #expect(try FilterMachine().pids(row.text) == row.pids, "\(row.text)")
  }

  @Test(arguments: try FilterTable.rows)
  func `Its negation matches all others`(_ row: FilterTable.Row) throws {
    let machine = FilterMachine()
    let all = try machine.pids("")
    guard !row.text.isEmpty else { return }
    #expect(try machine.pids("not (\(row.text) )") == all.filter { !row.pids.contains($0) }, "\(row.text)")
  }
}
