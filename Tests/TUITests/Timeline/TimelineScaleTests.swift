import TestSupport
import Testing

@testable import TUI

/// The timeline's columns.
@Suite
struct TimelineScaleTests {
  let second = ActivityHistory.second

  private func scale(
    _ columns: Int, _ first: UInt64, _ latest: UInt64, shown: UInt64? = nil
  ) -> TimelineScale {
    TimelineScale(columns: columns, first: first, latest: latest, shown: shown ?? latest)
  }

  @Test func `A bar is as short as the whole time fits`() {
    let first = 3668 * second
    // 80 columns have 58 bars.
    let lengths: [(seconds: UInt64, tenths: UInt64)] = [
      (0, 1), (5, 1), (6, 2), (11, 2), (12, 5), (28, 5), (30, 10), (57, 10), (60, 20), (120, 50), (300, 100),
      (600, 300), (1800, 600), (90_000, 600),
    ]
    for length in lengths {
      let scale = scale(80, first, first + length.seconds * second)
      #expect(scale.count == 58 && scale.step == length.tenths * second / 10, "\(length)")
      #expect(scale.column(of: first + length.seconds * second) != nil)
    }
    #expect(
      TimelineScale.steps.map { scale(80, 0, $0 * 50).stepText.string } == [
        "0.1s", "0.2s", "0.5s", "1s", "2s", "5s", "10s", "30s", "1m",
      ])
  }

  /// While a build is watched the bars stand still, and become longer a few times; never shorter.
  @Test func `The bars rarely move`() {
    let first = 3668 * second + 234_000_000
    var (last, changes) = (scale(120, first, first), 0)
    for tenth in 1...36_000 as ClosedRange<UInt64> {
      let next = scale(120, first, first + tenth * second / 10)
      if next != last {
        changes += 1
        #expect(next.step > last.step && next.bars.lowerBound == Int(first / next.step))
      }
      last = next
    }
    #expect(changes == 8)
    changes = 0
    for minute in 100...1000 as ClosedRange<UInt64> {
      let next = scale(120, first, first + minute * 60 * second)
      if next != last { changes += 1 }
      last = next
    }
    #expect((89...92).contains(changes))
  }

  @Test(arguments: Seeds.first(400))
  func `Every event is in exactly one column, and the sums are equal`(seed: UInt64) {
    var dice = SeededGenerator(seed: seed)
    var history = ActivityHistory()
    let span =
      UInt64.random(in: 1...4000, using: &dice) * [second / 1000, second / 10, second].randomElement(using: &dice)!
    let start = UInt64.random(in: 0...10_000 * second, using: &dice)
    var sum = ActivityHistory.Counts()
    for _ in 0..<300 {
      let counts = ActivityHistory.Counts(
        execs: .random(in: 0...9, using: &dice), nonzero: .random(in: 0...9, using: &dice),
        lost: .random(in: 0...9, using: &dice))
      history.count(counts, at: start + UInt64.random(in: 0...span, using: &dice))
      sum = sum + counts
    }
    for width in [40, 80, 120, 200, 500] {
      guard let first = history.firstTime, let latest = history.lastTime else { continue }
      let scale = scale(width, first, latest)
      guard (latest - first) / (60 * second) + 1 < scale.count else { continue }
      let bars = scale.bars.map { history.bar($0, step: scale.step) }
      #expect(bars.reduce(ActivityHistory.Counts(), +) == sum, "\(width)")
    }
  }

  @Test(arguments: [40, 80, 99, 100, 120, 200, 500])
  func `Every column leads to its bar and back`(width: Int) {
    for seconds in [1, 20, 300, 4000, 100_000] as [UInt64] {
      let scale = scale(width, 3668 * second, (3668 + seconds) * second)
      var found = 0
      for column in -2...width + 2 {
        guard let bar = scale.bar(onColumn: column) else { continue }
        found += 1
        #expect(scale.column(of: scale.start(of: bar)) == column)
        #expect(scale.column(of: scale.end(of: bar)) == column)
      }
      #expect(found == scale.count)
      #expect(scale.column + scale.count < width)
    }
  }

  @Test func `The moment shown is in view`() {
    let latest = 36_000 * second
    for shown in [0, second, 17_000 * second, latest] as [UInt64] {
      #expect(scale(120, 0, latest, shown: shown).column(of: shown) != nil)
    }
  }

  @Test func `Full bars stand for round numbers`() {
    let highest = [0, 1, 2, 3, 5, 6, 10, 11, 21, 99, 101]
    #expect(highest.map(TimelineScale.ceiling) == [1, 1, 2, 5, 5, 10, 10, 20, 50, 100, 200])
    #expect(TimelineScale.ceiling(Int(UInt32.max)) == 5_000_000_000)
  }

  @Test func `Times from anywhere are taken`() {
    let times: [UInt64] = [0, 1, 1 << 40, .max]
    for first in times {
      for latest in times {
        for shown in times {
          let scale = TimelineScale(columns: 200, first: first, latest: latest, shown: shown)
          #expect(scale.bars.count == 169)
          #expect(scale.end(of: scale.bars.upperBound) >= scale.start(of: scale.bars.upperBound))
          #expect(scale.rateTenths(of: Int(UInt32.max)) > 0)
        }
      }
    }
    let scale = scale(80, 0, 100 * second)
    #expect(scale.end(of: -1) == 0 && scale.end(of: 0) == 2 * second - 1 && scale.rateTenths(of: 3) == 15)
    #expect(TimelineScale(columns: 20, first: 0, latest: 5, shown: 0).count == 0)
  }
}
