import Events
import TestSupport
import Testing

/// Clocks that are set while the program runs.
@Suite
struct ClockStepsTests {
  @Test(arguments: 0..<20)
  func `Values at times agree with a linear search`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var steps = Steps<UInt64, Int64>(0)
    var all: [(from: UInt64, value: Int64)] = []
    for _ in 0..<60 {
      let time = UInt64.random(in: 0...1000, using: &random)
      let value = Int64.random(in: -3...3, using: &random)
      all.removeAll { $0.from >= time }
      steps.append(value, from: time)
      all.append((time, value))
      for time in [0, 1, 500, 999, 1000, UInt64.max]
        + (0..<20).map({ _ in UInt64.random(in: 0...1000, using: &random) })
      {
        #expect(steps.value(at: time) == all.last { $0.from <= time }?.value ?? 0, "seed \(seed)")
      }
    }
  }

  @Test func `A change before all others`() {
    var steps = Steps<Int64, Int>(3600)
    steps.append(7200, from: 100)
    steps.prepend(7200, before: -50)
    steps.prepend(9, before: 0)
    #expect([-51, -50, 99, 100].map { steps.value(at: $0) } == [7200, 3600, 3600, 7200])
  }

  @Test func `The number of kept changes is limited, and the newest are right`() {
    var steps = Steps<UInt64, Int64>(0)
    for index in 1...20_000 as ClosedRange<UInt64> { steps.append(Int64(index), from: index) }
    #expect(steps.count <= 4096)
    for index in 19_000...20_000 as ClosedRange<UInt64> { #expect(steps.value(at: index) == Int64(index)) }
  }

  @Test func `Extreme values never trap`() {
    var steps = Steps<UInt64, Int64>(.min)
    steps.append(.max, from: .max)
    steps.append(.min, from: 0)
    steps.prepend(.max, before: 0)
    steps.forget(smallerThan: .max)
    #expect(Steps<UInt64, Int64>.distance(.min, .max) == .max && Steps<UInt64, Int64>.distance(.max, .min) == .max)
    var clock = ClockSteps(ClockSteps.Reading(offset: .min, error: .max, time: .max))
    clock.observe(ClockSteps.Reading(offset: .max, error: .max, time: .max))
    clock.observe(ClockSteps.Reading(offset: .max, error: 0, time: 0))
    _ = clock.offsets.value(at: .max)
  }

  @Test func `A step applies to events after the last reading only`() {
    var clock = ClockSteps(ClockSteps.Reading(offset: 1000, error: 10, time: 50))
    let look1 = clock.observe(ClockSteps.Reading(offset: 1015, error: 5, time: 60))
    #expect(!look1)
    #expect(clock.offsets.value(at: 60) == 1000)
    let look2 = clock.observe(ClockSteps.Reading(offset: 5000, error: 5, time: 90))
    #expect(look2)
    #expect([50, 60, 61, 90, 1000].map { clock.offsets.value(at: $0) } == [1000, 1000, 5000, 5000, 5000])
    // And back.
    let look3 = clock.observe(ClockSteps.Reading(offset: 1000, error: 5, time: 95))
    #expect(look3)
    #expect([60, 61, 90, 91].map { clock.offsets.value(at: $0) } == [1000, 5000, 5000, 1000])
  }

  @Test func `A delayed reading shows no step; an exact one then shows a small step`() {
    var clock = ClockSteps(ClockSteps.Reading(offset: 0, error: 20_000_000, time: 1))
    let look4 = clock.observe(ClockSteps.Reading(offset: 15_000_000, error: 100, time: 2))
    #expect(!look4)
    let look5 = clock.observe(ClockSteps.Reading(offset: 14_999_950, error: 100, time: 3))
    #expect(!look5)
    let look6 = clock.observe(ClockSteps.Reading(offset: 15_001_000, error: 100, time: 4))
    #expect(look6)
  }
}

/// The calendar.
@Suite
struct CivilDateTests {
  @Test func `Every day has a date and every date its day, over more than two cycles of 400 years`() {
    var expected = CivilDate(daysFromEpoch: -400_000)
    var wrong: Int64?
    for day in Int64(-400_000)...400_000 {
      let date = CivilDate(daysFromEpoch: day)
      if date != expected || date.daysFromEpoch != day { wrong = wrong ?? day }
      let length = CivilDate.length(ofMonth: date.month, in: date.year)
      expected =
        date.day < length
        ? CivilDate(year: date.year, month: date.month, day: date.day + 1)
        : date.month < 12
          ? CivilDate(year: date.year, month: date.month + 1, day: 1)
          : CivilDate(year: date.year + 1, month: 1, day: 1)
    }
    #expect(wrong == nil)
    #expect(CivilDate(daysFromEpoch: 0) == CivilDate(year: 1970, month: 1, day: 1))
    #expect(CivilDate(daysFromEpoch: 20_742) == CivilDate(year: 2026, month: 10, day: 16))
  }

  @Test(arguments: [Int64.min, .min + 1, -1, 0, .max - 1, .max])
  func `No day traps`(day: Int64) {
    let date = CivilDate(daysFromEpoch: day)
    _ = date.daysFromEpoch
    _ = CivilDate(year: day, month: day, day: day).daysFromEpoch
  }
}
