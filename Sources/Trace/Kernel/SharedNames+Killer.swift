internal import CExecsnoop
internal import Events

extension SharedNames {
  /// What sent a signal. Unknown sources of a newer kernel side count as lost.
  /// - Parameter pageSize: in bytes.
  mutating func killer(_ record: est_killer, pageSize: UInt64) -> Killer {
    switch est_source(rawValue: record.source) {
    case EST_FROM_PROCESS:
      .process(
        Killer.Sender(
          id: record.sender_pid == 0 ? nil : ProcessID(pid: record.sender_pid, startTime: record.sender_start),
          comm: withUnsafeBytes(of: record.name) { Comm($0) }, uid: record.uid, user: user(record.uid),
          isExiting: record.flags & EST_SENDER_EXITING.rawValue != 0))
    case EST_FROM_KERNEL: .kernel(code: record.code)
    case EST_FROM_TERMINAL: .terminal(withUnsafeBytes(of: record.name) { terminal($0) })
    case EST_FROM_OOM:
      .outOfMemory(
        Killer.Memory(
          anonymous: clampedProduct(record.memory.anonymous, pageSize),
          file: clampedProduct(record.memory.file, pageSize), shared: clampedProduct(record.memory.shared, pageSize),
          limit: record.memory.limit == 0 ? nil : clampedProduct(record.memory.limit, pageSize)))
    default: .lost
    }
  }
}
