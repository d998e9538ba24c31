internal import CExecsnoop
internal import Events
internal import Glibc

extension ProcReader {
  /// Does the same as `existing(_:at:again:_:)` for many tasks, with as many threads as there are processors: the files
  /// of one process take some 30 µs, nearly all of it in the kernel, and a system may have thousands.
  /// - Returns: in the order of the tasks.
  mutating func existing(
    _ tasks: [est_facts], at time: UInt64, again: Bool = false, _ names: inout SharedNames
  ) -> [ExistingProcess] {
    let processors = max(Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))), 1)
    // Starting a thread takes as long as reading a few processes, and each thread has two files open.
    let workers = OpenFiles.areShort ? 1 : min(processors, 8, max(tasks.count / 64, 1))
    let share = (tasks.count &+ workers &- 1) / max(workers, 1)
    let jobs = (0..<workers).map { worker in
      ReadingJob(
        Array(tasks[min(worker &* share, tasks.count)..<min((worker &+ 1) &* share, tasks.count)]), at: time,
        again: again, environment: environment, names: names)
    }
    // This thread does the first share, and the shares for which no thread could be started.
    let started = jobs.dropFirst().map { ($0, $0.start()) }
    jobs.first?.run()
    for (job, thread) in started {
      if let thread { pthread_join(thread, nil) } else { job.run() }
    }
    for job in jobs { addCounts(of: job.reader) }
    let found = jobs.flatMap(\.found)
    for (task, process) in zip(tasks, found) {
      if let path = process.process.cgroup { names.learn(cgroup: task.cgroup_id, path: path) }
    }
    return found
  }
}

/// A share of the reading. One thread makes it and another uses it until it is joined; the compiler cannot check this.
private final class ReadingJob: @unchecked Sendable {
  private let tasks: [est_facts]
  private let time: UInt64
  private let again: Bool
  private var names: SharedNames
  private(set) var reader: ProcReader
  private(set) var found: [ExistingProcess] = []

  init(_ tasks: [est_facts], at time: UInt64, again: Bool, environment: Bool, names: SharedNames) {
    self.tasks = tasks
    self.time = time
    self.again = again
    self.names = names
    reader = ProcReader(environment: environment)
  }

  func run() {
    found.reserveCapacity(tasks.count)
    for task in tasks { found.append(reader.existing(task, at: time, again: again, &names)) }
  }

  /// Runs it in a new thread; nil where none can be started.
  func start() -> pthread_t? {
    var thread = pthread_t()
    let context = Unmanaged.passRetained(self)
    let result = pthread_create(
      &thread, nil,
      { context in
        if let context { Unmanaged<ReadingJob>.fromOpaque(context).takeRetainedValue().run() }
        return nil
      }, context.toOpaque())
    if result == 0 { return thread }
    context.release()
    return nil
  }
}
