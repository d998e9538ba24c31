internal import CExecsnoop
internal import CLinux
internal import Glibc
internal import ProcessTree

/// Turns the kernel side's records into events. Records and their parts are put together here; names that repeat
/// (terminals, cgroups, users, environments) are kept once and shared.
final class RecordDecoder {
  private(set) var events: [ProcessEvent] = []
  private var waiting: [Int32: WaitingExec] = [:]
  var names = SharedNames()
  private let pageSize = UInt64(sysconf(Int32(_SC_PAGESIZE)))

  /// Hands over what was decoded so far.
  func take() -> [ProcessEvent] {
    defer { events = [] }
    return events
  }

  func append(_ event: ProcessEvent) { events.append(event) }

  /// Decodes one record of the ring. Records of unknown kind or too short are ignored.
  func decode(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count >= MemoryLayout<UInt32>.size else { return }
    switch est_kind(rawValue: bytes.loadUnaligned(as: UInt32.self)) {
    case EST_FORK:
      guard let record = bytes.record(as: est_record.self) else { return }
      events.append(.fork(ForkEvent(time: record.time, process: names.facts(record.facts))))
    case EST_EXEC, EST_FAILED_EXEC:
      guard let record = bytes.record(as: est_exec.self) else { return }
      let exec = WaitingExec(record, paths: bytes)
      if record.parts == 0 { finish(exec) } else { waiting[record.record.facts.pid] = exec }
    case EST_EXIT:
      guard let record = bytes.record(as: est_exit.self) else { return }
      decodeExit(record)
    case EST_PART:
      guard let part = bytes.record(as: est_part.self) else { return }
      decodePart(part, bytes)
    default: return
    }
  }

  private func decodePart(_ part: est_part, _ bytes: UnsafeRawBufferPointer) {
    let header = MemoryLayout<est_part>.size
    let payload = UnsafeRawBufferPointer(rebasing: bytes[header...].prefix(Int(part.size)))
    if part.field == EST_PART_CGROUP.rawValue {
      names.learn(cgroup: part.cgroup_id, path: path(leafFirst: payload))
      return
    }
    guard let exec = waiting[part.pid] else { return }
    exec.add(part, payload)
    if exec.missingParts == 0 {
      waiting[part.pid] = nil
      finish(exec)
    }
  }

  private func finish(_ exec: WaitingExec) {
    let facts = names.facts(exec.record.record.facts)
    let image = exec.image(comm: facts.comm, names: &names)
    if exec.record.error == 0 {
      events.append(.exec(ExecEvent(process: facts, image: image)))
    } else {
      events.append(.failedExec(FailedExecEvent(process: facts, errno: exec.record.error, image: image)))
    }
  }

  private func decodeExit(_ record: est_exit) {
    let facts = names.facts(record.record.facts)
    let (user, system) = splitRunTime(record)
    events.append(
      .exit(
        ExitEvent(
          time: record.record.time, process: facts, status: ExitStatus(waitStatus: record.wait_status),
          usage: ResourceUsage(
            userTime: user, systemTime: system, peakMemory: record.peak_memory &* pageSize,
            minorFaults: record.minor_faults, majorFaults: record.major_faults, readBytes: record.read_bytes,
            writtenBytes: record.written_bytes),
          reaper: record.reaper_pid == 0
            ? nil : ProcessID(pid: record.reaper_pid, startTime: record.reaper_start))))
  }

  /// The kernel knows the run time exactly, and by sampling how it divides into user and system time. Scales the
  /// samples to the sum, as the kernel does for wait4 (`cputime_adjust`).
  private func splitRunTime(_ record: est_exit) -> (user: UInt64, system: UInt64) {
    let sampled = record.user_time &+ record.system_time
    if record.run_time == 0 { return (record.user_time, record.system_time) }
    if record.system_time == 0 || sampled == 0 { return (record.run_time, 0) }
    let system = UInt64(Double(record.run_time) * Double(record.system_time) / Double(sampled))
    return (record.run_time - min(system, record.run_time), min(system, record.run_time))
  }
}

extension UnsafeRawBufferPointer {
  /// The record at the front, where there are enough bytes for it.
  fileprivate func record<T: BitwiseCopyable>(as type: T.Type) -> T? {
    count >= MemoryLayout<T>.size ? loadUnaligned(as: type) : nil
  }
}
