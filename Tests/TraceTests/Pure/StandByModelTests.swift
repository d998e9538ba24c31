import CExecsnoop
import Testing

/// Every order in which tasks can preempt each other: no event is reported twice, and all lost ones are counted.
@Suite struct StandByModelTests {
  typealias Event = StandByModel.Event

  private static let execve = EST_HOOK_EXECVE.rawValue
  private static let exec = EST_HOOK_EXEC.rawValue

  private static func failedExecs(_ task: UInt64, _ count: Int) -> [Event] {
    Array(repeating: Event(task: task, hook: execve), count: count)
  }

  private static func execs(_ task: UInt64, _ count: Int) -> [Event] {
    Array(repeating: Event(task: task, hook: exec), count: count)
  }

  private func expectExact(_ outcomes: StandByOutcomes, canLose: Bool) {
    #expect(outcomes.ends > 1)
    #expect(outcomes.toldTwice == 0)
    #expect(outcomes.miscounted == 0)
    #expect(outcomes.withStandIn > 0, "no copy ever stood in, so nothing was tried")
    #expect((outcomes.withLoss > 0) == canLose)
  }

  @Test(arguments: [1, 2])
  func `Two tasks on a CPU, with two events of the same kind each`(ways: Int) {
    let model = StandByModel(
      [Self.failedExecs(1, 2), Self.failedExecs(2, 2)], cpus: [0, 0], claims: Array(repeating: 0, count: ways))
    expectExact(StandByOutcomes(of: model), canLose: true)
  }

  @Test func `A failed exec and an exec of one task, besides another task's`() {
    let model = StandByModel(
      [Self.failedExecs(1, 1) + Self.execs(1, 1), Self.failedExecs(2, 1) + Self.execs(2, 1)], cpus: [0, 0],
      claims: [0, 0])
    expectExact(StandByOutcomes(of: model), canLose: true)
  }

  @Test func `Two tasks that change CPUs between copies`() {
    let model = StandByModel(
      [Self.failedExecs(1, 1), Self.failedExecs(2, 2)], cpus: [0, 1], claims: [0, 0], mayMigrate: true)
    expectExact(StandByOutcomes(of: model), canLose: true)
  }

  @Test func `Left claims: of an earlier task with the same address, and of an exited one`() {
    let left = [est_claim(1, Self.exec, 1), est_claim(1025, Self.execve, 0)]
    let model = StandByModel([Self.execs(1, 1), Self.failedExecs(2, 1)], cpus: [0, 0], claims: left)
    expectExact(StandByOutcomes(of: model), canLose: true)
    let alone = StandByModel([Self.execs(1, 1)], cpus: [0], claims: left)
    #expect(StandByOutcomes(of: alone).withLoss == 0)
    let full = StandByModel([Self.failedExecs(2, 1)], cpus: [0], claims: left)
    #expect(StandByOutcomes(of: full).withLoss == 0, "the last copy works without a claim")
  }

  /// A preemption inside of a program is rare, so what counts is how many it takes.
  @Test func `Two preemptions lose nothing`() {
    let model = StandByModel(
      (1...3).map { Self.execs(UInt64($0), 1) }, cpus: [0, 0, 0], claims: [0, 0, 0])
    expectExact(StandByOutcomes(of: model, preemptions: 2), canLose: false)
  }

  @Test func `Three preemptions, each in another copy, lose an event and count it`() {
    var model = StandByModel(
      (1...4).map { Self.execs(UInt64($0), 1) }, cpus: [0, 0, 0, 0], claims: [0, 0, 0, 0])
    for number in 0..<3 {
      while model.tasks[number].step != .work { model = model.after(number)[0] }
      #expect(Int(model.tasks[number].copy) == number)
    }
    for number in [3, 0, 1, 2] {
      while model.tasks[number].step != .done { model = model.after(number)[0] }
    }
    #expect(model.told == [[1], [1], [1], [0]])
    #expect(model.countedAsLost == 1)
  }
}
