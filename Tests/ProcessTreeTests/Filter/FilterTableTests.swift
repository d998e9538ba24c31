import Testing

@testable import ProcessTree

@Suite("What filters match")
struct FilterTableTests {
  @Test(arguments: try FilterTable.rows)
  func `matches these and no others`(_ row: FilterTable.Row) throws {
    #expect(try FilterMachine().pids(row.text) == row.pids, "\(row.text)")
  }

  @Test(arguments: try FilterTable.rows)
  func `its opposite matches all the others`(_ row: FilterTable.Row) throws {
    let machine = FilterMachine()
    let all = try machine.pids("")
    guard !row.text.isEmpty else { return }
    #expect(try machine.pids("not (\(row.text) )") == all.filter { !row.pids.contains($0) }, "\(row.text)")
  }
}
