import Testing

@testable import TUI

/// The time axis of the run times.
@Suite
struct GanttScaleTests {
  let second = Story.second

  @Test func `What is over has an axis as long as it ran`() {
    let scale = GanttScale(start: 100, end: 1100)
    #expect(scale.span == 1000)
    #expect([100, 350, 600, 1099, 1100, 9000].map { scale.eighths(of: $0, width: 10) } == [0, 20, 40, 79, 80, 80])
    #expect(scale.eighths(of: 99, width: 10) == nil)
    #expect(GanttScale(start: 100, end: 100).span == 1 && GanttScale(start: 100, end: 5).span == 1)
  }

  @Test func `What goes on has a longer one in steps`() {
    #expect(GanttScale.rounded(0) == second)
    #expect(GanttScale.rounded(second - 1) == second && GanttScale.rounded(second) == 1100 * Story.millisecond)
    #expect(GanttScale.rounded(36 * second) == 36_500 * Story.millisecond)
    #expect(GanttScale.rounded(9 * second) == 10 * second)
    #expect(GanttScale.rounded(.max) == .max)
    var time = second
    while time < 1_000_000 * second {
      let next = GanttScale.rounded(time)
      #expect(next > time && Double(next) <= Double(time) * 1.15)
      time = next
    }
  }

  @Test func `The axis stands still until it says so`() throws {
    let start = 500 * second
    var now = start
    for _ in 0..<100 {
      let scale = GanttScale(start: start, now: now)
      let next = try #require(scale.nextChange)
      #expect(next > now)
      #expect(GanttScale(start: start, now: next - 1) == scale)
      #expect(GanttScale(start: start, now: next) != scale)
      now = next
    }
    #expect(GanttScale(start: start, now: 3).span == second)
    #expect(GanttScale(start: .max - 5, now: .max).nextChange == nil)
  }
}
