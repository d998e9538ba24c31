internal import CExecsnoop
internal import CLinux
internal import Events
internal import Glibc

/// Decodes the kernel side's records into events. It assembles the parts of long records, and shares repeated names
/// (terminals, cgroups, users, paths, environments).
///
/// It reads records in the ring buffer, member by member: an exec record has a kilobyte, and copying it first would
/// cost as much as decoding it.
final class RecordDecoder {
  private(set) var events: [ProcessEvent] = []
  private var waiting: [WaitingExec.Key: WaitingExec] = [:]
  /// The killers of processes whose exit record follows.
  private var killers: [ProcessID: Killer] = [:]
  var names = SharedNames()
  /// The number of records since the last `drainUnreadable` that have no valid format: the program and its kernel side
  /// do not match.
  private var unreadable: UInt64 = 0
  private let pageSize = UInt64(clamping: sysconf(Int32(_SC_PAGESIZE)))

  /// Removes and returns the decoded events, and their size in bytes besides their places in the array.
  func drain() -> (events: [ProcessEvent], bytes: Int) {
    var taken: [ProcessEvent] = []
    // The next batch is likely to have a similar size.
    if events.count > 16 { taken.reserveCapacity(events.count) }
    swap(&taken, &events)
    return (taken, names.drainAllocated())
  }

  func append(_ event: ProcessEvent) { events.append(event) }

  /// Counts an entry of the ring buffer that is no record.
  func countUnreadable() { unreadable &+= 1 }

  /// Returns how many records could not be read since the last call, and resets the count.
  func drainUnreadable() -> UInt64 {
    defer { unreadable = 0 }
    return unreadable
  }

  /// The most records that wait for parts: each thread has at most one, while it is in the kernel side's program.
  static let waitingLimit = 4096

  /// Completes the execs whose parts did not arrive, and marks them as cut: no more parts will come.
  func finishWaiting() {
    let left = waiting.values
    waiting = [:]
    for exec in left.sorted(by: { $0.time < $1.time }) {
      exec.giveUp()
      appendEvent(of: exec)
    }
  }

  /// Decodes one record of the ring buffer. Records of unknown kind, and records that are too short, count as
  /// unreadable.
  func decode(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count >= MemoryLayout<UInt32>.size else { return unreadable &+= 1 }
    switch est_kind(rawValue: bytes.loadUnaligned(as: UInt32.self)) {
    case EST_FORK:
      guard let record = bytes.record(as: est_record.self) else { return unreadable &+= 1 }
      events.append(
        .fork(
          ForkEvent(
            time: record.pointee.time, process: names.facts(record.pointee.facts),
            isByParent: record.pointee.facts.flags & EST_FORKED_BY_PARENT.rawValue != 0)))
    case EST_EXEC, EST_FAILED_EXEC:
      guard let record = bytes.record(as: est_exec.self) else { return unreadable &+= 1 }
      decodeExec(record, bytes)
    case EST_EXIT:
      guard let record = bytes.record(as: est_exit.self) else { return unreadable &+= 1 }
      decodeExit(record)
    case EST_KILLER:
      guard let record = bytes.record(as: est_killer.self) else { return unreadable &+= 1 }
      decodeKiller(record.pointee)
    case EST_PART:
      guard let part = bytes.record(as: est_part.self) else { return unreadable &+= 1 }
      decodePart(part, bytes)
    case EST_OUTPUT:
      guard let record = bytes.record(as: est_output.self) else { return unreadable &+= 1 }
      decodeOutput(record.pointee, bytes.behind(est_output.self))
    default: unreadable &+= 1
    }
  }

  private func decodeOutput(_ record: est_output, _ text: UnsafeRawBufferPointer) {
    guard let stream = OutputEvent.Stream(rawValue: UInt8(truncatingIfNeeded: record.stream)) else {
      return unreadable &+= 1
    }
    let bytes = Array(text.prefixed(Int(record.size)))
    if !bytes.isEmpty { names.countAllocated(bytes.count &+ 48) }
    events.append(
      .output(
        OutputEvent(
          time: record.time, process: ProcessID(pid: record.pid, startTime: record.start), stream: stream,
          bytes: bytes, leftOut: record.left_out)))
  }

  private func decodeExec(_ record: UnsafePointer<est_exec>, _ bytes: UnsafeRawBufferPointer) {
    guard record.pointee.parts > 0 else {
      return appendEvent(
        of: record, gaps: [], sizes: record.pointee.path_sizes, paths: bytes.paths(of: record),
        strings: bytes.strings(of: record))
    }
    if waiting.count >= Self.waitingLimit { finishWaiting() }
    let key = WaitingExec.Key(thread: record.pointee.thread, time: record.pointee.record.time)
    // The clock may show the same time for two execs of a thread. Then all parts of the first came before the second.
    if let earlier = waiting.updateValue(WaitingExec(record, bytes), forKey: key) {
      earlier.giveUp()
      appendEvent(of: earlier)
    }
  }

  private func decodePart(_ part: UnsafePointer<est_part>, _ bytes: UnsafeRawBufferPointer) {
    let payload = bytes.behind(est_part.self).prefixed(Int(part.pointee.size))
    if part.pointee.field == EST_PART_CGROUP.rawValue {
      names.learn(cgroup: part.pointee.cgroup_id, path: cgroupPath(part.pointee, bytes.behind(est_part.self)))
      return
    }
    let key = WaitingExec.Key(thread: part.pointee.thread, time: part.pointee.time)
    // The kernel side sends only parts that its record counts, so no other part arrives.
    guard let exec = waiting[key] else { return unreadable &+= 1 }
    exec.append(part.pointee, payload)
    guard exec.missingParts == 0 else { return }
    waiting[key] = nil
    appendEvent(of: exec)
  }

  private func appendEvent(of exec: WaitingExec) {
    exec.withRecord { record, gaps, sizes, paths, strings in
      appendEvent(of: record, gaps: gaps, sizes: sizes, paths: paths, strings: strings)
    }
  }

  private func appendEvent(
    of record: UnsafePointer<est_exec>, gaps: Marks, sizes: est_path_sizes, paths: UnsafeRawBufferPointer,
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

  /// The most killers that wait for the exits behind them. Each CPU sends one at a time, so more are of lost exits.
  private static let killerLimit = 4096

  private func decodeKiller(_ record: est_killer) {
    if killers.count >= Self.killerLimit { killers.removeAll() }
    let process = ProcessID(pid: record.pid, startTime: record.start)
    killers[process] = names.killer(record, pageSize: pageSize)
  }

  /// The killer whose record came before this exit, which removes it.
  private func popKiller(of process: ProcessID, _ record: borrowing est_record) -> Killer? {
    if record.marks & EST_KILLER_LOST.rawValue != 0 { return .lost }
    return killers.isEmpty ? nil : killers.removeValue(forKey: process)
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
            ? nil : ProcessID(pid: record.reaper_pid, startTime: record.reaper_start),
          killer: popKiller(of: facts.id, record.record))))
  }

  /// The user and system time of a process, in nanoseconds. The kernel knows the exact run time, but only samples of
  /// its two parts. This scales the samples to the run time, as the kernel does for wait4 (`cputime_adjust`).
  private func splitRunTime(_ record: est_exit) -> (user: UInt64, system: UInt64) {
    if record.run_time == 0 { return (record.user_time, record.system_time) }
    if record.system_time == 0 { return (record.run_time, 0) }
    let (sampled, overflows) = record.user_time.addingReportingOverflow(record.system_time)
    // Half of both has the same share, and the sum of the halves fits.
    let share = overflows ? record.system_time / 2 : record.system_time
    let whole = overflows ? record.user_time / 2 &+ share : sampled
    // At most the run time, since the share is at most the whole.
    let (system, _) = whole.dividingFullWidth(record.run_time.multipliedFullWidth(by: share))
    return (record.run_time &- system, system)
  }
}

/// The product, or the greatest number where it overflows.
func clampedProduct(_ a: UInt64, _ b: UInt64) -> UInt64 {
  let (product, overflows) = a.multipliedReportingOverflow(by: b)
  return overflows ? .max : product
}

extension UnsafeRawBufferPointer {
  /// The record at the front; nil if there are too few bytes for it. The ring aligns records to 8 bytes, as all of them
  /// need.
  func record<T: BitwiseCopyable>(as type: T.Type) -> UnsafePointer<T>? {
    guard count >= MemoryLayout<T>.size, let baseAddress else { return nil }
    return baseAddress.assumingMemoryBound(to: type)
  }

  /// The bytes after a record of this type.
  func behind<T: BitwiseCopyable>(_ type: T.Type) -> UnsafeRawBufferPointer {
    from(MemoryLayout<T>.size)
  }

  /// The first `size` bytes, or all where there are fewer.
  func prefixed(_ size: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: baseAddress, count: Swift.min(Swift.max(size, 0), count))
  }

  /// The bytes from an offset on; none where the offset is beyond the end.
  func from(_ offset: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: self[Swift.min(Swift.max(offset, 0), count)...])
  }

  /// The paths inside an exec record.
  func paths(of record: UnsafePointer<est_exec>) -> UnsafeRawBufferPointer {
    behind(est_exec.self).prefixed(Int(record.pointee.path_sizes.all))
  }

  /// Argv and environment in an exec record; empty where they come in parts.
  func strings(of record: UnsafePointer<est_exec>) -> UnsafeRawBufferPointer {
    let offset = Int(record.pointee.strings_at)
    return offset == 0 ? prefixed(0) : from(offset)
  }
}
