internal import CExecsnoop
internal import CLinux
internal import Glibc
internal import ProcessTree

/// The processes that run already: who they are from the kernel's task iterator, what they run from /proc. To be taken
/// after attaching, so that whatever begins meanwhile is an event.
struct ProcSnapshot {
  let events: [ProcessEvent]
  /// Processes whose /proc entry was gone, or belonged to a successor of the pid.
  let vanished: Int

  init(of trace: borrowing KernelTrace, names: inout SharedNames, environment: Bool) throws(TraceError) {
    let ticksPerSecond = UInt64(sysconf(Int32(_SC_CLK_TCK)))
    var events: [ProcessEvent] = []
    var vanished = 0
    for task in try trace.runningTasks() {
      let isKernelThread = task.flags & 0x0020_0000 != 0  // PF_KTHREAD, include/linux/sched.h
      var facts = names.facts(task)
      let time = lnx_boot_time()
      var image = ProcessImage(time: time, comm: facts.comm, marks: .fromProc)
      if !isKernelThread {
        if let files = ProcFiles(pid: task.pid),
          let found = Self.image(files, facts, time, environment: environment, names: &names),
          files.startTicks() == task.start / (1_000_000_000 / ticksPerSecond)
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
    self.events = events
    self.vanished = vanished
  }

  private static func image(
    _ files: borrowing ProcFiles, _ facts: ProcessFacts, _ time: UInt64, environment: Bool,
    names: inout SharedNames
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
        env = StringVector(bytes: names.shared(environment: bytes[...]))
      } else {
        marks.insert(.envUnreadable)
      }
    }
    return ProcessImage(
      time: time, comm: facts.comm, exe: RawBytes(exe), cwd: RawBytes(files.link("cwd") ?? []),
      argv: StringVector(bytes: argv), env: env, marks: marks)
  }
}
