import Events

/// Makes up the events of a system with any number of processes: builds of a dozen compilers each, a tenth of all as
/// children of one daemon, and a chain of parents 5,000 deep.
struct Throng {
  /// The number of processes.
  let count: Int
  private let isEndless: Bool
  private var made = 0
  private var clock: UInt64 = 1_000_000_000
  private let daemon = ProcessID(pid: 2, startTime: 2)
  private var link = ProcessID(pid: 1, startTime: 1)
  private var build = ProcessID(pid: 1, startTime: 1)
  private let names: [ProgramNames]
  private let environment = StringVector((0..<40).map { "VARIABLE_\($0)=some value that a build would set" })

  /// - Parameter isEndless: whether to leave out the chain of parents: running processes are never forgotten.
  init(count: Int, isEndless: Bool = false) {
    self.count = count
    self.isEndless = isEndless
    names = (0..<20).map {
      let exe = RawBytes(utf8: "/usr/lib/gcc/x86_64-linux-gnu/12/tool\($0)")
      return ProgramNames(file: exe, exe: exe, cwd: RawBytes(utf8: "/home/somebody/project/build"))
    }
  }

  /// The next events: of at most this many processes; none at the end.
  mutating func next(_ processes: Int) -> [ProcessEvent] {
    var events: [ProcessEvent] = []
    if made == 0 {
      for pid in 1...2 as ClosedRange<Int32> {
        let id = ProcessID(pid: pid, startTime: UInt64(pid))
        events.append(.fork(ForkEvent(time: UInt64(pid), process: facts(id, of: nil, "init"))))
      }
    }
    let end = min(made + processes, count)
    while made < end {
      add(&events)
      made += 1
    }
    return events
  }

  private mutating func add(_ events: inout [ProcessEvent]) {
    clock += 20_000
    let id = ProcessID(pid: Int32(truncatingIfNeeded: 3 + made % 4_000_000), startTime: clock)
    let parent: ProcessID
    var runs = false
    if made % 10 == 0 {
      parent = daemon
    } else if made % 10 == 1, made / 10 < 5000, !isEndless {
      parent = link
      link = id
      runs = true
    } else {
      if made % 130 == 2 {
        build = id
        parent = ProcessID(pid: 1, startTime: 1)
      } else {
        parent = build
      }
    }
    let comm: Comm = made % 3 == 0 ? "cc1" : made % 3 == 1 ? "as" : "sh"
    events.append(.fork(ForkEvent(time: clock, process: facts(id, of: parent, "make"))))
    let argv = StringVector(["/usr/bin/tool", "-O2", "-c", "source-file-\(made).c", "-o", "object\(made).o"])
    let image = argv.bytes.withUnsafeBytes {
      ProcessImage(
        time: clock + 5000, comm: comm, names: names[made % names.count], argv: $0, argvLength: $0.count,
        env: environment, marks: [])
    }
    events.append(.exec(ExecEvent(process: facts(id, of: parent, comm), image: image)))
    guard !runs else { return }
    let usage = ResourceUsage(userTime: 3_000_000, systemTime: 1_000_000, peakMemory: 4 << 20, minorFaults: 300)
    events.append(
      .exit(
        ExitEvent(
          time: clock + 15_000, process: facts(id, of: parent, comm), status: ExitStatus(code: made % 50 == 0 ? 1 : 0),
          usage: usage, reaper: ProcessID(pid: 1, startTime: 1))))
  }

  private func facts(_ id: ProcessID, of parent: ProcessID?, _ comm: Comm) -> ProcessFacts {
    ProcessFacts(
      id: id, parent: parent, comm: comm, uid: 1000, gid: 1000, session: 77, processGroup: 78,
      tty: nil, cgroup: cgroup, user: user)
  }

  private let cgroup: RawBytes = "/user.slice/user-1000.slice/session-3.scope"
  private let user: RawBytes = "somebody"
}
