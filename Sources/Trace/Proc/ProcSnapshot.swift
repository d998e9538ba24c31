internal import CExecsnoop
internal import CLinux
internal import Events
internal import Glibc

/// The processes that run at the start: identities from the kernel's task iterator, programs from /proc. It is made
/// after attaching, so that processes that start meanwhile have events.
struct ProcSnapshot {
  /// The processes, and then a loss if some were gone before they were read.
  private(set) var events: [ProcessEvent] = []
  private var reader: ProcReader
  /// The size of the events in bytes, besides their places in the array.
  var bytes: Int { reader.bytes }

  /// - Parameters:
  ///   - tasks: the output of the iterator.
  ///   - time: a time before it started, in nanoseconds since boot.
  ///   - names: contains the tasks' cgroups.
  ///   - attachedAt: when tracing started, in nanoseconds since boot.
  ///   - isWholeSystem: whether all processes are in scope.
  /// - Throws: `TraceError` where /proc cannot be listed.
  init(
    of tasks: [est_task], readAt time: UInt64, names: inout SharedNames, environment: Bool, attachedAt: UInt64,
    isWholeSystem: Bool
  ) throws(TraceError) {
    reader = ProcReader(environment: environment)
    let tasks = tasks.filter { $0.in_scope != 0 }.map(\.facts)
    events = reader.existing(tasks, at: time, &names).map { .existing($0) }
    if isWholeSystem { try addHidden(besides: tasks, attachedAt, &names) }
    if reader.races > 0 {
      events.append(
        .lost(LostEvent(time: lnx_boot_time(), since: time, counts: LossCounts(procRaces: reader.races))))
    }
  }

  /// A kernel may hide tasks from its iterator that it shows in /proc (some sandboxes hide their init like this). Tasks
  /// older than the trace are read from /proc, with the exact start time that their children name, if they have any.
  private mutating func addHidden(
    besides tasks: [est_facts], _ attachedAt: UInt64, _ names: inout SharedNames
  ) throws(TraceError) {
    let clock = reader.clock
    let known = Set(tasks.map(\.pid))
    let parents = Dictionary(tasks.map { ($0.parent_pid, $0.parent_start) }, uniquingKeysWith: { first, _ in first })
    for pid in try ProcReader.listedPIDs() where !known.contains(pid) {
      let time = lnx_boot_time()
      guard let files = ProcFiles(pid: pid), let before = files.stat(), !before.hasEnded, let owner = files.owner(),
        clock.start(ofTicks: before.startTicks &+ 2) < attachedAt,
        let (image, stat) = reader.program(files, before.comm, time, nil, &names), stat.startTicks == before.startTicks
      else { continue }
      let named = parents[pid].flatMap { clock.ticks(ofStart: $0) == stat.startTicks ? $0 : nil }
      let facts = ProcessFacts(
        id: ProcessID(pid: pid, startTime: named ?? clock.start(ofTicks: stat.startTicks)),
        parent: tasks.first { $0.pid == stat.parent }.map { ProcessID(pid: $0.pid, startTime: $0.start) },
        comm: stat.comm, uid: owner.uid, euid: owner.euid, gid: owner.gid, session: stat.session,
        processGroup: stat.processGroup, tty: stat.terminalName, cgroup: files.cgroup(), user: names.user(owner.uid),
        isKernelThread: stat.isKernelThread)
      events.append(.existing(ExistingProcess(time: time, process: facts, image: image)))
    }
  }
}
