internal import CExecsnoop
internal import CLinux
internal import Glibc
internal import ProcessTree

/// What processes run, from their files in /proc: to be put beside what the kernel's task iterator says of them.
struct ProcReader {
  let environment: Bool
  let clock = ProcClock.own
  /// Processes that ended, or whose pid had gone to another, before their files were read.
  private(set) var races: UInt64 = 0
  /// How much was read.
  private(set) var bytes = 0

  init(environment: Bool) { self.environment = environment }

  /// Takes over what another has counted.
  mutating func add(_ other: ProcReader) {
    races += other.races
    bytes += other.bytes
  }

  /// A process of the iterator's, with what /proc shows of it. Without that it is there all the same, and its image is
  /// marked.
  /// - Parameter time: before the iterator began.
  mutating func existing(_ task: est_facts, at time: UInt64, _ names: inout SharedNames) -> ExistingProcess {
    let isKernelThread = task.flags & 0x0020_0000 != 0  // PF_KTHREAD, include/linux/sched.h
    let readAt = lnx_boot_time()
    var facts = names.facts(task)
    var image = ProcessImage(time: readAt, comm: facts.comm, marks: .fromProc)
    if !isKernelThread {
      if let files = ProcFiles(pid: task.pid), let found = self.image(files, facts.comm, readAt, &names),
        files.stat()?.startTicks == clock.ticks(ofStart: task.start)
      {
        image = found
        facts.cgroup = facts.cgroup ?? files.cgroup()
        if let cgroup = facts.cgroup { names.learn(cgroup: task.cgroup_id, path: cgroup) }
      } else {
        image = ProcessImage(time: readAt, comm: facts.comm, marks: [.fromProc, .incomplete])
        // A /proc that hides the processes of others is no race.
        let isHidden = access("/proc/\(task.pid)", F_OK) != 0 && (kill(task.pid, 0) == 0 || errno == EPERM)
        if !isHidden { races += 1 }
      }
    }
    return ExistingProcess(time: time, process: facts, image: image, isKernelThread: isKernelThread)
  }

  /// What the files of a process show of its program; nil where there is nothing to see (any more).
  mutating func image(
    _ files: borrowing ProcFiles, _ comm: Comm, _ time: UInt64, _ names: inout SharedNames
  ) -> ProcessImage? {
    guard let argv = files.contents("cmdline") else { return nil }
    var marks: Marks = .fromProc
    var exe = files.link("exe") ?? []
    if exe.isEmpty { marks.insert(.exeUnreadable) }
    let deleted = Array(" (deleted)".utf8)
    if exe.suffix(deleted.count).elementsEqual(deleted) {
      exe.removeLast(deleted.count)
      marks.insert(.exeDeleted)
      if exe.starts(with: Array("/memfd:".utf8)) { marks.insert(.exeMemfd) }
    }
    let cwd = files.link("cwd") ?? []
    if cwd.isEmpty { marks.insert(.cwdUnreadable) }
    var env: StringVector?
    if environment {
      if let bytes = files.contents("environ") {
        env = StringVector(bytes: bytes.withUnsafeBytes { names.shared(environment: $0) })
      } else {
        marks.insert(.envUnreadable)
      }
    }
    bytes += argv.count + exe.count + cwd.count + (env?.bytes.count ?? 0)
    return ProcessImage(
      time: time, comm: comm, exe: RawBytes(exe), cwd: RawBytes(cwd), argv: StringVector(bytes: argv), env: env,
      marks: marks)
  }

  /// The pids that /proc lists.
  /// - Throws: `TraceError` where it cannot be listed to its end: who is missing then may well run.
  static func listedPIDs() throws(TraceError) -> [Int32] {
    guard let directory = opendir("/proc") else { throw TraceError(.readTasks, errno: errno) }
    defer { closedir(directory) }
    var result: [Int32] = []
    while true {
      errno = 0
      guard let entry = readdir(directory) else {
        if errno != 0 { throw TraceError(.readTasks, errno: errno) }
        break
      }
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { $0.prefix { $0 != 0 }.map { $0 } }
      if let pid = Int32(String(decoding: name, as: UTF8.self)) { result.append(pid) }
    }
    return result
  }
}
