internal import CExecsnoop
internal import CLinux
internal import Glibc
internal import ProcessTree

/// The processes that run already: who they are from the kernel's task iterator, what they run from /proc. To be taken
/// after attaching, so that whatever begins meanwhile is an event.
struct ProcSnapshot {
  private(set) var events: [ProcessEvent] = []
  /// Processes whose /proc entry was gone, or belonged to a successor of the pid.
  private(set) var vanished = 0
  private let environment: Bool
  private let tick = 1_000_000_000 / UInt64(sysconf(Int32(_SC_CLK_TCK)))

  /// - Parameters:
  ///   - attachedAt: when tracing began, nanoseconds since boot.
  ///   - wholeMachine: whether nothing is out of scope.
  init(
    of trace: borrowing KernelTrace, names: inout SharedNames, environment: Bool, attachedAt: UInt64,
    wholeMachine: Bool
  ) throws(TraceError) {
    self.environment = environment
    let tasks = try trace.runningTasks()
    for task in tasks { add(task, &names) }
    if wholeMachine { addHidden(besides: tasks, attachedAt, &names) }
  }

  private mutating func add(_ task: est_facts, _ names: inout SharedNames) {
    let isKernelThread = task.flags & 0x0020_0000 != 0  // PF_KTHREAD, include/linux/sched.h
    let time = lnx_boot_time()
    var facts = names.facts(task)
    var image = ProcessImage(time: time, comm: facts.comm, marks: .fromProc)
    if !isKernelThread {
      if let files = ProcFiles(pid: task.pid), let found = self.image(files, facts.comm, time, &names),
        files.stat()?.startTicks == task.start / tick
      {
        image = found
        facts.cgroup = facts.cgroup ?? files.cgroup()
        if let cgroup = facts.cgroup { names.learn(cgroup: task.cgroup_id, path: cgroup) }
      } else {
        vanished += 1
      }
    }
    events.append(
      .existing(ExistingProcess(time: time, process: facts, image: image, isKernelThread: isKernelThread)))
  }

  /// A kernel may keep tasks from its iterator that it shows in /proc (some sandboxes hide their init so). Those older
  /// than the trace are taken from there, with the exact start time that their children name, if they have any.
  private mutating func addHidden(besides tasks: [est_facts], _ attachedAt: UInt64, _ names: inout SharedNames) {
    let known = Set(tasks.map(\.pid))
    let parents = Dictionary(tasks.map { ($0.parent_pid, $0.parent_start) }, uniquingKeysWith: { first, _ in first })
    for pid in Self.listedPIDs() where !known.contains(pid) {
      let time = lnx_boot_time()
      guard let files = ProcFiles(pid: pid), let stat = files.stat(), let owner = files.owner(),
        (stat.startTicks + 2) * tick < attachedAt, let image = image(files, stat.comm, time, &names)
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

  private static func listedPIDs() -> [Int32] {
    guard let directory = opendir("/proc") else { return [] }
    defer { closedir(directory) }
    var result: [Int32] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { $0.prefix { $0 != 0 }.map { $0 } }
      if let pid = Int32(String(decoding: name, as: UTF8.self)) { result.append(pid) }
    }
    return result
  }

  private func image(
    _ files: borrowing ProcFiles, _ comm: Comm, _ time: UInt64, _ names: inout SharedNames
  ) -> ProcessImage? {
    guard let argv = files.contents("cmdline") else { return nil }
    var marks: Marks = .fromProc
    var exe = files.link("exe") ?? []
    let deleted = Array(" (deleted)".utf8)
    if exe.suffix(deleted.count).elementsEqual(deleted) {
      exe.removeLast(deleted.count)
      marks.insert(.exeDeleted)
      if exe.starts(with: Array("/memfd:".utf8)) { marks.insert(.exeMemfd) }
    }
    var env: StringVector?
    if environment {
      if let bytes = files.contents("environ") {
        env = StringVector(bytes: bytes.withUnsafeBytes { names.shared(environment: $0) })
      } else {
        marks.insert(.envUnreadable)
      }
    }
    return ProcessImage(
      time: time, comm: comm, exe: RawBytes(exe), cwd: RawBytes(files.link("cwd") ?? []),
      argv: StringVector(bytes: argv), env: env, marks: marks)
  }
}
