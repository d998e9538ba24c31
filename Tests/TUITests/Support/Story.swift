import Events

@testable import TUI

/// A machine made by hand: events of every kind in a fixed order, so that the screens made of them are always the same.
struct Story {
  static let second: UInt64 = 1_000_000_000
  static let millisecond: UInt64 = 1_000_000
  /// 2026-03-14 17:05:18 UTC is second 0 of the boot; the zone is one hour east.
  static let clock = WallClock(realtimeAtBoot: 1_773_507_918 * 1_000_000_000, secondsFromUTC: 3600)

  private(set) var events: [ProcessEvent] = []
  /// Nanoseconds since boot.
  private(set) var now: UInt64

  init(at seconds: UInt64 = 3600) { now = seconds * Self.second }

  mutating func pass(_ nanoseconds: UInt64) { now += nanoseconds }
  mutating func passSeconds(_ seconds: UInt64) { now += seconds * Self.second }

  func id(_ pid: Int32, at seconds: UInt64) -> ProcessID {
    ProcessID(pid: pid, startTime: seconds * Self.second)
  }

  func facts(
    _ id: ProcessID, _ parent: ProcessID?, _ comm: Comm, user: RawBytes? = "ana", uid: UInt32 = 1000,
    euid: UInt32? = nil, tty: RawBytes? = "pts/3"
  ) -> ProcessFacts {
    ProcessFacts(
      id: id, parent: parent, comm: comm, uid: uid, euid: euid, gid: uid, auditUID: uid == 0 ? nil : uid,
      session: 980, processGroup: id.pid, tty: tty,
      cgroup: RawBytes(utf8: "/user.slice/user-\(uid).slice/session-3.scope"), user: user)
  }

  func image(
    _ argv: [String], exe: RawBytes? = nil, cwd: RawBytes = "/home/ana/project", comm: Comm? = nil,
    interpreter: RawBytes? = nil,
    env: [String]? = ["HOME=/home/ana", "LANG=C.UTF-8", "PATH=/usr/local/bin:/usr/bin:/bin"],
    marks: Marks = []
  ) -> ProcessImage {
    let name = argv.first ?? ""
    let base = name.split(separator: "/").last.map(String.init) ?? name
    return ProcessImage(
      time: now, comm: comm ?? Comm(base.utf8), file: RawBytes(utf8: name), exe: exe ?? RawBytes(utf8: name),
      interpreter: interpreter, cwd: cwd, argv: StringVector(argv), env: env.map { StringVector($0) }, marks: marks)
  }

  mutating func existing(
    _ id: ProcessID, _ parent: ProcessID?, _ argv: [String], user: RawBytes = "root", uid: UInt32 = 0,
    kernelThread: Comm? = nil
  ) {
    let image = self.image(argv, cwd: "/", marks: .fromProc)
    events.append(
      .existing(
        ExistingProcess(
          time: now, process: facts(id, parent, kernelThread ?? image.comm, user: user, uid: uid, tty: nil),
          image: kernelThread == nil ? image : ProcessImage(time: now, comm: kernelThread ?? "", marks: .fromProc),
          isKernelThread: kernelThread != nil)))
  }

  /// Forks and returns the child.
  mutating func fork(
    _ pid: Int32, from parent: ProcessID, comm: Comm, user: RawBytes = "ana", uid: UInt32 = 1000
  )
    -> ProcessID
  {
    let child = ProcessID(pid: pid, startTime: now)
    events.append(.fork(ForkEvent(time: now, process: facts(child, parent, comm, user: user, uid: uid))))
    return child
  }

  mutating func exec(
    _ id: ProcessID, _ parent: ProcessID, _ image: ProcessImage, user: RawBytes = "ana", uid: UInt32 = 1000,
    euid: UInt32? = nil
  ) {
    events.append(
      .exec(ExecEvent(process: facts(id, parent, image.comm, user: user, uid: uid, euid: euid), image: image)))
  }

  mutating func fail(_ id: ProcessID, _ parent: ProcessID, comm: Comm, _ argv: [String], errno: Int32) {
    events.append(
      .failedExec(FailedExecEvent(process: facts(id, parent, comm), errno: errno, image: image(argv))))
  }

  mutating func exit(
    _ id: ProcessID, _ parent: ProcessID, comm: Comm, _ status: ExitStatus, reaper: ProcessID? = nil
  ) {
    let usage = ResourceUsage(
      userTime: 3_100_000, systemTime: 812_000, peakMemory: 12_900_000, minorFaults: 1284, majorFaults: 2,
      readBytes: 40_960, writtenBytes: 0)
    events.append(
      .exit(ExitEvent(time: now, process: facts(id, parent, comm), status: status, usage: usage, reaper: reaper)))
  }

  mutating func lose(execs: UInt64, exits: UInt64) {
    events.append(.lost(LostEvent(time: now, counts: LossCounts(execs: execs, exits: exits))))
  }

  mutating func append(_ event: ProcessEvent) { events.append(event) }
}
