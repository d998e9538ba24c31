import Events
import Filtering
import Recording
import TestSupport
import Testing
import Tree
import TreeLines

@testable import TUI

/// A recording may hold any number anywhere: each line is an event or an error, and what was read can be shown, listed,
/// added up, filtered and written again.
@Suite struct ExtremeNumbersTests {
  private static let facts =
    #""pid":7,"start":40,"ppid":1,"pstart":1,"comm":"x","uid":5,"euid":5,"gid":5,"auid":5,"sid":5,"pgid":5,"nspid":5"#
  private static let image = #","exe":"/x","argv":["x"],"argv_len":9,"env":{"A":"1"},"env_len":9"#
  private static let lines = [
    #"{"ev":"exist","seq":1,"ts":"2026-03-01T18:05:18Z","boot":50,\#(facts)\#(image),"image_boot":45}"#,
    #"{"ev":"fork","seq":2,"ts":"2026-03-01T18:05:18Z","boot":50,\#(facts)}"#,
    #"{"ev":"exec","seq":3,"ts":"2026-03-01T18:05:18Z","boot":60,\#(facts)\#(image),"ret":0}"#,
    #"{"ev":"fail","seq":4,"ts":"2026-03-01T18:05:18Z","boot":70,\#(facts)\#(image),"ret":-2}"#,
    #"{"ev":"lost","seq":5,"boot":75,"since":74,"lost":{"fork":1,"exec":1,"fail":1,"exit":1,"missed":1,"proc":1,"budget":1},"unnamed":1,"records":[{"ev":"exec","boot":74,"pid":7,"start":40,"ppid":1,"pstart":1,"comm":"x","uid":5}]}"#,
    #"{"ev":"census","seq":6,"boot":80,"alive":[[7,40,1,1],[1,1,0,0]],"unsure":[9]}"#,
    #"{"ev":"exit","seq":7,"ts":"2026-03-01T18:05:18Z","boot":90,\#(facts),"exit":1,"utime":5,"stime":5,"mem":5,"minflt":5,"majflt":5,"rbytes":5,"wbytes":5,"reaper":1,"rstart":1}"#,
    #"{"ev":"exit","seq":8,"boot":91,"pid":1,"start":1,"ppid":0,"comm":"y","uid":0,"sig":9,"wstatus":9}"#,
  ]

  private static let numbers = [
    "-9223372036854775809", "-9223372036854775808", "-2147483649", "-2147483648", "-2147483647", "-133", "-1", "0", "1",
    "127", "255", "256", "4194304", "2147483647", "2147483648", "4294967295", "4294967296", "4294967297",
    "4611686018427387903", "4611686018427387904", "4611686018427387905", "9223372036854775807", "9223372036854775808",
    "18446744073709551615", "18446744073709551616", "1e400", "-0", "0.5",
  ]
  private static let times = [
    "1969-12-31T23:59:59.999999999Z", "1970-01-01T00:00:00Z", "1970-01-01T00:00:00+23:59",
    "2099-12-31T23:59:59.999999999Z",
    "2100-01-01T00:00:00Z", "9999-12-31T23:59:60Z", "0000-01-01T00:00:00Z", "2026-02-29T00:00:00Z",
    "10000-01-01T00:00:00Z",
  ]

  /// Where the numbers of a line are: digits behind a colon, a bracket or a comma. Some of a time are among them.
  private static func holes(_ line: String) -> [Range<String.Index>] {
    line.matches(of: /[:\[,](-?[0-9]+)/).map { $0.output.1.startIndex..<$0.output.1.endIndex }
  }

  private static func read(_ line: String) -> [RecordedEvent] {
    var reader = JSONLineReader()
    var events: [RecordedEvent] = []
    do throws(JSONLineError) {
      try reader.read(Array((line + "\n").utf8)[...], into: &events)
    } catch {
      #expect(error.kind == .malformed && error.line == 1)
    }
    return events
  }

  /// Shows and writes what came of lines, in every form.
  private static func show(_ recorded: [RecordedEvent], _ what: String) throws {
    var encoder = JSONLineEncoder(wallOffset: 5, includesEnvironment: true)
    var clock = RecordedClock()
    for event in recorded {
      clock.observe(event)
      encoder.wallOffset = event.wallOffset
      encoder.append(event.event)
    }
    let events = recorded.map(\.event)
    let now = events.map(\.time).max() ?? 0
    var state = AppState(
      size: Size(columns: 120, rows: 50), mode: .replay,
      clock: WallClock(offsets: clock.offsets ?? Steps(0), zone: Steps(-7200)), now: now)
    _ = state.reduce(.events(events, now: now))
    for key in ["=", "T", "t", "t", "2", "3", "g", "[", "[", "(", ")", "]", " "] {
      state.press(.character(Character(key)))
      #expect(state.render().size == state.size, "\(what)")
    }
    _ = state.nextChange(after: state.now)
    let tree = state.shown.tree
    for filter in ["age>1s", "start>0", "cpu>0 or mem>0 or dur>0", "exit>0 or pid>0"] {
      guard let filter = try? Filter.parse(filter) else { continue }
      TreeListing(of: tree, matching: filter, below: nil, now: now, glyphs: .utf8).forEachRow { row, depth, node in
        encoder.append(node, depth: depth, isMatch: row.isMatch, now: now)
        return true
      }
    }
    TreeListing(of: tree, matching: nil, below: nil, now: now, glyphs: .ascii).forEachLine { _ in true }
    for grouping in TopGrouping.allCases {
      for row in TopTable(of: tree, by: grouping, now: now).rows { encoder.append(row) }
    }
    #expect(!encoder.bytes.isEmpty, "\(what)")
  }

  @Test func `Every number of every line`() throws {
    for (index, line) in Self.lines.enumerated() {
      for hole in Self.holes(line) {
        var accepted: [RecordedEvent] = []
        for number in Self.numbers {
          let changed = line.replacingCharacters(in: hole, with: number)
          accepted += Self.read(changed)
        }
        let what = "\(line[..<hole.lowerBound])"
        var all = Self.lines.enumerated().filter { $0.offset != index }.flatMap { Self.read($0.element) }
        all.insert(contentsOf: accepted, at: min(index, all.count))
        try Self.show(all, what)
      }
    }
  }

  @Test(arguments: 0..<40) func `Numbers together`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var events: [RecordedEvent] = []
    for _ in 0..<40 {
      var line = Self.lines.randomElement(using: &random) ?? ""
      for _ in 0..<Int.random(in: 0...4, using: &random) {
        guard let hole = Self.holes(line).randomElement(using: &random) else { break }
        line = line.replacingCharacters(in: hole, with: Self.numbers.randomElement(using: &random) ?? "0")
      }
      events += Self.read(line)
    }
    try Self.show(events, "seed \(seed)")
  }

  @Test func `Times of all years`() throws {
    for time in Self.times {
      for boot in ["0", "1", "4611686018427387904"] {
        let line = Self.lines[2].replacing("2026-03-01T18:05:18Z", with: time)
          .replacing("\"boot\":60", with: "\"boot\":\(boot)")
        let events = Self.read(line)
        #expect(events.count <= 1)
        if !events.isEmpty { try Self.show(events, "\(time) \(boot)") }
      }
    }
  }
}

extension String {
  fileprivate func replacingCharacters(in range: Range<String.Index>, with text: String) -> String {
    "\(self[..<range.lowerBound])\(text)\(self[range.upperBound...])"
  }
}
