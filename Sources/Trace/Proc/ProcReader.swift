internal import CExecsnoop
internal import CLinux
internal import Events
internal import Glibc

/// Reads the programs of processes from /proc, to complete the data of the kernel's task iterator.
struct ProcReader {
  /// Whether to read environments.
  let environment: Bool
  let clock = ProcClock.own
  /// The number of processes that exited, or whose pid was reused, before their files were read.
  private(set) var races: UInt64 = 0
  /// The size of the data in the events, in bytes.
  private(set) var bytes = 0

  init(environment: Bool) { self.environment = environment }

  /// Adds the counts of another reader.
  mutating func addCounts(of other: ProcReader) {
    races &+= other.races
    bytes &+= other.bytes
  }

  /// The event for a process of the iterator, with its program from /proc. If /proc shows nothing, the image has a
  /// mark.
  /// - Parameters:
  ///   - time: a time before the iterator started, in nanoseconds since boot.
  ///   - again: whether the process is already traced, and only changes without an event are of interest.
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
        // A /proc that hides other users' processes is no race.
        let isHidden = access("/proc/\(task.pid)", F_OK) != 0 && (kill(task.pid, 0) == 0 || errno == EPERM)
        if !isHidden { races &+= 1 }
      }
    }
    return ExistingProcess(time: time, process: facts, image: image, isAgain: again)
  }

  /// The program of a process, from its files; nil if they are gone. `stat` is read last: all files belong to
  /// the process that it describes.
  /// - Parameter known: which files the kernel side reported as deleted; nil where only /proc knows.
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
    // A process that is about to exit has nothing left to show.
    guard let stat = files.stat(), !(line.isEmpty && stat.hasEnded) else { return nil }
    let arguments = CommandLine(line, at: stat.arguments, exe: exe.path ?? [], comm: comm)
    if arguments.isTitle { marks.insert(.title) }
    var env: StringVector?
    if environment {
      // A title may have overwritten the environment, with zeros at its end.
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

  /// The most bytes to read of arguments or an environment: more than an exec accepts.
  private static let limit = 8 << 20

  /// The pids that /proc lists.
  /// - Throws: `TraceError` where /proc cannot be read to its end: a pid that is missing may belong to a running
  ///   process.
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
