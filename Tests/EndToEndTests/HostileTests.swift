import Testing

extension EndToEnd {
  /// A process whose arguments try to control the terminal. The test checks the bytes that reach the terminal.
  @Suite(Needs.kernel, Needs.tmux) struct Hostile {
    private let bench: Bench
    /// Names the window, overprints, forges a row, turns text around, and starts a control sequence in eight bits.
    private static let arguments = #"$'\e]0;owned\a' $'over\rprint' $'forged\nrow' $'turn\u202eed' $'raw\x9b2Jbyte'"#
    private static let escaped = [
      #"\x1b]0;owned\x07"#, #"over\x0dprint"#, #"forged\x0arow"#, #"turn\u{202e}ed"#, #"raw\x9b2Jbyte"#,
    ]

    init() throws { bench = try Bench() }

    /// Nothing of what the process chose acts on a terminal that gets these bytes.
    private func expectHarmless(_ bytes: [UInt8], _ location: SourceLocation = #_sourceLocation) {
      func holds(_ part: [UInt8]) -> Bool {
        bytes.count >= part.count
          && (0...(bytes.count - part.count)).contains { bytes[$0] == part[0] && bytes[$0...].starts(with: part) }
      }
      #expect(!bytes.isEmpty, sourceLocation: location)
      #expect(!holds([0x1b, UInt8(ascii: "]")]), "an OSC", sourceLocation: location)
      #expect(!holds([0x07]), "a BEL", sourceLocation: location)
      #expect(!holds(Array("over\rprint".utf8)), "a carriage return", sourceLocation: location)
      #expect(!holds(Array("forged\nrow".utf8)), "a line feed", sourceLocation: location)
      #expect(!holds(Array("forged\r\nrow".utf8)), "a line feed", sourceLocation: location)
      #expect(!holds(Array("\u{202e}".utf8)), "a right-to-left override", sourceLocation: location)
      #expect(!holds([UInt8(ascii: "w"), 0x9b]), "a raw CSI", sourceLocation: location)
      #expect(!holds(Array("\u{9b}".utf8)), "a CSI in UTF-8", sourceLocation: location)
      // A 0x9b that is left is the end of a box-drawing character: all of it is UTF-8.
      #expect(String(validating: bytes, as: UTF8.self) != nil, "not UTF-8", sourceLocation: location)
    }

    @Test func `In the view`() async throws {
      let name = try await bench.tool("h")
      let window = try await Window(bench, columns: 200, rows: 40)
      try await eventually("the pane's bytes") { bench.contents("bytes") != nil }
      try await window.enter("clear; $PROGRAM --filter comm=\(name); echo ended-$?")
      try await window.waitFor(" LIVE ")
      // The view's own question for the background is an OSC; it came before the first screen.
      try await eventually("the first screen's bytes") { bench.text("bytes")?.contains("LIVE") == true }
      let before = bench.contents("bytes")?.count ?? 0
      _ = try await bench.run("$WORK/\(name) \(Self.arguments)")
      try await window.waitFor("the log's row") { rows in
        rows.contains { row in row.contains("● exec \(name)") && Self.escaped.allSatisfy { row.contains($0) } }
      }
      // The tree, at full width, and the detail.
      try await window.type("/\(name)")
      try await window.press("Enter")
      try await window.press("z")
      try await window.waitFor("the tree's row") { rows in
        rows.contains { row in
          row.contains(" ○ ") && !row.contains(" exit ") && Self.escaped.allSatisfy { row.contains($0) }
        }
      }
      try await window.press("2")
      try await window.type("/Arguments  6")
      try await window.press("Enter")
      try await window.waitFor("the detail's lines") { rows in
        rows.contains { $0.contains("Arguments  6") }
          && zip(1..., Self.escaped).allSatisfy { index, text in
            rows.contains { $0.contains("  \(index) ") && $0.contains(text) }
          }
      }
      try await window.press("q")
      try await window.waitForEnd(0)
      try await eventually("the last of the bytes") { bench.text("bytes")?.contains("ended-0") == true }
      // The bytes before may end inside a character.
      expectHarmless(Array((bench.contents("bytes") ?? []).dropFirst(before).drop { $0 & 0xc0 == 0x80 }))
      #expect(try await !window.fact("pane_title").contains("owned"))
    }

    @Test func `In the log`() async throws {
      let name = try await bench.tool("h")
      for option in ["", "--json"] {
        let outcome = try await bench.run("$PROGRAM log \(option) -- $WORK/\(name) \(Self.arguments)")
        #expect(outcome.status == 0)
        expectHarmless(outcome.output)
        #expect(outcome.lines.contains { $0.contains(name) && $0.contains("owned") }, "\(outcome)")
        #expect(!outcome.lines.contains { $0.hasPrefix("row") })
        if option.isEmpty {
          let row = try #require(outcome.lines.first { $0.contains("owned") })
          #expect(Self.escaped.allSatisfy { row.contains($0) }, "\(row)")
        }
      }
    }

    /// A name and arguments that look like columns and marks: a line split at its blanks still gives the truth.
    @Test func `Columns cannot be forged`() async throws {
      let outcome = try await bench.run(
        #"""
        cp /bin/true "$WORK/sh 1 0 0" && cp /bin/true "$WORK/ 7"
        for name in "sh 1 0 0" " 7"; do
          $PROGRAM log --no-failed -- "$WORK/$name" ... x "12 1 0 forged" ✗ $'\xe2\x80\xa6' ...
        done
        $PROGRAM log --no-failed --max-args 40 -- /bin/true ... "$MARK$MARK$MARK$MARK"
        $PROGRAM tree --no-failed -- /bin/true $'\xe2\x9c\x97' exec failed: ENOENT /bin/forged
        """#)
      #expect(outcome.status == 0, "\(outcome)")
      let rows = outcome.lines.filter { $0.contains("forged") || $0.contains(bench.mark) }
      for (comm, row) in zip([#"sh\x201\x200\x200"#, #"\x207"#], rows) {
        let columns = row.split(separator: " ")
        #expect(columns.count > 4 && columns[0] == comm && columns[3] == "0", "\(row)")
        #expect(columns.prefix(3).suffix(2).allSatisfy { (Int($0) ?? 0) > 1 }, "\(row)")
        #expect(row.hasSuffix(" '...' x '12 1 0 forged' '✗' '…' '...'"), "\(row)")
      }
      #expect(
        rows.contains { $0.hasPrefix("true ") && $0.contains("/bin/true '...' \(bench.mark)") && $0.hasSuffix(" ...") })
      #expect(rows.last?.hasSuffix("/bin/true '✗' exec failed: ENOENT /bin/forged") == true, "\(rows)")
    }

    /// The program's own name, its folder, the text of an error: other users may choose all of them.
    @Test func `In names and errors`() async throws {
      let outcome = try await bench.run(
        #"""
        name=$'n\e]0;owned\a\x9bw'
        cp /bin/true "$WORK/$name"
        $PROGRAM log --no-failed -- "$WORK/$name"
        $PROGRAM log --no-failed -- "$WORK/$name-missing"
        $PROGRAM log "$WORK/$name-missing"
        $PROGRAM log --filter "$name("
        $PROGRAM log "--$name"
        """#)
      expectHarmless(outcome.output)
      expectHarmless(outcome.errors)
      #expect(outcome.errorLines.count == 4, "\(outcome)")
    }
  }
}
