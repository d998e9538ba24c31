import Events
import Testing

@Suite struct LossCountsTests {
  private func counts(_ value: UInt64) -> LossCounts {
    LossCounts(
      forks: value, execs: value, failedExecs: value, exits: value, missedRuns: value, procRaces: value,
      overBudget: value)
  }

  @Test func `A count that decreased adds no loss, and the other counts still do`() {
    var later = counts(5)
    later.missedRuns = 0
    later.exits = 9
    let news = later - counts(5)
    #expect(news == LossCounts(exits: 4))
    #expect(LossCounts.largest(later, counts(5)).missedRuns == 5)
    // The count has its former value, so there is no new loss.
    #expect((counts(5) - LossCounts.largest(later, counts(5))) == LossCounts())
  }

  @Test func `Sums saturate`() {
    var sum = counts(.max)
    sum += counts(1)
    #expect(sum == counts(.max))
    #expect(sum.total == .max && sum.events == .max)
    sum = counts(1)
    sum += counts(2)
    #expect(sum == counts(3) && sum.events == 15 && sum.total == 18)
    #expect(counts(0) - counts(.max) == LossCounts())
  }
}
