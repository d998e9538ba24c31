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
  private var waiting: [WaitingExec.Key: WaitingExec] = [:]
  var names = SharedNames()
  /// Records that made no sense since the last `takeUnreadable`: this program and its kernel side differ then.
  private var unreadable: UInt64 = 0
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

  /// Something in the ring was no record.
  func skipUnreadable() { unreadable &+= 1 }

  /// How many records could not be read since the last call.
  func takeUnreadable() -> UInt64 {
    defer { unreadable = 0 }
    return unreadable
  }

  /// More records than these never wait: each thread has one at the most, while it is in the kernel side's program.
  static let waitingLimit = 4096

  /// Tells of the execs whose parts have not come, as cut: nothing more will come of them.
  func finishWaiting() {
    let left = waiting.values
    waiting = [:]
    for exec in left.sorted(by: { $0.time < $1.time }) {
      exec.giveUp()
      finish(exec)
    }
  }

  /// Decodes one record of the ring. Records of unknown kind or too short are counted as unreadable.
  func decode(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count >= MemoryLayout<UInt32>.size else { return unreadable &+= 1 }
    switch est_kind(rawValue: bytes.loadUnaligned(as: UInt32.self)) {
    case EST_FORK:
      guard let record = bytes.record(as: est_record.self) else { return unreadable &+= 1 }
      events.append(
        .fork(ForkEvent(time: record.pointee.time, process: names.facts(record.pointee.facts))))
    case EST_EXEC, EST_FAILED_EXEC:
      guard let record = bytes.record(as: est_exec.self) else { return unreadable &+= 1 }
      decodeExec(record, bytes)
    case EST_EXIT:
      guard let record = bytes.record(as: est_exit.self) else { return unreadable &+= 1 }
      decodeExit(record)
    case EST_PART:
      guard let part = bytes.record(as: est_part.self) else { return unreadable &+= 1 }
      decodePart(part, bytes)
    default: unreadable &+= 1
    }
  }

  private func decodeExec(_ record: UnsafePointer<est_exec>, _ bytes: UnsafeRawBufferPointer) {
    guard record.pointee.parts > 0 else {
      return finish(
        record, gaps: [], sizes: record.pointee.path_sizes, paths: bytes.paths(of: record),
        strings: bytes.strings(of: record))
    }
    if waiting.count >= Self.waitingLimit { finishWaiting() }
    let key = WaitingExec.Key(thread: record.pointee.thread, time: record.pointee.record.time)
    // A clock may stand still between two execs of a thread. Then all of the first one came before the second.
    if let earlier = waiting.updateValue(WaitingExec(record, bytes), forKey: key) {
      earlier.giveUp()
      finish(earlier)
    }
  }

  private func decodePart(_ part: UnsafePointer<est_part>, _ bytes: UnsafeRawBufferPointer) {
    let payload = bytes.behind(est_part.self).prefixed(Int(part.pointee.size))
    if part.pointee.field == EST_PART_CGROUP.rawValue {
      names.learn(cgroup: part.pointee.cgroup_id, path: path(leafFirst: payload))
      return
    }
    let key = WaitingExec.Key(thread: part.pointee.thread, time: part.pointee.time)
    // The kernel side counts in its record the parts that it sent, so none comes that is not waited for.
    guard let exec = waiting[key] else { return unreadable &+= 1 }
    exec.add(part.pointee, payload)
    guard exec.missingParts == 0 else { return }
    waiting[key] = nil
    finish(exec)
  }

  private func finish(_ exec: WaitingExec) {
    exec.withContents { record, gaps, sizes, paths, strings in
      finish(record, gaps: gaps, sizes: sizes, paths: paths, strings: strings)
    }
  }

  private func finish(
    _ record: UnsafePointer<est_exec>, gaps: Marks, sizes: est_path_sizes, paths: UnsafeRawBufferPointer,
    strings: UnsafeRawBufferPointer
  ) {
    let facts = names.facts(record.pointee.record.facts)
    let image = names.image(record, comm: facts.comm, gaps: gaps, sizes: sizes, paths: paths, strings: strings)
    if record.pointee.record.kind == EST_EXEC.rawValue {
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
            userTime: user, systemTime: system, peakMemory: clampedProduct(record.peak_memory, pageSize),
            minorFaults: record.minor_faults, majorFaults: record.major_faults, readBytes: record.read_bytes,
            writtenBytes: record.written_bytes),
          reaper: record.reaper_pid == 0
            ? nil : ProcessID(pid: record.reaper_pid, startTime: record.reaper_start))))
  }

  /// The kernel knows the run time exactly, and by sampling how it divides into user and system time. Scales the
  /// samples to the sum, as the kernel does for wait4 (`cputime_adjust`).
  private func splitRunTime(_ record: est_exit) -> (user: UInt64, system: UInt64) {
    if record.run_time == 0 { return (record.user_time, record.system_time) }
    if record.system_time == 0 { return (record.run_time, 0) }
    let (sampled, overflows) = record.user_time.addingReportingOverflow(record.system_time)
    // Half of both has the same share, and the sum of the halves fits.
    let share = overflows ? record.system_time / 2 : record.system_time
    let whole = overflows ? record.user_time / 2 + share : sampled
    // At most the run time, since the share is at most the whole.
    let (system, _) = whole.dividingFullWidth(record.run_time.multipliedFullWidth(by: share))
    return (record.run_time - system, system)
  }
}

/// The product, or the most that there is where it is more.
private func clampedProduct(_ a: UInt64, _ b: UInt64) -> UInt64 {
  let (product, overflows) = a.multipliedReportingOverflow(by: b)
  return overflows ? .max : product
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
    from(MemoryLayout<T>.size)
  }

  /// The first bytes, `size` of them or as many as there are.
  func prefixed(_ size: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: baseAddress, count: Swift.min(Swift.max(size, 0), count))
  }

  /// What stands from there on; nothing where that is behind the end.
  func from(_ offset: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: self[Swift.min(Swift.max(offset, 0), count)...])
  }

  /// The paths inside an exec record.
  func paths(of record: UnsafePointer<est_exec>) -> UnsafeRawBufferPointer {
    behind(est_exec.self).prefixed(Int(record.pointee.path_sizes.all))
  }

  /// Argv and environment inside an exec record; nothing where they come in parts.
  func strings(of record: UnsafePointer<est_exec>) -> UnsafeRawBufferPointer {
    let offset = Int(record.pointee.strings_at)
    return offset == 0 ? prefixed(0) : from(offset)
  }
}
