internal import CExecsnoop
internal import CLinux
internal import Glibc
internal import ProcessTree

/// The processes that run already: who they are from the kernel's task iterator, what they run from /proc. To be taken
/// after attaching, so that whatever begins meanwhile is an event.
struct ProcSnapshot {
  /// What was found, and a loss behind it where something was gone before it was read.
  private(set) var events: [ProcessEvent] = []
  private var reader: ProcReader
  /// What the events take up beside their places in the array.
  var bytes: Int { reader.bytes }

  /// - Parameters:
  ///   - attachedAt: when tracing began, nanoseconds since boot.
  ///   - wholeMachine: whether nothing is out of scope.
  init(
    of list: TaskList, names: inout SharedNames, environment: Bool, attachedAt: UInt64, wholeMachine: Bool
  ) throws(TraceError) {
    reader = ProcReader(environment: environment)
    let time = lnx_boot_time()
    let tasks = try list.read().filter { $0.in_scope != 0 }.map(\.facts)
    events = reader.existing(tasks, at: time, &names).map { .existing($0) }
    if wholeMachine { addHidden(besides: tasks, attachedAt, &names) }
    if reader.races > 0 {
      events.append(
        .lost(LostEvent(time: lnx_boot_time(), since: time, counts: LossCounts(procRaces: reader.races))))
    }
  }

  /// A kernel may keep tasks from its iterator that it shows in /proc (some sandboxes hide their init so). Those older
  /// than the trace are taken from there, with the exact start time that their children name, if they have any.
  private mutating func addHidden(besides tasks: [est_facts], _ attachedAt: UInt64, _ names: inout SharedNames) {
    let tick = reader.tick
    let known = Set(tasks.map(\.pid))
    let parents = Dictionary(tasks.map { ($0.parent_pid, $0.parent_start) }, uniquingKeysWith: { first, _ in first })
    for pid in ProcReader.listedPIDs() where !known.contains(pid) {
      let time = lnx_boot_time()
      guard let files = ProcFiles(pid: pid), let stat = files.stat(), !stat.hasEnded, let owner = files.owner(),
        stat.startTicks < attachedAt / tick, attachedAt / tick - stat.startTicks > 2,
        let image = reader.image(files, stat.comm, time, &names)
      else { continue }
      let named = parents[pid].flatMap { $0 / tick == stat.startTicks ? $0 : nil }
      let facts = ProcessFacts(
        id: ProcessID(pid: pid, startTime: named ?? stat.startTicks * tick),
        parent: tasks.first { $0.pid == stat.parent }.map { ProcessID(pid: $0.pid, startTime: $0.start) },
        comm: stat.comm, uid: owner.uid, euid: owner.euid, gid: owner.gid, session: stat.session,
        processGroup: stat.processGroup, cgroup: files.cgroup(), user: names.user(owner.uid))
      events.append(.existing(ExistingProcess(time: time, process: facts, image: image)))
    }
  }
}
