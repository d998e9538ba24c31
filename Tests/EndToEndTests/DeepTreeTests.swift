import Testing

extension EndToEnd {
  /// Deep trees in the view: chains on one row, a process as the root.
  @Suite(Needs.kernel, Needs.tmux) struct DeepTree {
    private let bench: Bench

    init() throws { bench = try Bench() }

    @Test func `A chain is one row, opens and closes, and a process becomes the root`() async throws {
      let window = try await Window(bench)
      _ = try await bench.run(
        #"printf '%s\n' 'sh -c "sh -c \"env A=1 sleep 1000; true\"; true"; true' >$WORK/deep.sh"#)
      try await window.enter("$PROGRAM -- sh $WORK/deep.sh; echo ended-$?")
      try await window.waitFor("the command") { $0.contains { $0.contains("● exec sleep") } }
      func selected(_ rows: [String]) -> String { rows.first { $0.hasPrefix("▌") } ?? "" }
      // The view begins on the command, which shares its row.
      try await window.waitFor("the chain") {
        selected($0).contains("sh › sh › ") && selected($0).contains("sleep 1000")
      }
      try await window.press("Right")
      let opened = try await window.waitFor("its rows") {
        !selected($0).contains("›") && selected($0).contains("deep.sh")
      }
      #expect(opened.contains { $0.contains("env → sleep 1000") })
      try await window.press("Left")
      try await window.waitFor("the chain") { selected($0).contains("sh › sh › ") }

      // A search selects inside the chain; the process that it finds becomes the root.
      try await window.type("/comm=sleep")
      try await window.press("Enter")
      try await window.type("b")
      let root = try await window.waitFor("the ancestors") { rows in
        rows.contains { $0.contains("sh › sh ›") && !$0.contains("sleep") } && selected(rows).contains("sleep 1000")
      }
      #expect(!selected(root).contains("sh ›"))
      try await window.type("u")
      try await window.waitFor("the parent as root") { selected($0).contains("sh › ") }
      try await window.press("Escape")
      try await window.waitFor("search cleared")
      try await window.press("Escape")
      try await window.waitFor("the whole tree") { $0.contains { $0.contains("(outside)") } }

      // Neither the parent nor this program is a row to stand on.
      try await window.press("Home")
      try await window.press("Up")
      #expect(selected(try await window.rows()).contains("sleep 1000"))
      try await window.press("q")
      try await window.waitFor("is still running")
      try await window.press("C-c")
      try await window.waitForEnd(130)
    }
  }
}
