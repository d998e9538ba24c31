internal import CExecsnoop
internal import CLinux
internal import Glibc
internal import ProcessTree

/// Turns the kernel side's records into events. Records and their parts are put together here; names that repeat
/// (terminals, cgroups, users, paths, environments) are kept once and shared.
///
/// Records are read where they lie in the ring, member by member: an exec record is a kilobyte, and copying it first
/// would cost as much as all else that is done with it.
final class RecordDecoder {
  private(set) var events: [ProcessEvent] = []
  private var waiting: [Int32: WaitingExec] = [:]
  var names = SharedNames()
  private let pageSize = UInt64(sysconf(Int32(_SC_PAGESIZE)))

  /// Hands over what was decoded so far, and how many bytes it holds beside its places in the array.
  func take() -> (events: [ProcessEvent], bytes: Int) {
    var taken: [ProcessEvent] = []
    // The next batch is likely to be about as large.
    if events.count > 16 { taken.reserveCapacity(events.count) }
    swap(&taken, &events)
    return (taken, names.takeAllocated())
  }

  func append(_ event: ProcessEvent) { events.append(event) }

  /// Decodes one record of the ring. Records of unknown kind or too short are ignored.
  func decode(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count >= MemoryLayout<UInt32>.size else { return }
    switch est_kind(rawValue: bytes.loadUnaligned(as: UInt32.self)) {
    case EST_FORK:
      guard let record = bytes.record(as: est_record.self) else { return }
      events.append(
        .fork(
          ForkEvent(
            time: record.pointee.time, process: names.facts(record.pointee.facts),
            isByParent: record.pointee.facts.flags & EST_FORKED_BY_PARENT.rawValue != 0)))
    case EST_EXEC, EST_FAILED_EXEC:
      guard let record = bytes.record(as: est_exec.self) else { return }
      decodeExec(record, bytes)
    case EST_EXIT:
      guard let record = bytes.record(as: est_exit.self) else { return }
      decodeExit(record)
    case EST_PART:
      guard let part = bytes.record(as: est_part.self) else { return }
      decodePart(part, bytes)
    default: return
    }
  }

  private func decodeExec(_ record: UnsafePointer<est_exec>, _ bytes: UnsafeRawBufferPointer) {
    if record.pointee.parts > 0 {
      waiting[record.pointee.record.facts.pid] = WaitingExec(record, bytes)
      return
    }
    let strings = record.pointee.inside != 0 ? bytes.behind(est_exec.self) : bytes.prefixed(0)
    finish(record, sizes: record.pointee.path_sizes, paths: bytes.paths(of: record), strings: strings)
  }

  private func decodePart(_ part: UnsafePointer<est_part>, _ bytes: UnsafeRawBufferPointer) {
    let payload = bytes.behind(est_part.self).prefixed(Int(part.pointee.size))
    if part.pointee.field == EST_PART_CGROUP.rawValue {
      names.learn(cgroup: part.pointee.cgroup_id, path: path(leafFirst: payload))
      return
    }
    guard let exec = waiting[part.pointee.pid] else { return }
    exec.add(part.pointee, payload)
    guard exec.missingParts == 0 else { return }
    waiting[part.pointee.pid] = nil
    exec.withContents { record, sizes, paths, strings in
      finish(record, sizes: sizes, paths: paths, strings: strings)
    }
  }

  private func finish(
    _ record: UnsafePointer<est_exec>, sizes: est_path_sizes, paths: UnsafeRawBufferPointer,
    strings: UnsafeRawBufferPointer
  ) {
    let facts = names.facts(record.pointee.record.facts)
    let image = names.image(record, comm: facts.comm, sizes: sizes, paths: paths, strings: strings)
    if record.pointee.error == 0 {
      events.append(.exec(ExecEvent(process: facts, image: image)))
    } else {
      events.append(.failedExec(FailedExecEvent(process: facts, errno: record.pointee.error, image: image)))
    }
  }

  private func decodeExit(_ pointer: UnsafePointer<est_exit>) {
    let record = pointer.pointee
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
  /// The record at the front, where there are enough bytes for it. The ring aligns records to 8 bytes, as all of them
  /// need.
  func record<T: BitwiseCopyable>(as type: T.Type) -> UnsafePointer<T>? {
    guard count >= MemoryLayout<T>.size, let baseAddress else { return nil }
    return baseAddress.assumingMemoryBound(to: type)
  }

  /// What stands behind a record of this type.
  func behind<T: BitwiseCopyable>(_ type: T.Type) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: self[Swift.min(MemoryLayout<T>.size, count)...])
  }

  /// The first bytes, `size` of them or as many as there are.
  func prefixed(_ size: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: baseAddress, count: Swift.min(size, count))
  }

  /// The paths inside an exec record.
  func paths(of record: UnsafePointer<est_exec>) -> UnsafeRawBufferPointer {
    let offset = MemoryLayout<est_exec>.size - Int(EST_PATHS_ROOM)
    return UnsafeRawBufferPointer(rebasing: self[offset...].prefix(Int(EST_PATHS_ROOM)))
      .prefixed(Int(record.pointee.path_sizes.all))
  }
}
