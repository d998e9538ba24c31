import TestSupport
import Testing

@testable import Events
@testable import Filtering
@testable import Tree

/// Random filters on random processes.
@Suite
struct FilterPropertyTests {
  /// Tests a hundred filters; a failure prints the seed.
  @Test(arguments: 0..<40 as Range<UInt64>)
  func `A filter agrees with a naive one, however it is evaluated`(_ hundred: UInt64) throws {
    for seed in hundred * 100..<hundred * 100 + 100 {
      var dice = NaiveDice(random: SeededGenerator(seed: seed))
      let machine = NaiveMachine(&dice)
      for _ in 0..<4 {
        let (naive, text) = dice.filter()
        let filter = try Filter.parse(text)
        let evaluator = FilterEvaluator(filter, at: NaiveMachine.now)
        for (index, process) in machine.processes.enumerated() {
          let id = ProcessID(pid: process.pid, startTime: process.start)
          let expected = naive.holds(index, machine.processes)
          let node = try #require(machine.tree[id])
          if filter.matches(node, in: machine.tree, at: NaiveMachine.now) != expected
            || evaluator.matches(id, in: machine.tree) != expected
          {
            Issue.record("seed \(seed), pid \(process.pid), expected \(expected): \(text)")
            return
          }
        }
        #expect(filter.isNarrower(than: filter), "seed \(seed): \(text)")
      }
    }
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func `A narrower filter matches a subset`(_ fifty: UInt64) throws {
    for seed in fifty * 50..<fifty * 50 + 50 {
      var dice = NaiveDice(random: SeededGenerator(seed: seed))
      let machine = NaiveMachine(&dice)
      let filters = try (0..<10).map { _ in try Filter.parse(dice.filter(depth: 1).text) }
      let matches = filters.map { filter in
        let evaluator = FilterEvaluator(filter, at: NaiveMachine.now)
        return Set(machine.tree.allIDs.filter { evaluator.matches($0, in: machine.tree) })
      }
      for (a, found) in zip(filters, matches) {
        for (b, others) in zip(filters, matches) where a.isNarrower(than: b) && !found.isSubset(of: others) {
          Issue.record("seed \(seed): \(a.text) is not narrower than \(b.text)")
        }
      }
    }
  }
}
