import Testing

@testable import TUI

/// The timeline's columns.
@Suite
struct TimelineScaleTests {
  let second = ActivityHistory.second

  @Test func `The last column ends with the minute`() {
    let scale = TimelineScale(columns: 80, latest: 3668 * second, shown: 3668 * second)
    #expect(scale.count == 64)
    #expect(scale.bars == 744 - 64..<744)
    #expect(TimelineScale.start(of: scale.bars.upperBound) == 3720 * second)
    #expect(scale == TimelineScale(columns: 80, latest: 3719 * second, shown: 3719 * second))
    #expect(scale != TimelineScale(columns: 80, latest: 3720 * second, shown: 3720 * second))
  }

  @Test(arguments: [40, 80, 99, 100, 120, 200, 500])
  func `Every column leads to its bar and back`(width: Int) {
    let scale = TimelineScale(columns: width, latest: 3668 * second, shown: 3668 * second)
    var found = 0
    for column in -2...width + 2 {
      guard let bar = scale.bar(onColumn: column) else { continue }
      found += 1
      #expect(scale.column(of: TimelineScale.start(of: bar)) == column)
      #expect(scale.column(of: TimelineScale.end(of: bar)) == column)
    }
    #expect(found == scale.count)
    #expect(scale.column + scale.count < width)
  }

  @Test func `The moment shown is in view`() {
    let latest = 36_000 * second
    for shown in [0, second, 17_000 * second, latest] as [UInt64] {
      let scale = TimelineScale(columns: 120, latest: latest, shown: shown)
      #expect(scale.column(of: shown) != nil)
    }
  }

  @Test func `Full bars stand for round numbers`() {
    let highest = [0, 1, 2, 3, 5, 6, 10, 11, 21, 99, 101]
    #expect(highest.map(TimelineScale.ceiling) == [1, 1, 2, 5, 5, 10, 10, 20, 50, 100, 200])
    #expect(TimelineScale.ceiling(Int(UInt32.max)) == 5_000_000_000)
  }

  @Test func `Times from anywhere are taken`() {
    for latest in [0, 1, .max] as [UInt64] {
      for shown in [0, 1, .max] as [UInt64] {
        let scale = TimelineScale(columns: 200, latest: latest, shown: shown)
        #expect(scale.bars.count == 175)
        #expect(TimelineScale.end(of: scale.bars.upperBound) >= TimelineScale.start(of: scale.bars.upperBound))
      }
    }
    #expect(TimelineScale.end(of: -1) == 0 && TimelineScale.end(of: 0) == 5 * second - 1)
  }
}
