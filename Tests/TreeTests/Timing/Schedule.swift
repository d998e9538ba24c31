import TestSupport

@testable import Events
@testable import Tree

/// A job as a build has them: its own work, then stages of other jobs, each followed by more of its own work.
struct Job {
  /// Its own work before the first stage.
  var lead: UInt64
  var stages: [Stage] = []

  struct Stage {
    var jobs: [Job]
    /// How many of them may run at a time: 1 in a shell, n in `make -jn`, all in a pipe.
    var slots: Int
    /// The job's own work after the stage.
    var tail: UInt64
  }

  /// - Parameter levels: how deep the jobs may be nested.
  static func random(levels: Int, using dice: inout SeededGenerator) -> Job {
    var job = Job(lead: .random(in: 1...1_000_000_007, using: &dice))
    guard levels > 0 else { return job }
    for _ in 0..<Int.random(in: 0...3, using: &dice) {
      let count = Int.random(in: 1...5, using: &dice)
      let jobs = (0..<count).map { _ in Job.random(levels: levels - 1, using: &dice) }
      let slots = [1, 2, 3, count].randomElement(using: &dice) ?? 1
      job.stages.append(Stage(jobs: jobs, slots: slots, tail: .random(in: 0...90_000_001, using: &dice)))
    }
    return job
  }

  /// The same jobs in another order and with another number of slots.
  func rearranged(using dice: inout SeededGenerator) -> Job {
    var job = self
    for index in job.stages.indices {
      let jobs = job.stages[index].jobs.map { $0.rearranged(using: &dice) }
      job.stages[index].jobs = jobs.shuffled(using: &dice)
      job.stages[index].slots = Int.random(in: 1...6, using: &dice)
    }
    return job
  }
}

/// Runs jobs as a make or a shell does, and knows what each one waited for.
struct Schedule {
  private(set) var runs: ContiguousArray<SubtreeRuns.Run> = []
  /// What belongs to each process on the critical path, from the last to the first moment.
  private(set) var path: [Stretch] = []

  struct Stretch: Hashable {
    var run: Int
    var from: UInt64
    var until: UInt64
  }

  init(_ job: Job, at start: UInt64 = 1000) {
    path = run(job, below: -1, at: start).path
    path.removeAll { $0.from == $0.until }
  }

  /// Runs a job. - Returns: when it ended, and the path through it.
  private mutating func run(
    _ job: Job, below parent: Int32, at start: UInt64
  ) -> (end: UInt64, path: [Stretch]) {
    let number = runs.count
    let id = ProcessID(pid: Int32(number + 1), startTime: start)
    runs.append(SubtreeRuns.Run(id: id, parent: parent, start: start, end: start))
    var time = start + job.lead
    var path = [Stretch(run: number, from: start, until: time)]
    for stage in job.stages {
      // When each slot is free, and the path up to then.
      var slots = Array(repeating: (end: time, path: [Stretch]()), count: min(stage.slots, stage.jobs.count))
      for job in stage.jobs {
        let free = slots.indices.min { slots[$0].end < slots[$1].end } ?? 0
        let done = run(job, below: Int32(number), at: slots[free].end)
        slots[free] = (done.end, done.path + slots[free].path)
      }
      let last = slots.max { $0.end < $1.end } ?? (time, [])
      time = last.end + stage.tail
      path = [Stretch(run: number, from: last.end, until: time)] + last.path + path
    }
    runs[number] = SubtreeRuns.Run(id: id, parent: parent, start: start, end: time, cpu: job.lead / 2)
    return (time, path)
  }
}

extension CriticalPath {
  /// The stretches of all steps from the last to the first moment; runs are numbered by their pid.
  var byTime: [Schedule.Stretch] {
    steps.indices.flatMap { step in
      stretches(of: step).map {
        Schedule.Stretch(run: Int(steps[step].id.pid) - 1, from: $0.from, until: $0.until)
      }
    }.sorted { $0.from > $1.from }
  }
}
