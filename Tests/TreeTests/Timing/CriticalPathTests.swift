import TestSupport
import Testing

@testable import Events
@testable import Tree

/// The critical path of schedules whose answer is known, and of random ones.
@Suite
struct CriticalPathTests {
  /// `make -j2` with four compilers of 2, 9, 3 and 1 seconds and a linker: the second compiler decides.
  @Test func `The slow step of a make with two jobs`() {
    let compilers = [2, 9, 3, 1].map { Job(lead: $0 * 100) }
    let make = Job(
      lead: 10,
      stages: [
        Job.Stage(jobs: compilers, slots: 2, tail: 5),
        Job.Stage(jobs: [Job(lead: 50)], slots: 1, tail: 3),
      ])
    let runs = SubtreeRuns(Schedule(make, at: 0).runs)
    let path = CriticalPath(of: runs)
    #expect(path.whole == 968)
    #expect(
      path.steps.map { [Int($0.id.pid), $0.depth, Int($0.own), Int($0.start)] } == [
        [1, 0, 18, 0], [3, 1, 900, 10], [6, 1, 50, 915],
      ])
    #expect(path.stretches(of: 0).map { [$0.from, $0.until] } == [[0, 10], [910, 915], [965, 968]])
    #expect(path.steps.map(\.cpu) == [5, 450, 25] && path.steps.map(\.wait) == [13, 450, 25])
    // Beside the second ran 2 + 3 + 1 seconds of others.
    #expect(path.steps.map(\.besideTenths) == [0, 7, 0])
    // The compilers could run at once, and the linker beside them: nobody knows that it needs them.
    #expect(path.leastTime == 18 + 900 && path.mostSaved == 50)
    #expect(path.permille(of: 900) == 930 && path.step(of: path.steps[1].id) == 1)
  }

  @Test func `In a shell all commands are on the path, and in a pipe the last to end`() {
    let commands = [Job(lead: 20), Job(lead: 70), Job(lead: 30)]
    func path(slots: Int) -> [Int32] {
      let shell = Job(lead: 1, stages: [Job.Stage(jobs: commands, slots: slots, tail: 1)])
      return CriticalPath(of: SubtreeRuns(Schedule(shell).runs)).steps.map(\.id.pid)
    }
    #expect(path(slots: 1) == [1, 2, 3, 4])
    #expect(path(slots: 3) == [1, 3])
    // The third command got the slot of the first, and both together were faster than the second.
    #expect(path(slots: 2) == [1, 3])
  }

  @Test(arguments: Seeds.first(2000))
  func `A schedule of jobs has the path that it waited for`(seed: UInt64) {
    var dice = SeededGenerator(seed: seed)
    let schedule = Schedule(.random(levels: Int.random(in: 1...4, using: &dice), using: &dice))
    let path = CriticalPath(of: SubtreeRuns(schedule.runs))
    #expect(path.byTime == schedule.path)
    #expect(path.steps.reduce(0) { $0 + $1.own } == path.whole)
    #expect(Set(path.steps.map(\.id)).count == path.steps.count)
  }

  /// The statement about what can be won: jobs that take as long as they do, in any order and with any number of slots,
  /// do not finish earlier; and with a slot for each they do not need longer where each job has one stage.
  @Test(arguments: Seeds.first(2000))
  func `No order of the steps beats the bound`(seed: UInt64) {
    var dice = SeededGenerator(seed: seed)
    let job = Job.random(levels: Int.random(in: 1...4, using: &dice), using: &dice)
    let path = CriticalPath(of: SubtreeRuns(Schedule(job).runs))
    #expect(path.leastTime <= path.whole && path.mostSaved == path.whole - path.leastTime)
    for _ in 0..<10 {
      let other = CriticalPath(of: SubtreeRuns(Schedule(job.rearranged(using: &dice)).runs))
      #expect(other.whole >= path.leastTime && other.leastTime == path.leastTime)
    }
    #expect(Schedule(job.atOnce).duration == path.leastTime)
  }

  @Test(arguments: Seeds.first(4000))
  func `Agrees with a naive one whatever the times`(seed: UInt64) {
    var dice = SeededGenerator(seed: seed)
    let all = NaiveTiming.randomRuns(using: &dice)
    let since = UInt64.random(in: 0...12, using: &dice)
    let runs = SubtreeRuns(all, since: since)
    let naive = NaiveTiming(all, since: since)
    let path = CriticalPath(of: runs)
    var owners = Array(repeating: -1, count: Int(naive.end - naive.start))
    for stretch in path.byTime {
      for time in stretch.from..<stretch.until {
        #expect(owners[Int(time - naive.start)] == -1)
        owners[Int(time - naive.start)] = stretch.run
      }
    }
    #expect(owners == naive.owners)
    let leaves = (naive.start..<naive.end).map { naive.leaves(at: $0) }
    for step in path.steps {
      let run = Int(step.id.pid) - 1
      let own = owners.indices.filter { owners[$0] == run }
      #expect(step.own == UInt64(own.count))
      #expect(step.besideTime == UInt64(own.reduce(0) { $0 + leaves[$1].subtracting([run]).count }))
      #expect(step.cpu == all[run].cpu.map { min($0, step.own) })
      #expect(step.start <= step.end && step.start >= naive.start && step.end <= naive.end)
    }
    #expect(path.steps[0].depth == 0 && path.steps.dropFirst().allSatisfy { $0.depth > 0 })
    #expect(path.leastTime <= path.whole && path.unknownEnds == all.count { !$0.endIsKnown })
  }
}

extension Job {
  /// The same jobs with nothing to wait for but their children: all of them in one stage, with a slot for each.
  fileprivate var atOnce: Job {
    guard !stages.isEmpty else { return self }
    let tail = stages.reduce(0) { $0 + $1.tail }
    let jobs = stages.flatMap(\.jobs).map(\.atOnce)
    return Job(lead: lead, stages: [Stage(jobs: jobs, slots: jobs.count, tail: tail)])
  }
}

extension Schedule {
  fileprivate var duration: UInt64 { runs[0].end - runs[0].start }
}
