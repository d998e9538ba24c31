import Events
import Filtering
import Recording
import TestSupport
import Testing
import Tree

@testable import Export

/// Which processes an export has.
@Suite struct SelectionTests {
  private let second = Story.second

  private func pids(_ filter: String? = nil, _ window: ClosedRange<UInt64>? = nil) throws -> [Int32] {
    try ExportRows.rows(of: Build.story.input().tree, matching: filter.map(Filter.parse), within: window).map {
      $0.isMatch ? $0.id.pid : -$0.id.pid
    }
  }

  @Test func `A filter keeps matching processes and their ancestors`() throws {
    #expect(try pids() == [10, 11, 12])
    #expect(try pids("comm=cc") == [-10, 11])
    #expect(try pids("exit>0") == [10])
    #expect(try pids("comm=nothing") == [])
  }

  @Test func `A window keeps what ran within it`() throws {
    #expect(try pids(nil, 0...second * 10) == [10])
    #expect(try pids(nil, second * 15...UInt64.max) == [10, 12])
    #expect(try pids("comm=cc", second * 15...UInt64.max) == [])
    #expect(try pids(nil, second * 17...UInt64.max) == [-10, 12])
  }

  @Test(arguments: Seeds.first(40)) func `Every parent comes before its children`(seed: UInt64) throws {
    let tree = HostileStory.story(seed: seed).input().tree
    for filter in [nil, "exit>0 or has:sig", "comm:a"] as [String?] {
      let rows = ExportRows.rows(of: tree, matching: try filter.map(Filter.parse), within: nil)
      for (index, row) in rows.enumerated() {
        #expect(row.parent < index)
        let parent = row.parent < 0 ? nil : rows[Int(row.parent)]
        #expect(tree[row.id]?.parent == parent?.id)
        #expect(row.depth == (parent.map { $0.depth + 1 } ?? 0) && row.top == parent?.top ?? Int32(index))
      }
      if filter == nil {
        #expect(rows.count == tree.totals.processes)
      } else {
        // No row is there without a reason.
        let isKept = rows.indices.map { index in rows[index...].contains { isBelow($0, index, rows) && $0.isMatch } }
        #expect(!isKept.contains(false))
      }
    }
  }

  private func isBelow(_ row: ExportRow, _ top: Int, _ rows: [ExportRow]) -> Bool {
    var row = row
    while row.id != rows[top].id {
      if row.parent < 0 { return false }
      row = rows[Int(row.parent)]
    }
    return true
  }

  @Test func `More failed execs than the limit are counted`() {
    var input = ExportInput(limits: Limits(), keepsFailures: true)
    let process = Build.facts(Build.shell, nil, "sh")
    let event = ProcessEvent.failedExec(
      FailedExecEvent(process: process, errno: 2, image: ProcessImage(time: second * 12, comm: "sh", file: "/x")))
    for _ in 0..<ExportInput.failureLimit + 3 { input.add(RecordedEvent(event: event)) }
    #expect(input.leftOutFailures == 3)
    input.finish()
    #expect(input.failures(of: Build.shell).count == ExportInput.failureLimit)
    #expect(input.failures(of: Build.make).isEmpty)
  }
}

/// Times that a user types.
@Suite struct TimeTests {
  private let second = Story.second
  private let zone: @Sendable (Int64) -> Int = { _ in 3600 }

  private func resolve(_ text: String, hasClock: Bool = true) -> UInt64? {
    TimeText(text)?.resolve(in: 10 * second...70 * second, offsets: hasClock ? Steps(Story.boot) : nil, zone: zone)
  }

  @Test func `Times relative to the start and the end`() {
    #expect(resolve("+2s") == 12 * second)
    #expect(resolve("+0.5m", hasClock: false) == 40 * second)
    #expect(resolve("+1m30s") == 100 * second)
    #expect(resolve("+250ms") == 10 * second + second / 4)
    #expect(resolve("-10s") == 60 * second)
    #expect(resolve("-1d") == 0)
    #expect(resolve("+999999999999999d") == .max || TimeText("+999999999999999d") == nil)
  }

  @Test func `Times of the wall clock`() {
    // The recording goes from 19:05:18 to 19:06:18 of the zone.
    #expect(resolve("19:05:20") == 12 * second)
    #expect(resolve("19:06") == 52 * second)
    #expect(resolve("2026-03-01T18:05:20Z") == 12 * second)
    #expect(resolve("2026-03-01T18:05:20.5Z") == 12 * second + second / 2)
    #expect(resolve("2026-03-01T20:05:20+02:00") == 12 * second)
    #expect(resolve("2026-03-01 19:05:20") == 12 * second)
    // Before the start, as near as possible; not the next day.
    #expect(resolve("19:05:10") == 2 * second)
    #expect(resolve("19:05:20", hasClock: false) == nil)
  }

  @Test func `A recording over midnight has each time of day once`() {
    let night = 20 * second...(20 + 7200) * second
    // 2026-03-01T22:30 UTC at 20 s, 23:30 in the zone.
    let offsets = Steps<UInt64, Int64>(1_772_404_200_000_000_000 - Int64(20 * second))
    func time(_ text: String) -> UInt64? { TimeText(text)?.resolve(in: night, offsets: offsets, zone: zone) }
    #expect(time("23:40") == (20 + 600) * second)
    #expect(time("00:10") == (20 + 2400) * second)
  }

  @Test(arguments: [
    "", "+", "-", "5", "+5s1", "+1 s", "5s", "25:00", "12:60", "12:00:60", "2026-02-30T00:00", "2026-03-01",
    "2026-03-01T00:00+",
    "+5x",
    "+5s ", "+-5s", "12:00Z", "٣:00", "+9999999999999999999s",
  ]) func `Other text is no time`(text: String) { #expect(TimeText(text) == nil) }
}
