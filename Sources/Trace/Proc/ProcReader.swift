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
    races &+= other.races
    bytes &+= other.bytes
  }

  /// A process of the iterator's, with what /proc shows of it. Without that it is there all the same, and its image is
  /// marked.
  /// - Parameters:
  ///   - time: before the iterator began.
  ///   - again: whether the process is traced already, and only what changes without an event is looked at.
  mutating func existing(
    _ task: est_facts, at time: UInt64, again: Bool = false, _ names: inout SharedNames
  ) -> ExistingProcess {
    let readAt = lnx_boot_time()
    var facts = names.facts(task)
    var image = ProcessImage(time: readAt, comm: facts.comm, marks: .fromProc)
    if !facts.isKernelThread {
      if let files = ProcFiles(pid: task.pid), let found = program(files, facts.comm, readAt, ProcNames(task), &names),
        found.stat.startTicks == clock.ticks(ofStart: task.start)
      {
        image = found.image
        facts.cgroup = facts.cgroup ?? files.cgroup()
        if let cgroup = facts.cgroup { names.learn(cgroup: task.cgroup_id, path: cgroup) }
      } else {
        image = ProcessImage(time: readAt, comm: facts.comm, marks: [.fromProc, .incomplete])
        // A /proc that hides the processes of others is no race.
        let isHidden = access("/proc/\(task.pid)", F_OK) != 0 && (kill(task.pid, 0) == 0 || errno == EPERM)
        if !isHidden { races &+= 1 }
      }
    }
    return ExistingProcess(time: time, process: facts, image: image, isAgain: again)
  }

  /// What the files of a process show of its program; nil where there is nothing to see (any more). Its `stat` is read
  /// after all others: the process that they are of is the one that it names.
  /// - Parameter known: what the kernel says of the names; nil where only /proc tells.
  mutating func program(
    _ files: borrowing ProcFiles, _ comm: Comm, _ time: UInt64, _ known: ProcNames?, _ names: inout SharedNames
  ) -> (image: ProcessImage, stat: ProcStat)? {
    guard let line = files.contents("cmdline", limit: Self.limit) else { return nil }
    var marks: Marks = .fromProc
    if line.count >= Self.limit { marks.insert(.argvCut) }
    let exe = files.path("exe", isDeleted: known?.exeIsDeleted)
    if exe.path == nil { marks.insert(.exeUnreadable) }
    if exe.isDeleted { marks.insert(.exeDeleted) }
    if exe.isDeleted, known?.exeIsMemfd ?? exe.path?.starts(with: Array("/memfd:".utf8)) ?? false {
      marks.insert(.exeMemfd)
    }
    let cwd = files.path("cwd", isDeleted: known?.cwdIsDeleted)
    if cwd.path == nil { marks.insert(.cwdUnreadable) }
    if cwd.isDeleted { marks.insert(.cwdDeleted) }
    let environ = environment ? files.contents("environ", limit: Self.limit) : nil
    // One that is about to end has nothing left to show.
    guard let stat = files.stat(), !(line.isEmpty && stat.hasEnded) else { return nil }
    let arguments = CommandLine(line, at: stat.arguments, exe: exe.path ?? [], comm: comm)
    if arguments.isTitle { marks.insert(.title) }
    var env: StringVector?
    if environment {
      // A title may stand where the environment was: zeros are what is left of it.
      if let bytes = environ, !arguments.coversEnvironment && !(arguments.isTitle && bytes.first == 0) {
        env = StringVector(bytes: bytes.withUnsafeBytes { names.shared(environment: $0) })
        if bytes.count >= Self.limit { marks.insert(.envCut) }
      } else {
        marks.insert(.envUnreadable)
      }
    }
    let argv = arguments.argv
    bytes &+= argv.bytes.count &+ (exe.path?.count ?? 0) &+ (cwd.path?.count ?? 0) &+ (env?.bytes.count ?? 0)
    let image = ProcessImage(
      time: time, comm: comm, exe: RawBytes(exe.path ?? []), cwd: RawBytes(cwd.path ?? []), argv: argv, env: env,
      marks: marks)
    return (image, stat)
  }

  /// The most that is read of arguments and of an environment, in bytes: more than an exec takes.
  private static let limit = 8 << 20

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
