import Events
import TestSupport
import Testing
import Tree

@testable import Comparison

/// Random jobs with few commands, so that equal ones are frequent.
@Suite struct PropertyTests {
  /// A plan of a job: commands with what they start.
  private struct Step {
    var command: [String]
    var status: Int32
    var below: [Step]

    mutating func shuffle(using generator: inout SeededGenerator) {
      below.shuffle(using: &generator)
      for index in below.indices { below[index].shuffle(using: &generator) }
    }
  }

  private func step(_ depth: Int, _ generator: inout SeededGenerator) -> Step {
    let names = ["make", "cc", "sh", "true"]
    let count = depth == 0 ? 0 : Int.random(in: 0...4, using: &generator)
    return Step(
      command: [
        names.randomElement(using: &generator) ?? "", "-x\(Int.random(in: 0...2, using: &generator))",
        generator.once(in: 4) ? "/tmp/cc\(Int.random(in: 100_000...999_999, using: &generator)).o" : "a",
      ],
      status: generator.once(in: 6) ? 1 : 0, below: (0..<count).map { _ in step(depth - 1, &generator) })
  }

  private func run(_ steps: [Step], from pid: Int32) -> ComparedRun {
    var job = Job(pid: pid, time: UInt64(pid) * 1_000_000)
    func start(_ step: Step, under parent: ProcessID?, in job: inout Job) {
      let id = job.start(step.command, under: parent)
      for child in step.below { start(child, under: id, in: &job) }
      job.end(id, status: step.status)
    }
    for step in steps { start(step, under: nil, in: &job) }
    return job.run
  }

  @Test func `A job equals itself, in any order of siblings`() {
    for seed in Seeds.first(400) {
      var generator = SeededGenerator(seed: seed)
      var steps = (0..<3).map { _ in step(4, &generator) }
      let first = run(steps, from: 1000)
      #expect(RunComparison(first, run(steps, from: 500_000)).isEmpty, "\(seed)")
      steps.shuffle(using: &generator)
      for index in steps.indices { steps[index].shuffle(using: &generator) }
      #expect(RunComparison(first, run(steps, from: 900_000)).isEmpty, "\(seed)")
    }
  }

  @Test func `Each process is in a pair or stands alone, and both ways give the same counts`() {
    for seed in Seeds.first(400) {
      var generator = SeededGenerator(seed: seed)
      let a = run((0..<3).map { _ in step(4, &generator) }, from: 1000)
      let b = run((0..<3).map { _ in step(4, &generator) }, from: 500_000)
      let comparison = RunComparison(a, b)
      let onlyA = comparison.rows.compactMap { $0.b == nil ? $0.a : nil }
      let onlyB = comparison.rows.compactMap { $0.a == nil ? $0.b : nil }
      #expect(comparison.pairs + onlyA.count == a.entries.count - 1, "\(seed)")
      #expect(comparison.pairs + onlyB.count == b.entries.count - 1, "\(seed)")
      #expect(Set(comparison.rows.compactMap(\.a)).count == comparison.rows.count { $0.a != nil }, "\(seed)")
      #expect(Set(comparison.rows.compactMap(\.b)).count == comparison.rows.count { $0.b != nil }, "\(seed)")
      // A row that is one level deeper follows its parent, and no level is skipped.
      #expect(zip(comparison.rows, comparison.rows.dropFirst()).allSatisfy { $1.depth <= $0.depth + 1 }, "\(seed)")
      #expect(comparison.rows.first?.depth ?? 0 == 0)
    }
  }

  /// A step that was left out is the only difference, where its command is like no other.
  @Test func `An added step is found wherever it is`() {
    for seed in Seeds.first(400) {
      var generator = SeededGenerator(seed: seed)
      let steps = (0..<3).map { _ in step(4, &generator) }
      var more = steps
      func add(to steps: inout [Step], _ generator: inout SeededGenerator) {
        if let index = steps.indices.randomElement(using: &generator), !generator.once(in: 3) {
          add(to: &steps[index].below, &generator)
        } else {
          let place = Int.random(in: 0...steps.count, using: &generator)
          steps.insert(Step(command: ["unlike", "any"], status: 0, below: []), at: place)
        }
      }
      add(to: &more, &generator)
      let comparison = RunComparison(run(steps, from: 1000), run(more, from: 500_000))
      let found = comparison.rows.filter { !$0.isContext }
      #expect(found.count == 1 && found.first?.a == nil, "\(seed): \(comparison.text)")
      #expect(comparison.text.last { $0.hasPrefix("+") }?.hasSuffix("unlike any") == true, "\(seed)")
    }
  }
}
