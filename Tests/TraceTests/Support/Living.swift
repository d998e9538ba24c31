import Events
import Glibc
import TestSupport
import Tree

/// A process as /proc shows it now, with its start in clock ticks; nil if it has exited.
func running(_ pid: Int32) -> ProcessID? {
  let stat = contents(of: "/proc/\(pid)/stat")
  guard let close = stat.lastIndex(of: UInt8(ascii: ")")) else { return nil }
  let fields = stat[(close + 1)...].split(separator: UInt8(ascii: " "))
  guard fields.count > 19, let ticks = UInt64(String(decoding: fields[19], as: UTF8.self)),
    !["Z", "X"].contains(String(decoding: fields[0], as: UTF8.self))
  else { return nil }
  return ProcessID(pid: pid, startTime: ticks * 10_000_000)
}

func isAlive(_ id: ProcessID) -> Bool {
  running(id.pid)?.startTime == id.startTime / 10_000_000 * 10_000_000
}

/// All of them.
func runningNow() -> [ProcessID] {
  names(in: "/proc").compactMap { Int32($0).flatMap(running) }
}

extension ProcessTree {
  /// All remembered processes.
  var allProcesses: [ProcessID] {
    var result = topLevelProcesses
    var next = 0
    while next < result.count {
      result += children(of: result[next])
      next += 1
    }
    return result
  }
}
